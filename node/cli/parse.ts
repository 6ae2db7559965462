import { isIP } from "node:net";
import { InvalidArgumentError } from "commander";
import type { Address } from "../core/primitives.ts";

/** Readers of values from the command line: each returns the value in the project's form or says what is allowed. */

/** An account in any capitals. */
export function address(text: string): Address {
  if (/^0x[0-9a-fA-F]{40}$/.test(text)) return text.toLowerCase() as Address;
  throw new InvalidArgumentError(
    'An account is 0x and 40 hex digits, as "swarm account show --home <folder>" prints it.',
  );
}

export const addresses = (text: string, before: Address[] | undefined): Address[] => [...(before ?? []), address(text)];

/** An address of this machine, or 0.0.0.0 or :: for all of them. */
export function ipAddress(text: string): string {
  if (isIP(text) !== 0) return text;
  throw new InvalidArgumentError("An IP address such as 192.0.2.7, 0.0.0.0 or :: is needed.");
}

/** @returns a reader of whole numbers in the range */
export function whole(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
    throw new InvalidArgumentError(`A whole number ${range} is needed.`);
  };
}

/** A round's number, 0 for the first model, or `best`. */
export function roundOrBest(text: string): number | "best" {
  if (text === "best") return text;
  if (/^\d{1,16}$/.test(text)) return whole(0)(text);
  throw new InvalidArgumentError('A round is a whole number from 0, or "best".');
}

/**
 * A day (`2027-12-31`, through its end in UTC) or a moment (`2027-12-31T12:00:00Z`).
 * @returns unix seconds
 */
export function moment(text: string): number {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const exact = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})$/.test(text);
  const at = Date.parse(day ? `${text}T00:00:00Z` : text);
  // Date.parse takes February 30 for March 2.
  const real = !day || (Number.isFinite(at) && new Date(at).toISOString().startsWith(text));
  if ((day || exact) && real && Number.isFinite(at)) return Math.floor(at / 1000) + (day ? 86_400 : 0);
  throw new InvalidArgumentError("A day such as 2027-12-31 or a moment such as 2027-12-31T12:00:00Z is needed.");
}

/** A TCP address that peers can be told, with or without `/p2p/` and the node's own id. */
export function multiaddr(text: string): string {
  const parts =
    /^\/(ip4|ip6|dns|dns4|dns6)\/([^/\s]{1,200})\/tcp\/(\d{1,5})(\/p2p\/[1-9A-HJ-NP-Za-km-z]{40,60})?$/.exec(text);
  if (parts && Number(parts[3]) <= 65_535) return text;
  throw new InvalidArgumentError(
    "An address is written like /ip4/192.0.2.7/tcp/4001 or /dns4/node.clinic.example/tcp/4001.",
  );
}

export const multiaddrs = (text: string, before: string[] | undefined): string[] => [
  ...(before ?? []),
  multiaddr(text),
];

/** A round's number, or which one in words. */
export function roundChoice(text: string): number | "latest" | "best" {
  if (text === "latest" || text === "best") return text;
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A round\'s number, "latest" or "best" is needed.');
}

import { SwarmError } from "../../core/errors.ts";
import type { NetworkView } from "../../core/ledger/view/network.ts";
import { mayConnect } from "../../core/ledger/view/registry.ts";
import type { Address } from "../../core/primitives.ts";
import type { AdmittedPeer } from "../../ports/network.ts";
import type { Names } from "../names.ts";

/**
 * The account that `text` means: an account, or what the home's node.yaml calls one.
 * @throws SwarmError USAGE_INVALID
 */
export function accountNamed(text: string, names: Names): Address {
  if (/^0x[0-9a-fA-F]{40}$/.test(text)) return text.toLowerCase() as Address;
  const found = [...names].find(([, name]) => name === text);
  if (found) return found[0];
  const known = names.size === 0 ? "node.yaml has no names" : `node.yaml has ${[...names.values()].join(", ")}`;
  throw new SwarmError("USAGE_INVALID", `"${text}" is neither an account (0x and 40 hex digits) nor a name: ${known}`, {
    text,
  });
}

/** @param text what `accountNamed` takes @param now unix seconds @throws SwarmError USAGE_INVALID, SERVER_UNKNOWN */
export function requireServer(view: NetworkView, text: string, names: Names, now: number): AdmittedPeer {
  const account = accountNamed(text, names);
  const found = peerOf(view, account, now);
  if (found !== undefined) return found;
  const unknown = `the server ${text} is no node that is licensed and registered now: look at "swarm license list", or ask who runs it`;
  throw new SwarmError("SERVER_UNKNOWN", unknown, { account });
}

/** A registered node as a peer to talk to; `undefined` where it may not connect now. @param now unix seconds */
export function peerOf({ registry }: NetworkView, account: Address, now: number): AdmittedPeer | undefined {
  const registration = registry.registrations.get(account);
  if (registration === undefined || !mayConnect(registry, account, now)) return undefined;
  const { peerId, addresses } = registration;
  return { peerId, account, role: "node", addresses: [...addresses] };
}

import { takesConnections } from "../../adapters/system/probeTcp.ts";
import { mayConnect, type RegistryView } from "../../core/ledger/view/registry.ts";
import type { Address } from "../../core/primitives.ts";
import type { NameOf } from "../../core/round/waiting/words.ts";
import { counted, list } from "../output/units.ts";
import { type Finding, good, lacking, missing, withFix } from "./check.ts";
import { placeOf } from "./place.ts";

/** How long one address may take to answer, milliseconds. */
const PATIENCE_MS = 3_000;
/** As many as this are asked at once. */
const AT_ONCE = 16;
const MOST_NAMES = 8;

/** Which of the other nodes that may take part now take connections, at any of the addresses that they registered. @param now unix seconds */
export async function checkPeers(
  registry: RegistryView,
  account: Address,
  now: number,
  nameOf: NameOf,
  signal: AbortSignal,
): Promise<Finding> {
  const name = "peers";
  const others = [...registry.registrations.values()].filter(
    (one) =>
      one.account !== account &&
      registry.licenses.get(one.account)?.role === "node" &&
      mayConnect(registry, one.account, now) &&
      one.addresses.length > 0,
  );
  if (others.length === 0) return good(name, "no other node is registered yet", { reached: [], unreached: [] });
  const reached: Address[] = [];
  const waiting = [...others];
  const work = async (): Promise<void> => {
    for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
      const places = one.addresses.flatMap((address) => placeOf(address) ?? []);
      const answers = await Promise.all(
        places.map(({ host, port }) => takesConnections(host, port, PATIENCE_MS, signal)),
      );
      if (answers.some(Boolean)) reached.push(one.account);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  signal.throwIfAborted();
  const unreached = others.map((one) => one.account).filter((one) => !reached.includes(one));
  const data = { reached, unreached };
  if (unreached.length === 0) return good(name, `${counted(reached.length, "other node")} can be reached`, data);
  const names = list([
    ...unreached.slice(0, MOST_NAMES).map(nameOf),
    ...(unreached.length > MOST_NAMES ? [`${unreached.length - MOST_NAMES} more`] : []),
  ]);
  const text = `${reached.length} of ${others.length} other nodes can be reached; not ${names}`;
  const fix = "do their daemons run? Does a firewall, here or there, stop the ports that they registered?";
  return withFix((reached.length === 0 ? missing : lacking)(name, text, data), fix);
}

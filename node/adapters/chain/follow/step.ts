import type { LocatedEvent } from "../../../core/ledger/events.ts";
import type { Deployment } from "../deployment.ts";
import type { Endpoint } from "../rpc/endpoint.ts";
import { type BlockHeader, hex, parseHeader } from "../rpc/header.ts";
import type { Announcements } from "./announcements.ts";
import { locate, type LogRange, logsIn } from "./logs.ts";
import type { Position, ReadBlock } from "./position.ts";
import { findAncestor } from "./rewind.ts";

/** What reading up to a final head came to. `retry`: the chain changed meanwhile; look again. */
export type Step =
  /** `between`: blocks on the way whose hashes are known now, in order. */
  | { kind: "read"; events: LocatedEvent[]; between: ReadBlock[] }
  | { kind: "rewound"; to: ReadBlock }
  | { kind: "behind" }
  | { kind: "retry" };

interface Components {
  endpoint: Endpoint;
  deployment: Deployment;
}

/**
 * Reads the events between the position and `final`; the caller advances the position.
 * @throws SwarmError CHAIN_DEEP_REORG, CHAIN_UNREACHABLE, CHAIN_RPC_ERROR, CHAIN_BAD_ANSWER, CHAIN_BAD_LOG
 */
export async function readUpTo(
  components: Components,
  position: Position,
  final: BlockHeader,
  announced: Announcements,
  signal: AbortSignal,
): Promise<Step> {
  const { endpoint, deployment } = components;
  const { head } = position;
  if (final.number < head.number) return await onShorter(components, position, final, signal);
  if (final.number === head.number) {
    if (head.hash === undefined || head.hash === final.hash) return { kind: "read", events: [], between: [] };
    return await rewind(components, position, signal);
  }
  const proven = announced.link(head, final);
  if (!proven && head.hash !== undefined) {
    const block = parseHeader(await endpoint.request("eth_getBlockByNumber", [hex(head.number), false], signal));
    if (block?.hash !== head.hash) return await rewind(components, position, signal);
  }
  const range: LogRange =
    final.number === head.number + 1
      ? { blockHash: final.hash }
      : { from: Math.max(head.number + 1, 0), to: final.number };
  const logs = await logsIn(endpoint, deployment, range, signal);
  let marks: BlockHeader[] = [];
  if (!("blockHash" in range)) {
    const [now, ...below] = await headersBelow(endpoint, final.number, proven ? range.to : range.from, signal);
    if (now?.hash !== final.hash) return { kind: "retry" };
    marks = below;
  }
  const timestamps = announced.timestamps();
  for (const { number, timestamp } of [final, ...marks]) timestamps.set(number, timestamp);
  const known = new Map([
    ...logs.map(({ block, blockHash }) => [block, blockHash] as const),
    ...marks.map(({ number, hash }) => [number, hash] as const),
  ]);
  const between = [...known].map(([number, hash]) => ({ number, hash })).sort((a, b) => a.number - b.number);
  return { kind: "read", events: await locate(endpoint, deployment, logs, timestamps, signal), between };
}

/**
 * The header of block `number` and of those 1, 2, 4, 8... before it, down to `from`: marks to go back to if the chain loses its last
 * blocks, never more than about twice as far as needed.
 */
async function headersBelow(
  endpoint: Endpoint,
  number: number,
  from: number,
  signal: AbortSignal,
): Promise<BlockHeader[]> {
  const numbers = [number];
  for (let back = 1; number - back >= from; back *= 2) numbers.push(number - back);
  const calls = numbers.map((each) => ({ method: "eth_getBlockByNumber", params: [hex(each), false] }));
  const blocks = await endpoint.batch(calls, signal);
  return blocks.flatMap((block) => parseHeader(block) ?? []);
}

/** The final head lies before what was read: on a chain that may be rewound it was, elsewhere this endpoint is only behind. */
async function onShorter(
  components: Components,
  position: Position,
  final: BlockHeader,
  signal: AbortSignal,
): Promise<Step> {
  const { finality, maxRewind } = components.deployment;
  const known = position.earlier().find(({ number }) => number === final.number);
  const mayRewind = finality.kind === "immediate" && maxRewind !== 0;
  const differs = known?.hash !== undefined && known.hash !== final.hash;
  if (!mayRewind && !differs) return { kind: "behind" };
  return await rewind(components, position, signal);
}

async function rewind({ endpoint, deployment }: Components, position: Position, signal: AbortSignal): Promise<Step> {
  return { kind: "rewound", to: await findAncestor(endpoint, deployment, position, signal) };
}

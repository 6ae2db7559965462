import { setTimeout as sleep } from "node:timers/promises";
import type { AuditFiles, FileContext, FileCopy } from "../../core/audit/files.ts";
import { SwarmError } from "../../core/errors.ts";
import { sha256 as hashOf } from "../../core/hash.ts";
import type { NetworkView } from "../../core/ledger/view/network.ts";
import type { Address, Bytes32, PeerId } from "../../core/primitives.ts";
import { hedge } from "../../daemon/fetch.ts";
import { HEDGE_MS, sealedLimit, transferLimit } from "../../daemon/limits.ts";
import type { OpenNode } from "../wire.ts";
import { type AskedNetwork, heard, isAnswer, nodeCalled, peersOf } from "./answers.ts";
import { isExpired, leftOver } from "./expired.ts";
import { createReach, type Reach } from "./reach.ts";

/** Pauses after which members are asked again where none of them could be, milliseconds: a daemon that starts lets nobody in at first. */
export const PATIENCE_MS: readonly number[] = [250, 500, ...Array.from({ length: 15 }, () => 1_000)];

/** The same for an audit that is not followed: connections of this process have to be made first. */
export const STARTING_MS: readonly number[] = [250, 500, 1_000];

/** A file's sealed form is asked of others than its author, who is away, for so long, milliseconds. */
const WITHOUT_AUTHOR_MS = 5_000;

export interface NodeFilesInit {
  node: OpenNode;
  view: NetworkView;
  /** Is told what did not go the usual way. */
  note(text: string): void;
  /** How often, and after how many milliseconds each, to ask again where nobody could be asked. */
  pauses?: readonly number[];
  /** Which nodes answer; of its own where left out. */
  reach?: Reach;
  /** Ask only these nodes, each for its own copy. */
  only?: readonly Address[];
}

/**
 * Files out of the running network: an update's sealed file over IPFS, opened with the auditor's key; where that fails or takes long, and for
 * models, the opened file from members, holders first. The first copy with the right hash is enough, except where nodes are named.
 */
export function nodeFiles(init: NodeFilesInit): AuditFiles {
  const { node, view, note, pauses = [], only } = init;
  const network: AskedNetwork = { node, view, reach: init.reach ?? createReach(node.network, sumOf(pauses)) };
  return {
    ...(only ? { nobody: "none of the nodes named with --from" } : {}),
    get: (kind, sha256, context) =>
      only ? named(network, only, kind, sha256, context) : copies(network, { note, pauses }, kind, sha256, context),
  };
}

async function* copies(
  network: AskedNetwork,
  { note, pauses }: { note(text: string): void; pauses: readonly number[] },
  kind: "update" | "model",
  sha256: Bytes32,
  context: FileContext,
): AsyncGenerator<FileCopy> {
  const signal = context.signal ?? new AbortController().signal;
  for (const pause of [...pauses, undefined]) {
    try {
      const from = isExpired(network.view, context) ? leftOver : fromAnyone;
      yield* await from(network, kind, sha256, context, signal);
      return;
    } catch (error) {
      const again = error instanceof SwarmError && error.code === "AUDIT_UNREACHABLE" && error.data.again === true;
      if (pause === undefined || !again) throw error;
      note(`${kind} ${sha256}: no member can be reached; asking again`);
      await sleep(pause, undefined, { signal });
    }
  }
}

/** The author's sealed file first, members' opened ones when it does not come at once. */
async function fromAnyone(
  network: AskedNetwork,
  kind: "update" | "model",
  sha256: Bytes32,
  context: FileContext,
  signal: AbortSignal,
): Promise<FileCopy[]> {
  const { node, view, reach } = network;
  const members = (limit: AbortSignal) => Array.fromAsync(fromMembers(network, kind, sha256, context, limit));
  const { cid, author, maxBytes } = context;
  if (cid === undefined) return members(signal);
  // Without its author, others may still have it; that is not waited for as long.
  const authors = peersOf(view, author ? [author] : []).filter((peerId) => !reach.isDown(peerId));
  const ms = authors.length > 0 ? transferLimit(maxBytes) : WITHOUT_AUTHOR_MS;
  const nobody = new SwarmError("FILE_NOT_HELD", `nobody gave the ${kind} ${sha256}`, { sha256 });
  return hedge(
    async (limit) => {
      const anyone = node.network.connections().some(({ connected }) => connected);
      if (!anyone && !(await node.store.has(cid)))
        throw new SwarmError("STORE_NOT_FOUND", "nobody is connected", { cid });
      const soon = AbortSignal.any([limit, AbortSignal.timeout(ms)]);
      const copy = await overIpfs(node, { cid, author, authors }, maxBytes, soon);
      // An author may have sealed other bytes than it announced; those who hold the announced ones are asked then (R5).
      if (hashOf(copy.bytes) !== sha256) throw new SwarmError("FILE_OTHER_BYTES", `${cid} holds other bytes`, { cid });
      return [copy];
    },
    async (limit) => {
      const found = await members(limit);
      // IPFS may still give it: only both together mean that nobody does.
      if (found.length === 0) throw nobody;
      return found;
    },
    {
      afterMs: authors.length > 0 ? HEDGE_MS : 0,
      signal,
      sleep: (ms, limit) => sleep(ms, undefined, { signal: limit }),
    },
  ).catch((error: unknown) => {
    if (error === nobody) return [];
    throw error;
  });
}

/** Each named node's own copy. @throws SwarmError AUDIT_UNREACHABLE where one of them cannot be asked */
async function* named(
  network: AskedNetwork,
  only: readonly Address[],
  kind: "update" | "model",
  sha256: Bytes32,
  context: FileContext,
): AsyncGenerator<FileCopy> {
  const signal = context.signal ?? new AbortController().signal;
  for (const account of only) {
    yield* fromMembers(network, kind, sha256, { ...context, holders: [account] }, signal, [account]);
  }
}

async function overIpfs(
  { store, sealer }: OpenNode,
  { cid, author, authors }: { cid: string; author: Address | undefined; authors: PeerId[] },
  maxBytes: number,
  signal: AbortSignal,
): Promise<FileCopy> {
  const sealed = await store.get(cid, { maxBytes: sealedLimit(maxBytes), from: authors, signal });
  return { source: `IPFS ${cid}`, giver: nodeCalled(author ?? cid), bytes: await sealer.open(sealed, { maxBytes }) };
}

/**
 * @throws SwarmError AUDIT_UNREACHABLE where nobody gives the file and someone who should hold it could not be asked, or has not read as far
 * in the ledger: then it cannot be said to be missing
 */
async function* fromMembers(
  { node: { network }, view, reach }: AskedNetwork,
  kind: "update" | "model",
  sha256: Bytes32,
  context: FileContext,
  signal: AbortSignal,
  named?: readonly Address[],
): AsyncGenerator<FileCopy> {
  const members = named ?? view.tasks.get(context.taskId)?.members ?? [];
  const shouldHold = new Set(context.holders.length > 0 ? context.holders : members);
  const unasked: string[] = [];
  let again = false;
  for (const account of new Set([...context.holders, ...members])) {
    const [peerId] = peersOf(view, [account]);
    if (peerId === undefined || reach.isDown(peerId)) {
      if (shouldHold.has(account))
        unasked.push(`${account}: ${peerId === undefined ? "has not registered" : "does not answer"}`);
      continue;
    }
    const limit = AbortSignal.any([signal, AbortSignal.timeout(transferLimit(context.maxBytes))]);
    try {
      const { taskId, maxBytes } = context;
      const bytes = await network.requestFile(peerId, { kind, taskId, sha256 }, { maxBytes, signal: limit });
      reach.answered(peerId);
      yield { source: `node ${account}`, giver: nodeCalled(account), bytes };
      return;
    } catch (error) {
      signal.throwIfAborted();
      heard(reach, peerId, error);
      // A lie of one member is tolerated where others are asked; who is asked by name answers for its own copy.
      if (named && error instanceof SwarmError && error.code === "PEER_WRONG_BYTES")
        yield { source: `node ${account}`, giver: nodeCalled(account), bytes: new Uint8Array() };
      if (!shouldHold.has(account) || isAnswer(error)) continue;
      unasked.push(`${account}: ${words(error)}`);
      again ||= !reach.isDown(peerId);
    }
  }
  if (unasked.length === 0 && members.length > 0) return;
  const who = unasked.join("; ") || "the task has no members yet";
  throw new SwarmError("AUDIT_UNREACHABLE", `nobody gave it, and not all who should hold it could be asked (${who})`, {
    sha256,
    again: again || members.length === 0,
  });
}

/** How long pauses are together. */
export const sumOf = (pauses: readonly number[]): number => pauses.reduce((sum, pause) => sum + pause, 0);

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));

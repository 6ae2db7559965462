import { setTimeout as sleep } from "node:timers/promises";
import type { AuditFiles, FileContext, FileCopy } from "../../core/audit/files.ts";
import { SwarmError } from "../../core/errors.ts";
import type { NetworkView } from "../../core/ledger/view/network.ts";
import type { Address, Bytes32, PeerId } from "../../core/primitives.ts";
import { sealedLimit, transferLimit } from "../../daemon/limits.ts";
import type { OpenNode } from "../wire.ts";

/** Milliseconds that IPFS is waited for before members are asked for the opened file. */
const IPFS_MS = 5_000;

/** Pauses after which members are asked again where none of them could be, milliseconds: a daemon that starts lets nobody in at first. */
export const PATIENCE_MS: readonly number[] = [250, 500, ...Array.from({ length: 15 }, () => 1_000)];

/**
 * Files out of the running network: an update's sealed file over IPFS, opened with the auditor's key; where that fails, and for models, the
 * opened file from members, holders first. The first copy with the right hash is enough.
 * @param pauses how often, and after how many milliseconds each, to ask again where nobody could be asked
 */
export function nodeFiles(
  node: OpenNode,
  view: NetworkView,
  note: (text: string) => void,
  pauses: readonly number[] = [],
): AuditFiles {
  return { get: (kind, sha256, context) => copies(node, view, note, pauses, kind, sha256, context) };
}

async function* copies(
  node: OpenNode,
  view: NetworkView,
  note: (text: string) => void,
  pauses: readonly number[],
  kind: "update" | "model",
  sha256: Bytes32,
  context: FileContext,
): AsyncGenerator<FileCopy> {
  const signal = context.signal ?? new AbortController().signal;
  if (context.cid !== undefined) {
    const copy = await overIpfs(
      node,
      peersOf(view, context.author ? [context.author] : []),
      context.cid,
      context.maxBytes,
      signal,
    ).catch((error: unknown) => {
      signal.throwIfAborted();
      note(`${kind} ${sha256} not over IPFS (${words(error)}); asking members`);
      return undefined;
    });
    if (copy) {
      yield copy;
      return;
    }
  }
  for (const pause of [...pauses, undefined]) {
    try {
      yield* fromMembers(node, view, kind, sha256, context, signal);
      return;
    } catch (error) {
      if (pause === undefined || !(error instanceof SwarmError) || error.code !== "AUDIT_UNREACHABLE") throw error;
      note(`${kind} ${sha256}: no member can be reached; asking again`);
      await sleep(pause, undefined, { signal });
    }
  }
}

async function overIpfs(
  { store, sealer }: OpenNode,
  from: PeerId[],
  cid: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<FileCopy> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(IPFS_MS)]);
  const sealed = await store.get(cid, { maxBytes: sealedLimit(maxBytes), from, signal: limit });
  return { source: `IPFS ${cid}`, bytes: await sealer.open(sealed, { maxBytes }) };
}

/**
 * @throws SwarmError AUDIT_UNREACHABLE where nobody gives the file and someone who should hold it could not be asked, or has not read as far
 * in the ledger: then it cannot be said to be missing
 */
async function* fromMembers(
  { network }: OpenNode,
  view: NetworkView,
  kind: "update" | "model",
  sha256: Bytes32,
  context: FileContext,
  signal: AbortSignal,
): AsyncGenerator<FileCopy> {
  const members = view.tasks.get(context.taskId)?.members ?? [];
  const shouldHold = new Set(context.holders.length > 0 ? context.holders : members);
  const unasked: string[] = [];
  for (const account of new Set([...context.holders, ...members])) {
    const [peerId] = peersOf(view, [account]);
    if (peerId === undefined) continue;
    const limit = AbortSignal.any([signal, AbortSignal.timeout(transferLimit(context.maxBytes))]);
    try {
      yield {
        source: `node ${account}`,
        bytes: await network.requestFile(
          peerId,
          { kind, taskId: context.taskId, sha256 },
          { maxBytes: context.maxBytes, signal: limit },
        ),
      };
      return;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof SwarmError && error.code === "PEER_WRONG_BYTES")
        yield { source: `node ${account}`, bytes: new Uint8Array() };
      if (shouldHold.has(account) && !isAnswer(error)) unasked.push(`${account}: ${words(error)}`);
    }
  }
  if (unasked.length === 0 && members.length > 0) return;
  const who = unasked.join("; ") || "the task has no members yet";
  throw new SwarmError("AUDIT_UNREACHABLE", `nobody gave it, and not all who should hold it could be asked (${who})`, {
    sha256,
  });
}

/** A daemon that has not read as far as the audit refuses files of tasks and rounds that it does not know yet. */
const isAnswer = (error: unknown): boolean =>
  error instanceof SwarmError &&
  (error.code === "PEER_WRONG_BYTES" || (error.code === "PEER_REFUSED" && error.data.reason !== "another task"));

const peersOf = (view: NetworkView, accounts: readonly Address[]): PeerId[] =>
  accounts.flatMap((account) => view.registry.registrations.get(account)?.peerId ?? []);

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));

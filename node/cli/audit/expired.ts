import type { FileContext, FileCopy } from "../../core/audit/files.ts";
import { SwarmError } from "../../core/errors.ts";
import { sha256 as hashOf } from "../../core/hash.ts";
import type { NetworkView } from "../../core/ledger/view/network.ts";
import type { TaskView } from "../../core/ledger/view/task.ts";
import type { Address, Bytes32 } from "../../core/primitives.ts";
import { sealedLimit, transferLimit } from "../../daemon/limits.ts";
import { documentOf } from "../tasks.ts";
import { type AskedNetwork, heard, isAnswer, nodeCalled, peersOf } from "./answers.ts";

/** Of each task: reading its document anew for every file of a long history takes longer than asking for them. */
const retained = new WeakMap<TaskView, number>();

/** Whether a file is of a round that the task's retention no longer covers, so that nobody has to have it. */
export function isExpired({ tasks }: NetworkView, { taskId, round }: FileContext): boolean {
  const task = tasks.get(taskId);
  if (!task) return false;
  let rounds = retained.get(task);
  if (rounds === undefined) {
    const { retainRounds = "all" } = documentOf(task) ?? {};
    rounds = retainRounds === "all" ? Number.POSITIVE_INFINITY : retainRounds;
    retained.set(task, rounds);
  }
  return round < task.round - rounds;
}

/**
 * A file that nobody has to have any more, from whoever has it all the same: this node's own store, else members, all asked at once. When
 * those who answer have not got it, nothing is waited for: an old task has thousands of such files.
 * @throws SwarmError AUDIT_UNREACHABLE where no member could be asked
 */
export async function leftOver(
  { node: { network, store, sealer }, view, reach }: AskedNetwork,
  kind: "update" | "model",
  sha256: Bytes32,
  { taskId, author, cid, maxBytes }: FileContext,
  signal: AbortSignal,
): Promise<FileCopy[]> {
  const stop = new AbortController();
  const limit = AbortSignal.any([signal, stop.signal, AbortSignal.timeout(transferLimit(maxBytes))]);
  if (cid !== undefined && (await store.has(cid))) {
    const sealed = await store.get(cid, { maxBytes: sealedLimit(maxBytes), from: [], signal: limit });
    const bytes = await sealer.open(sealed, { maxBytes });
    if (hashOf(bytes) === sha256) return [{ source: `IPFS ${cid}`, giver: nodeCalled(author ?? cid), bytes }];
  }
  const ask = async (account: Address): Promise<FileCopy> => {
    const [peerId] = peersOf(view, [account]);
    if (peerId === undefined) throw new SwarmError("PEER_UNREACHABLE", `${account} has not registered`, { account });
    if (reach.isDown(peerId)) throw new SwarmError("PEER_UNREACHABLE", `${account} does not answer`, { account });
    const bytes = await network
      .requestFile(peerId, { kind, taskId, sha256 }, { maxBytes, signal: limit })
      .catch((error: unknown) => {
        if (!stop.signal.aborted && !signal.aborted) heard(reach, peerId, error);
        throw error;
      });
    reach.answered(peerId);
    return { source: `node ${account}`, giver: nodeCalled(account), bytes };
  };
  const members = view.tasks.get(taskId)?.members ?? [];
  try {
    return [await Promise.any(members.map(ask))];
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof AggregateError)) throw error;
    if (error.errors.some(isAnswer)) return [];
    const again = peersOf(view, members).some((peerId) => !reach.isDown(peerId));
    throw new SwarmError("AUDIT_UNREACHABLE", `no member could be asked for it`, { sha256, again }, error);
  } finally {
    stop.abort(new Error("the file came from someone else"));
  }
}

import { sha256 } from "../hash.ts";
import type { FileMerge } from "../merge/mergeFiles.ts";
import type { Address, Bytes32 } from "../primitives.ts";
import { canonicalJson } from "../task/canonicalJson.ts";
import type { TaskDocument } from "../task/schema.ts";

/** A client's update as a round merges it. */
export interface ClientUpdate {
  account: Address;
  /** Of the update's file. */
  sha256: Bytes32;
  /** 1 to the task's largest (`maxWeight`). */
  weight: number;
}

/**
 * F8: what a round's updates are merged by: the task's rule, in the order of the clients' accounts, whatever order they came in. Where the rule
 * draws, it draws by the digest of exactly this set, which no client knows before it has sent its own update.
 * @param task hash of the task's document
 */
export function roundMerge(
  document: Pick<TaskDocument, "merge" | "round">,
  { task, round, base, updates }: { task: Bytes32; round: number; base: Bytes32; updates: readonly ClientUpdate[] },
): FileMerge & { base: Bytes32 } {
  const ordered = updates.toSorted((a, b) => (a.account < b.account ? -1 : a.account > b.account ? 1 : 0));
  const included = ordered.map(({ weight, sha256: file }, member) => ({ member, weight, sha256: file }));
  const set = {
    task,
    round,
    base,
    included: ordered.map(({ account, sha256: file, weight }) => [account, file, weight]),
  };
  const seed = sha256(new TextEncoder().encode(canonicalJson(set)));
  return { base, included, config: document.merge, context: { f: document.round.f, seed } };
}

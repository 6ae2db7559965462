import type { TaskView } from "../ledger/view/task.ts";
import type { Bytes32, Cid } from "../primitives.ts";
import type { RoundState } from "./state.ts";

/** What may be deleted. Naming a file that is not there does no harm. */
export interface ExpiredFiles {
  models: readonly Bytes32[];
  updates: readonly Bytes32[];
  /** This node's own sealed files that were never offered. */
  sealed: readonly Bytes32[];
  /** Sealed files in the store, everybody's. */
  cids: readonly Cid[];
}

/** Files of rounds before `before` that were not deleted yet; what the current model or a later round needs stays (R8). */
export function expiredFiles({ local }: RoundState, task: TaskView, before: number): ExpiredFiles {
  const expires = ({ round }: { round: number }) => round >= local.prunedBefore && round < before;
  const kept = new Set<Bytes32>([
    task.model,
    ...task.history.flatMap((final) => (final.round < before ? [] : [final.base, final.modelHash])),
  ]);
  // A node's own merges, too: those of attempts that ended without a model are nobody's base.
  const merged = [...task.history, ...local.merged.values()].filter(expires);
  const models = new Set(merged.flatMap((it) => ("base" in it ? [it.base, it.modelHash] : [it.modelHash])));
  const published = [...task.published].flatMap(([sha256, all]) =>
    all.filter(expires).map(({ cids }) => ({ sha256, cids })),
  );
  const sealed = [...local.sealed.values()].filter(expires);
  const own = [...local.own.values()].filter(expires);
  return {
    models: [...models].filter((sha256) => !kept.has(sha256)),
    updates: [...new Set([...published.map(({ sha256 }) => sha256), ...own.map(({ sha256 }) => sha256)])],
    sealed: sealed.map((file) => file.sealed),
    cids: [...new Set([...published.flatMap(({ cids }) => cids), ...sealed.map(({ cid }) => cid)])],
  };
}

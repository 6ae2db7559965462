import { memberOf, type TaskView } from "../ledger/view/task.ts";
import type { Bytes32, Cid } from "../primitives.ts";
import { bestsBefore } from "./earlyStop.ts";
import type { RoundState } from "./state.ts";

/** What may be deleted. Naming a file that is not there does no harm. */
export interface ExpiredFiles {
  models: readonly Bytes32[];
  /** As members named them on the ledger: what another task or a later round made is to be left (core/round/retention.ts cannot see it). */
  updates: readonly Bytes32[];
  /** This node's own sealed files that were never offered. */
  sealed: readonly Bytes32[];
  /** Sealed files in the store, everybody's. */
  cids: readonly Cid[];
}

/**
 * Files of rounds before `before` that were not deleted yet; what the current model, a later round or another task of this node needs stays
 * (R8), and so does the best model of a task that may stop early (R11). Members can name any CID and any hash, so naming one never makes it expire that is needed elsewhere.
 */
export function expiredFiles(state: RoundState, task: TaskView, before: number): ExpiredFiles {
  const { local } = state;
  const expires = ({ round }: { round: number }) => round >= local.prunedBefore && round < before;
  const others = [...state.view.tasks.values()].filter((it) => it !== task && memberOf(it, state.account) >= 0);
  const bests = bestsBefore(state.earlyStopping, task, before);
  const kept = keptModels(task, others, before).add(bests.at(-1)?.modelHash ?? task.model);
  // A node's own merges, too: those of attempts that ended without a model are nobody's base.
  const merged = [...task.history, ...local.merged.values()].filter(expires);
  const models = new Set(merged.flatMap((it) => ("base" in it ? [it.base, it.modelHash] : [it.modelHash])));
  // What was the best model outlived its own round's files.
  for (const { modelHash } of bests) models.add(modelHash);
  const published = [...task.published].flatMap(([sha256, all]) =>
    all.filter(expires).map(({ cids }) => ({ sha256, cids })),
  );
  const sealed = [...local.sealed.values()].filter(expires);
  const own = [...local.own.values()].filter(expires);
  const keptSealed = keptCids(state, task, others, before);
  const cids = [...published.flatMap((update) => update.cids), ...sealed.map(({ cid }) => cid)];
  return {
    models: [...models].filter((sha256) => !kept.has(sha256)),
    updates: [...new Set([...published.map(({ sha256 }) => sha256), ...own.map(({ sha256 }) => sha256)])],
    sealed: sealed.map((file) => file.sealed),
    cids: [...new Set(cids)].filter((cid) => !keptSealed.has(cid)),
  };
}

function keptModels(task: TaskView, others: readonly TaskView[], before: number): Set<Bytes32> {
  const recent = task.history.filter((final) => final.round >= before);
  const elsewhere = others.flatMap(({ params, history }) => [params.modelHash, ...history.map((it) => it.modelHash)]);
  return new Set([task.model, ...recent.flatMap(({ base, modelHash }) => [base, modelHash]), ...elsewhere]);
}

function keptCids(
  { local }: RoundState,
  task: TaskView,
  others: readonly TaskView[],
  before: number,
): ReadonlySet<Cid> {
  const publications = [
    ...[...task.published.values()].flat().filter(({ round }) => round >= before),
    ...others.flatMap(({ published }) => [...published.values()].flat()),
  ];
  return new Set([
    ...[task, ...others].map(({ modelCid }) => modelCid),
    ...publications.flatMap(({ cids }) => cids),
    ...[...(task.attempt?.submissions.values() ?? [])].map(({ cid }) => cid),
    ...[...local.sealed.values()].filter(({ round }) => round >= before).map(({ cid }) => cid),
  ]);
}

import type { NetworkView } from "../../core/ledger/view/network.ts";
import type { RoundRecord } from "../../daemon/components.ts";
import type { OwnEntry } from "../../dashboard/entries.ts";
import { nameIn, type Names } from "../names.ts";

/**
 * A node's records as entries of the page, by the ledger's final rounds. The model of a round is evaluated when the next one begins, so its figures
 * stand in the next round's record.
 * @param records by the round's model
 */
export function ownEntries(
  view: NetworkView,
  records: ReadonlyMap<string, RoundRecord>,
  names: Names,
): Map<string, OwnEntry> {
  const nameOf = nameIn(names);
  const entries = new Map<string, OwnEntry>();
  if (records.size === 0) return entries;
  for (const { taskId, history } of view.tasks.values()) {
    for (const [i, { round, modelHash }] of history.entries()) {
      const record = records.get(modelHash);
      const next = history[i + 1];
      const figures = next && records.get(next.modelHash)?.base;
      if (record === undefined && figures === undefined) continue;
      const hints = record?.hints ?? [];
      entries.set(`own/${taskId}/${round}`, {
        round,
        accuracy: figures?.accuracy ?? null,
        loss: figures?.loss ?? null,
        auc: figures?.auc ?? null,
        trainingMs: record?.trainingMs ?? null,
        engine: record?.engine ?? null,
        clipped: hints.filter(({ clipped, dropped }) => clipped < 1 && !dropped).map(({ account }) => nameOf(account)),
        dropped: hints.filter(({ dropped }) => dropped).map(({ account }) => nameOf(account)),
      });
    }
  }
  return entries;
}

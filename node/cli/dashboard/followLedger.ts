import { applyEvent, emptyNetwork, type NetworkView } from "../../core/ledger/view/network.ts";
import type { Dashboard } from "../../dashboard/dashboard.ts";
import type { Ledger } from "../../ports/ledger.ts";

export interface Following {
  /** The network as it was told last. */
  view(): NetworkView;
  /** Resolves when the signal has ended it. @throws SwarmError as `Ledger.follow` */
  ended: Promise<void>;
}

/** Tells a dashboard the ledger's final events, from the deployment on, and starts over where the chain comes back shorter (R9). */
export function followLedger(ledger: Ledger, dashboard: Dashboard, signal: AbortSignal): Following {
  let view = emptyNetwork();
  const follow = async (): Promise<void> => {
    for (let rolledBack = true; rolledBack && !signal.aborted;) {
      rolledBack = false;
      for await (const update of ledger.follow({ signal })) {
        if (update.kind === "connection") dashboard.connection(update.up);
        if (update.kind === "rollback") {
          view = emptyNetwork();
          dashboard.rolledBack();
          rolledBack = true;
          break;
        }
        if (update.kind !== "events") continue;
        for (const event of update.events) applyEvent(view, event);
        view.head = Math.max(view.head, update.head);
        view.timestamp = Math.max(view.timestamp, update.timestamp);
        dashboard.take(update.events, view);
      }
    }
  };
  const ended = follow().catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
  return { view: () => view, ended };
}

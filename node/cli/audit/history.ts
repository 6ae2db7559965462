import { SwarmError } from "../../core/errors.ts";
import type { LocatedEvent } from "../../core/ledger/events.ts";
import { applyEvent, type NetworkView } from "../../core/ledger/view/network.ts";
import type { Ledger } from "../../ports/ledger.ts";

export interface HistoryOptions {
  follow: boolean;
  signal: AbortSignal;
  /** `view` has changed. */
  onNews(): Promise<void>;
  /** Whoever reads has dealt with all events so far, and waits for new ones. Only where it follows. */
  onRead?(): Promise<void>;
}

/**
 * The ledger's events from the deployment on: up to the present head, or on and on until `signal` aborts. Before events are given out,
 * `view` has taken in all that came with them, so that whoever fetches their files knows who is there now.
 * @throws SwarmError CHAIN_UNREACHABLE, CHAIN_ROLLED_BACK: an audit of a history that changed has to begin again
 */
export async function* history(
  ledger: Ledger,
  view: NetworkView,
  { follow, signal, onNews, onRead }: HistoryOptions,
): AsyncGenerator<LocatedEvent> {
  try {
    for await (const update of ledger.follow({ signal })) {
      if (update.kind === "rollback") {
        throw new SwarmError(
          "CHAIN_ROLLED_BACK",
          "the chain came back shorter while it was audited: run the audit again",
          { to: update.to },
        );
      }
      if (update.kind === "connection") {
        if (!follow && !update.up)
          throw new SwarmError(
            "CHAIN_UNREACHABLE",
            "the chain's endpoint went away: check that it runs, then run the audit again",
            {},
            update.error,
          );
        continue;
      }
      for (const event of update.events) applyEvent(view, event);
      view.head = Math.max(view.head, update.head);
      view.timestamp = Math.max(view.timestamp, update.timestamp);
      if (update.events.length > 0) await onNews();
      yield* update.events;
      if (!follow) return;
      await onRead?.();
    }
  } catch (error) {
    // Ctrl-C ends a followed history; what was read of it is still reported.
    if (!follow || !signal.aborted) throw error;
  }
}

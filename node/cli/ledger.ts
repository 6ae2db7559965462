import { SwarmError } from "../core/errors.ts";
import { applyEvent, emptyNetwork, type NetworkView } from "../core/ledger/view/network.ts";
import type { Ledger, LedgerUpdate } from "../ports/ledger.ts";

/**
 * The network as of the chain's final head, from a replay of its whole history.
 * @throws SwarmError CHAIN_UNREACHABLE, and what `Ledger.follow` throws
 */
export async function readNetwork(ledger: Ledger, signal: AbortSignal): Promise<NetworkView> {
  return replay(ledger, emptyNetwork(), () => true, signal);
}

/** Goes on from `view` until it has come to block `block`, in which an act was mined; mutates `view`. */
export async function readUntil(
  ledger: Ledger,
  view: NetworkView,
  block: number,
  signal: AbortSignal,
): Promise<NetworkView> {
  return view.head >= block ? view : replay(ledger, view, ({ head }) => head >= block, signal);
}

/**
 * Yields the network again whenever events came, or the chain's endpoint went away or came back after it was read; the view is the same
 * object each time. A rollback starts it over.
 */
export async function* watchNetwork(
  ledger: Ledger,
  signal: AbortSignal,
): AsyncGenerator<{ view: NetworkView; events: number; isUp: boolean }> {
  let view = emptyNetwork();
  let isUp = true;
  let after: number | undefined;
  for (;;) {
    let rolledBack = false;
    for await (const update of ledger.follow({ ...(after === undefined ? {} : { after }), signal })) {
      if (update.kind === "connection") {
        isUp = update.up;
        if (view.head > 0) yield { view, events: 0, isUp };
        continue;
      }
      rolledBack = update.kind === "rollback";
      if (update.kind === "rollback") break;
      take(view, update);
      yield { view, events: update.events.length, isUp };
    }
    if (!rolledBack) return;
    view = emptyNetwork();
    after = undefined;
  }
}

async function replay(
  ledger: Ledger,
  view: NetworkView,
  isEnough: (view: NetworkView) => boolean,
  signal: AbortSignal,
): Promise<NetworkView> {
  const after = view.head === 0 ? {} : { after: view.head };
  for await (const update of ledger.follow({ ...after, signal })) {
    if (update.kind === "events") {
      take(view, update);
      if (isEnough(view)) return view;
    } else if (update.kind === "rollback") {
      throw new SwarmError(
        "CHAIN_ROLLED_BACK",
        "the chain came back shorter while it was read: run the command again",
        { to: update.to },
      );
    } else if (!update.up) {
      throw new SwarmError(
        "CHAIN_UNREACHABLE",
        "the chain's endpoint went away: check that it runs, then run the command again",
        {},
        update.error,
      );
    }
  }
  signal.throwIfAborted();
  throw new SwarmError("CHAIN_UNREACHABLE", "the chain's history ended before its head: run the command again");
}

function take(view: NetworkView, update: LedgerUpdate & { kind: "events" }): void {
  for (const event of update.events) applyEvent(view, event);
  view.head = Math.max(view.head, update.head);
  view.timestamp = Math.max(view.timestamp, update.timestamp);
}

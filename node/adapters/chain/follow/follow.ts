import type { Clock } from "../../../ports/clock.ts";
import type { LedgerUpdate } from "../../../ports/ledger.ts";
import type { Logger } from "../../../ports/logger.ts";
import { checkDeployment } from "../checkDeployment.ts";
import type { Deployment } from "../deployment.ts";
import type { Endpoint } from "../rpc/endpoint.ts";
import { isPassing } from "../rpc/passing.ts";
import { Wakeup } from "../wakeup.ts";
import { Announcements } from "./announcements.ts";
import { finalHead } from "./finalHead.ts";
import { Position } from "./position.ts";
import { maxRewindOf } from "./rewind.ts";
import { readUpTo } from "./step.ts";

/** How often the chain is looked at when nothing says that it changed. */
export interface FollowOptions {
  /** Where the endpoint announces blocks: only to notice a connection that died silently. */
  announcedMs: number;
  /** Where it does not: right after something happened, and the most it grows to by half. */
  activeMs: number;
  idleMs: number;
  /** After a failure, doubling. */
  firstRetryMs: number;
  mostRetryMs: number;
}

export const FOLLOW_DEFAULTS: FollowOptions = {
  announcedMs: 5_000,
  activeMs: 20,
  idleMs: 1_000,
  firstRetryMs: 100,
  mostRetryMs: 2_000,
};

interface Components {
  endpoint: Endpoint;
  deployment: Deployment;
  clock: Clock;
  logger: Logger;
  /** Registers what to call on `poke()`; returns how to stop. */
  onPoke: (listener: () => void) => () => void;
}

/** `Ledger.follow` for one reader. */
export async function* follow(
  components: Components,
  options: FollowOptions,
  { after, signal }: { after?: number; signal: AbortSignal },
): AsyncGenerator<LedgerUpdate, void, void> {
  const { endpoint, deployment, clock, logger } = components;
  const position = new Position({ number: after ?? deployment.block - 1, hash: undefined }, maxRewindOf(deployment));
  const announced = new Announcements();
  const wakeup = new Wakeup(clock);
  let pollMs = options.activeMs;
  let retryMs = options.firstRetryMs;
  let up = true;
  let caughtUp = false;

  const lookNow = (): void => {
    pollMs = options.activeMs;
    wakeup.wake();
  };
  const stops = [
    components.onPoke(lookNow),
    endpoint.onHead((header) => {
      if (header) announced.add(header);
      else announced.clear();
      lookNow();
    }),
  ];
  try {
    while (!signal.aborted) {
      try {
        if (!up) {
          await checkDeployment(endpoint, deployment, signal);
          up = true;
          yield { kind: "connection", up: true };
        }
        const final = await finalHead(endpoint, deployment.finality, announced.latest, signal);
        retryMs = options.firstRetryMs;
        if (final && final.number >= deployment.block - 1) {
          const step = await readUpTo(components, position, final, announced, signal);
          if (step.kind === "retry" || step.kind === "rewound") announced.clear();
          else announced.dropUpTo(final.number);
          if (step.kind === "retry") continue;
          if (step.kind === "rewound") {
            position.backTo(step.to);
            logger.warn("The chain came back shorter; going back to the last block that is still there", {
              block: step.to.number,
            });
            yield { kind: "rollback", to: step.to.number };
            continue;
          }
          if (step.kind === "read" && (final.number > position.head.number || !caughtUp)) {
            position.advance([...step.between, final]);
            caughtUp = true;
            pollMs = options.activeMs;
            yield {
              kind: "events",
              events: step.events,
              head: final.number,
              headHash: final.hash,
              timestamp: final.timestamp,
            };
          }
        }
        const wait = endpoint.announces() ? options.announcedMs : pollMs;
        pollMs = Math.min(pollMs * 1.5, options.idleMs);
        await wakeup.wait(wait, signal);
      } catch (error) {
        if (signal.aborted) return;
        if (!isPassing(error)) throw error;
        announced.clear();
        if (up) {
          up = false;
          yield { kind: "connection", up: false, error: error as Error };
        }
        await clock.sleep(retryMs, signal).catch((reason: unknown) => {
          if (!signal.aborted) throw reason;
        });
        retryMs = Math.min(retryMs * 2, options.mostRetryMs);
      }
    }
  } finally {
    for (const stop of stops) stop();
  }
}

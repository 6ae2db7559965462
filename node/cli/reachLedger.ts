import { FOLLOW_DEFAULTS } from "../adapters/chain/follow/follow.ts";
import type { ChainLedger } from "../adapters/chain/ledger.ts";
import { isPassing, isRefusedByServer } from "../adapters/chain/rpc/passing.ts";
import type { NetworkView } from "../core/ledger/view/network.ts";
import { waitFor } from "../core/round/waiting/here.ts";
import { clockWords, waitWords } from "../core/round/waiting/words.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { Cli } from "./cli.ts";
import { readNetwork } from "./ledger.ts";

/** Pauses between two lines about the wait, doubling, seconds. */
const LINES = { first: 10, most: 60 } as const;

/** A ledger, and the network as it was first read of it. */
export interface Reached {
  ledger: ChainLedger;
  view: NetworkView;
}

/**
 * Opens a daemon's ledger and reads it; where the chain's endpoint does not answer yet, as after a reboot, it says so and waits, as the
 * running daemon does. What does not pass by itself, such as another chain, is thrown at once.
 * @returns undefined where the wait was ended by the signal
 * @throws SwarmError as `createLedger` and `readNetwork`
 */
export async function reachLedger(
  open: () => Promise<ChainLedger>,
  { cli, logger, clock }: { cli: Cli; logger: Logger; clock: Clock },
): Promise<Reached | undefined> {
  const { signal } = cli;
  const wait = new Wait(cli, logger, clock);
  for (let pause = FOLLOW_DEFAULTS.firstRetryMs; ; pause = Math.min(pause * 2, FOLLOW_DEFAULTS.mostRetryMs)) {
    try {
      const reached = await openAndRead(open, signal);
      wait.over();
      return reached;
    } catch (error) {
      if (signal.aborted) return undefined;
      if (!isPassing(error) || isRefusedByServer(error)) throw error;
      wait.goesOn(error);
    }
    try {
      await clock.sleep(pause, signal);
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  }
}

async function openAndRead(open: () => Promise<ChainLedger>, signal: AbortSignal): Promise<Reached> {
  const ledger = await open();
  try {
    return { ledger, view: await readNetwork(ledger, signal) };
  } catch (error) {
    await ledger.close();
    throw error;
  }
}

/** Says that the endpoint is away, for how long in growing intervals, and that it is back. */
class Wait {
  readonly #cli: Cli;
  readonly #logger: Logger;
  readonly #clock: Clock;
  #since: number | undefined;
  #next = 0;
  #interval: number = LINES.first;

  constructor(cli: Cli, logger: Logger, clock: Clock) {
    this.#cli = cli;
    this.#logger = logger;
    this.#clock = clock;
  }

  goesOn(error: unknown): void {
    const now = this.#clock.now() / 1000;
    if (this.#since === undefined) {
      this.#since = now;
      this.#next = now + LINES.first;
      this.#logger.warn("the chain's endpoint does not answer; starting as soon as it does", { error });
      this.#cli.out.json({ event: "connection", up: false });
    }
    if (now < this.#next) return;
    this.#next = now + this.#interval;
    this.#interval = Math.min(2 * this.#interval, LINES.most);
    const wait = waitFor("endpoint");
    const seconds = now - this.#since;
    const text = waitWords(wait, String) + clockWords(wait, now, this.#since);
    this.#logger.info(text, { kind: wait.kind, seconds: Math.floor(seconds) });
    this.#cli.out.say(text);
    this.#cli.out.json({ event: "waiting", text, kind: wait.kind, missing: [], doing: [], seconds });
  }

  over(): void {
    if (this.#since === undefined) return;
    this.#logger.info("the chain's endpoint answers again");
    this.#cli.out.say("the chain's endpoint answers");
    this.#cli.out.json({ event: "connection", up: true });
  }
}

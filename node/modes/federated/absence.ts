import { SwarmError } from "../../core/errors.ts";
import { FEDERATED_PURPOSE } from "../../core/modes/federatedMessages.ts";
import type { PeerId } from "../../core/primitives.ts";
import { duration } from "../../core/units.ts";
import type { Channel } from "../../ports/channels.ts";
import type { ClientComponents, ClientObserver } from "./components.ts";
import { RETRY_FIRST_MS, RETRY_LAST_MS } from "./limits.ts";
import { timeOfDay } from "../timeOfDay.ts";

/** F11: finds the coordinator, and finds it again: says once that it is away, or not there yet, and that it is back, or there. */
export class Absence {
  readonly #it: ClientComponents;
  readonly #coordinator: PeerId;
  readonly #observer: ClientObserver;
  #failures = 0;
  #since: number | undefined;
  #told = false;
  #wasThere = false;

  constructor(components: ClientComponents, coordinator: PeerId, observer: ClientObserver) {
    this.#it = components;
    this.#coordinator = coordinator;
    this.#observer = observer;
  }

  /** The line broke. */
  left(): void {
    this.#since ??= this.#it.clock.now();
    this.#tell();
  }

  /** The coordinator has welcomed this client. */
  came(): void {
    this.#failures = 0;
    if (this.#since !== undefined && this.#told) {
      const seconds = (this.#it.clock.now() - this.#since) / 1000;
      const text = this.#wasThere
        ? `the coordinator is back after ${duration(seconds)}; training goes on`
        : "the coordinator is there; training begins";
      this.#observer.back?.({ seconds, text });
    }
    this.#wasThere = true;
    this.#since = undefined;
    this.#told = false;
  }

  /** A channel with the coordinator, however long that takes: waits to be told of a connection, and where there is one but no channel, tries again. */
  async open(signal: AbortSignal): Promise<Channel> {
    const { channels, clock, logger, connected } = this.#it;
    for (;;) {
      // After the first failure only: a coordinator that is there needs no waiting for.
      if (this.#failures > 0) await connected(this.#coordinator, signal);
      if (this.#failures > 1) await clock.sleep(pause(this.#failures - 2), signal);
      this.#failures += 1;
      try {
        return await channels.open(this.#coordinator, FEDERATED_PURPOSE, { signal });
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof SwarmError) || !/^PEER_(CLOSED|TIMEOUT|UNREACHABLE|REFUSED)$/.test(error.code))
          throw error;
        logger.debug("the coordinator does not answer", { error: error.message });
        this.left();
      }
    }
  }

  #tell(): void {
    if (this.#told) return;
    this.#told = true;
    const since = this.#since ?? this.#it.clock.now();
    const time = timeOfDay(since);
    const text = this.#wasThere
      ? `the coordinator is away since ${time}; training stands still until it is back; nothing is lost`
      : "the coordinator does not answer yet; training begins when it does";
    this.#observer.away?.({ since, text });
  }
}

/** Milliseconds. */
const pause = (failures: number): number => Math.min(RETRY_LAST_MS, RETRY_FIRST_MS * 2 ** failures);

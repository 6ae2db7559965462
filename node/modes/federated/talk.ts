import { SwarmError } from "../../core/errors.ts";
import type { Channel } from "../../ports/channels.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Logger } from "../../ports/logger.ts";
import { HERE_MS } from "./limits.ts";

/** One side's sending over a channel: one message after the other, and a sign of life now and then. */
export interface Talk {
  /** Queues a message. Resolves when it is handed to the connection. @throws what Channel.send does */
  say(head: Record<string, unknown>, body?: Uint8Array): Promise<void>;
  /** Ends the signs of life. */
  stop(): void;
}

const NOTHING = new Uint8Array(0);
const STOPPED = new SwarmError("STOPPED", "the conversation is over");

export function createTalk(channel: Channel, { clock, logger }: { clock: Clock; logger: Logger }): Talk {
  const stop = new AbortController();
  const { signal } = stop;
  let last: Promise<unknown> = Promise.resolve();
  const say: Talk["say"] = (head, body = NOTHING) => {
    const sent = last.then(() => channel.send({ head, body }, { signal }));
    last = sent.catch(() => undefined);
    return sent;
  };
  const showLife = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(HERE_MS, signal);
      await say({ type: "here" });
    }
  };
  // Whoever reads from the channel learns that it is over, and why.
  showLife().catch((error: unknown) => logger.debug("no more signs of life", { error: String(error) }));
  return { say, stop: () => stop.abort(STOPPED) };
}

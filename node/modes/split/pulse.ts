import { SwarmError } from "../../core/errors.ts";
import type { ServerContext } from "./serverContext.ts";

/** Tells clients what is going on. */
export interface Pulse {
  say(text: string): void;
  stop(): void;
}

/** Tells all clients what is going on, when it changes and as often as a step may take, so that silence means that the server is gone. */
export function signsOfLife({ lobby, parts, clock, signal }: ServerContext): Pulse {
  let text = "waiting for the server to begin";
  const stop = new AbortController();
  const until = AbortSignal.any([signal, stop.signal]);
  void (async () => {
    for (;;) {
      await clock.sleep(1000 * parts.split.stepSeconds, until);
      await lobby.tell(text);
    }
  })().catch(() => undefined);
  return {
    say(next) {
      text = next;
      void lobby.tell(text);
    },
    stop: () => stop.abort(new SwarmError("STOPPING", "the server stops")),
  };
}

import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { type Daemon, type DaemonEvent, type DaemonOptions, startDaemon } from "../../../node/cli/local/daemons.ts";

/** Milliseconds after which an event that a scenario waits for is believed never to come. */
const PATIENCE = 120_000;

/** A daemon in a process of its own, and everything it has said so far. */
export interface Watched extends Daemon {
  events: DaemonEvent[];
  /** The first event that matches, of those from the `from`th on, said already or still to come. @throws Error with what the daemon said */
  until(what: string, match: (event: DaemonEvent) => boolean, from?: number): Promise<DaemonEvent>;
  /** The end of a round. */
  final(round: number): Promise<DaemonEvent>;
  /** A line on standard error that matches, said already or still to come. */
  says(line: RegExp): Promise<string>;
  kill(): Promise<void>;
}

/** All that were started in this process, for the case that it is told to end. */
const running = new Set<Daemon>();
process.once("SIGTERM", () => {
  for (const daemon of running) daemon.process.kill("SIGKILL");
  process.exit(143);
});

export function watchDaemon(options: Omit<DaemonOptions, "onEvent">, patienceMs = PATIENCE): Watched {
  const events: DaemonEvent[] = [];
  const lines: string[] = [];
  const listeners = new Set<() => void>();
  const onEvent = (event: DaemonEvent): void => {
    events.push(event);
    for (const listener of listeners) listener();
  };
  const daemon = startDaemon({ ...options, onEvent });
  running.add(daemon);
  void daemon.exited.then(() => running.delete(daemon));

  createInterface({ input: daemon.process.stderr as Readable }).on("line", (line) => {
    lines.push(line);
    for (const listener of listeners) listener();
  });

  /** The first of a growing list that matches. */
  const first = <T>(what: string, list: readonly T[], match: (entry: T) => boolean, from = 0): Promise<T> =>
    new Promise((done, fail) => {
      const settle = (): void => {
        clearTimeout(limit);
        listeners.delete(look);
      };
      const give = (why: string): void => {
        settle();
        const said = events.slice(-8).map((event) => JSON.stringify(event).slice(0, 200));
        fail(new Error(`${daemon.name}: ${what}: ${why}\n${[...said, ...daemon.errors].join("\n")}`));
      };
      const limit = setTimeout(() => give("not seen in time"), patienceMs);
      let looked = from;
      const look = (): void => {
        while (looked < list.length) {
          const entry = list[looked++] as T;
          if (!match(entry)) continue;
          settle();
          done(entry);
          return;
        }
      };
      listeners.add(look);
      void daemon.exited.then(({ code, signal }) => give(`it ended (${signal ?? code})`));
      look();
    });

  const until: Watched["until"] = (what, match, from = 0) => first(what, events, match, from);

  return {
    ...daemon,
    events,
    until,
    says: (line) => first(String(line), lines, (said) => line.test(said)),
    final: (round) => until(`round ${round} final`, (event) => event.event === "round" && event.round === round),
    async kill() {
      daemon.process.kill("SIGKILL");
      await daemon.exited;
    },
  };
}

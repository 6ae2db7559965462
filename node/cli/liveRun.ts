import { createLiveText, isLive, type LiveText, type TerminalStream } from "../adapters/terminal/liveText.ts";
import type { PeerObserver } from "../daemon/components.ts";
import type { Cli } from "./cli.ts";
import { liveOutput } from "./output/liveOutput.ts";
import { statusLine } from "./statusLine.ts";
import { cliClock } from "./system.ts";

const REDRAW_MS = 1_000;

/** What a daemon prints in a terminal, with a line at its end that says how the task goes on. */
export interface LiveRun extends Disposable {
  /** Prints above the line. */
  cli: Cli;
  /** Draws the line from now on, until the command is told to stop. @returns what the daemon is to tell */
  begin(task: Omit<Parameters<typeof statusLine>[0], "now">): PeerObserver;
}

/** Without a terminal, with `--json` or with `--verbose` everything is as it is without the line. */
export function liveRun(cli: Cli, stream: TerminalStream = process.stdout): LiveRun {
  if (cli.out.isJson || cli.verbose || !isLive(stream))
    return { cli, begin: () => ({}), [Symbol.dispose]: () => undefined };
  const live = createLiveText(stream);
  const clock = cliClock();
  let timer: NodeJS.Timeout | undefined;
  let draw = (): void => undefined;
  const clear = (): void => {
    clearInterval(timer);
    draw = () => undefined;
    live.show("");
  };
  cli.signal.addEventListener("abort", clear, { once: true });
  return {
    // What is printed is often why the line is other than a second ago.
    cli: { ...cli, out: liveOutput(cli.out, { above: (write) => (draw(), live.above(write)) }) },
    begin: (task) => {
      const { observer, text } = statusLine({ ...task, now: () => clock.now() });
      draw = () => oneLine(live, text(clock.now()), stream);
      timer = setInterval(() => draw(), REDRAW_MS);
      timer.unref();
      draw();
      return observer;
    },
    [Symbol.dispose]: () => {
      cli.signal.removeEventListener("abort", clear);
      clear();
      live.end();
    },
  };
}

function oneLine(live: LiveText, text: string, { columns = 80 }: TerminalStream): void {
  live.show(text.length < columns ? text : `${text.slice(0, columns - 2)}…`);
}

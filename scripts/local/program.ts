import type { CommanderError } from "commander";
import { EXIT, exitCodeOf } from "../../node/cli/exitCodes.ts";
import { fileErrorOf } from "../../node/cli/fileError.ts";
import { SwarmError } from "../../node/core/errors.ts";

/** What a script that runs a whole network needs of its terminal. */
export interface Terminal {
  say(text: string): void;
  /** Aborts at the first Ctrl-C, SIGTERM or SIGHUP; a second one ends the process. */
  signal: AbortSignal;
  readonly interrupted: boolean;
}

/** @param json lines for people go to standard error then, so that standard output has the result alone */
export function openTerminal(json: boolean | undefined): Terminal {
  const say = (text: string): void => void (json ? process.stderr : process.stdout).write(`${text}\n`);
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      if (stop.signal.aborted) process.exit(130);
      say("stopping everything (once more to give up waiting)");
      stop.abort(new SwarmError("STOPPED", "stopped by the operator"));
    });
  }
  return {
    say,
    signal: stop.signal,
    get interrupted() {
      return stop.signal.aborted;
    },
  };
}

/** For `Command.exitOverride`: a wrong command line ends a script with the same code as the program's commands. */
export const leave = ({ exitCode }: CommanderError): never => process.exit(exitCode === 0 ? EXIT.OK : EXIT.USAGE);

/** Runs a script to its exit code: what it throws is printed, unless it only says that it was stopped. */
export async function runScript(terminal: Terminal, main: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    const known = error instanceof SwarmError ? error : fileErrorOf(error);
    if (!terminal.interrupted)
      process.stderr.write(
        known ? `error: ${known.message}\n` : `${(error as Error).stack}\nThis is a bug; please report it.\n`,
      );
    process.exitCode = terminal.interrupted ? EXIT.INTERRUPTED : known ? exitCodeOf(known) : EXIT.FAILED;
  }
}

import { SwarmError } from "../core/errors.ts";
import type { Perform } from "./define.ts";
import { EXIT, type ExitCode, exitCodeOf } from "./exitCodes.ts";
import { isAbort, printBug, printError } from "./output/errors.ts";
import { createOutput } from "./output/output.ts";

/** Runs a command's action: gives it a signal that Ctrl-C aborts, prints what it throws, sets the process's exit code. */
export const perform: Perform = async (options, action) => {
  const out = createOutput(options.json === true);
  const stop = new AbortController();
  let interrupted: ExitCode | undefined;
  const onSignal = (name: NodeJS.Signals) => {
    if (interrupted !== undefined) process.exit(interrupted);
    interrupted = name === "SIGINT" ? EXIT.INTERRUPTED : EXIT.TERMINATED;
    stop.abort(new SwarmError("STOPPED", "stopped by the operator"));
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  try {
    const code = await action({ out, verbose: options.verbose === true, signal: stop.signal });
    // A verdict that a command came to counts, however it was ended. A service that was told to stop and did so is done; Ctrl-C is
    // told apart for scripts all the same.
    process.exitCode = code ?? (interrupted === EXIT.INTERRUPTED ? interrupted : EXIT.OK);
  } catch (error) {
    process.exitCode = report(error);
  } finally {
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  }

  function report(error: unknown): ExitCode {
    if (isAbort(error, stop.signal)) return interrupted ?? EXIT.INTERRUPTED;
    if (error instanceof SwarmError) {
      printError(out, error, options.verbose === true);
      return exitCodeOf(error);
    }
    printBug(out, error);
    return EXIT.FAILED;
  }
};

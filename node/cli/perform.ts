import { SwarmError } from "../core/errors.ts";
import type { Perform } from "./define.ts";
import { EXIT, type ExitCode, exitCodeOf } from "./exitCodes.ts";
import { isAbort, printBug, printError } from "./output/errors.ts";
import { createOutput } from "./output/output.ts";
import { fileErrorOf } from "./fileError.ts";
import { onSignals } from "./signals.ts";

/** Runs a command's action: gives it a signal that Ctrl-C aborts, prints what it throws, sets the process's exit code. */
export const perform: Perform = async (options, action) => {
  const out = createOutput(options.json === true);
  const stop = new AbortController();
  using signals = onSignals(() => stop.abort(new SwarmError("STOPPED", "stopped by the operator")));
  try {
    const code = await action({ out, verbose: options.verbose === true, signal: stop.signal });
    // A verdict that a command came to counts, however it was ended. A service that was told to stop and did so is done; Ctrl-C is
    // told apart for scripts all the same.
    process.exitCode = code ?? (signals.interrupted === EXIT.INTERRUPTED ? EXIT.INTERRUPTED : EXIT.OK);
  } catch (error) {
    process.exitCode = report(error);
  }

  function report(error: unknown): ExitCode {
    if (isAbort(error, stop.signal)) return signals.interrupted ?? EXIT.INTERRUPTED;
    const known = error instanceof SwarmError ? error : fileErrorOf(error);
    if (known !== undefined) {
      printError(out, known, options.verbose === true);
      return exitCodeOf(known);
    }
    printBug(out, error);
    return EXIT.FAILED;
  }
};

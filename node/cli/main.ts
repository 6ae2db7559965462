import { CommanderError } from "commander";
import { EXIT } from "./exitCodes.ts";
import { createOutput } from "./output/output.ts";
import { perform } from "./perform.ts";
import { buildProgram } from "./program.ts";
import { inPlainWords } from "./unknownCommand.ts";

// A reader that has seen enough (`swarm status | head`) closes the pipe: not an error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

try {
  await buildProgram(perform).parseAsync(process.argv);
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  // Commander has printed its message; help that was asked for is no failure.
  const asked = error.exitCode === 0;
  process.exitCode = asked ? EXIT.OK : EXIT.USAGE;
  if (!asked) {
    const message = inPlainWords(error.message.replace(/^error: /, ""));
    createOutput(process.argv.includes("--json")).json({ error: { code: "USAGE_INVALID", message, data: {} } });
  }
}

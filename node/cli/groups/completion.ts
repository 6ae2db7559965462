import { Argument, type Command } from "commander";
import { type Definitions, examples, lazily } from "../define.ts";
import { withOutput } from "../options.ts";

/** Listed here, too, so that the other commands need not load what writes the scripts. */
const SHELLS = ["bash", "zsh", "fish"] as const;

export function defineCompletion(program: Command, definitions: Definitions): void {
  const completion = withOutput(
    program
      .command("completion")
      .description("print a script that lets a shell complete commands and options with the tabulator key")
      .addArgument(new Argument("<shell>", "the shell").choices(SHELLS)),
  );
  examples(completion, "swarm completion bash", "swarm completion fish");
  lazily(completion, definitions, async () => (await import("../commands/completion.ts")).completionOf(program));
}

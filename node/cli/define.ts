import type { Command } from "commander";
import type { Cli, CommandModule, OutputOptions } from "./cli.ts";
import type { ExitCode } from "./exitCodes.ts";

/** Carries a command out; `index.ts` has the real one, which knows about signals, errors and exit codes. */
export type Perform = (options: OutputOptions, action: (cli: Cli) => Promise<ExitCode | undefined>) => Promise<void>;

/** What the tree of commands is built with. */
export interface Definitions {
  perform: Perform;
}

/** A command's examples, shown by its `--help`: the command lines as typed, with a word on each where it needs one. */
export function examples(command: Command, ...lines: string[]): Command {
  const word = lines.length === 1 ? "Example" : "Examples";
  return command.addHelpText("after", `\n${word}:\n${lines.map((line) => `  $ ${line}`).join("\n")}`);
}

/** Sets the action of a command, whose module is loaded only when it runs, so that `--help` stays fast. */
export function lazily<Options extends OutputOptions, Args extends unknown[]>(
  command: Command,
  { perform }: Definitions,
  load: () => Promise<CommandModule<Options, Args>>,
): Command {
  return command.action(async (...given: unknown[]) => {
    // Commander passes the arguments, then the options, then the command.
    const options = given.at(-2) as Options;
    const args = given.slice(0, -2) as Args;
    await perform(options, async (cli) => (await load()).run(cli, options, ...args));
  });
}

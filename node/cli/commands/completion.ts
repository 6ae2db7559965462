import type { Command } from "commander";
import type { Cli, OutputOptions } from "../cli.ts";
import { bashScript } from "../completion/bash.ts";
import { fishScript } from "../completion/fish.ts";
import { treeOf } from "../completion/tree.ts";
import { zshScript } from "../completion/zsh.ts";

export const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;
export type Shell = keyof typeof SCRIPTS;

/** `swarm completion SHELL` of this tree of commands. */
export const completionOf = (program: Command) => ({
  run: async ({ out }: Cli, _options: OutputOptions, shell: Shell): Promise<undefined> => {
    const script = SCRIPTS[shell](treeOf(program));
    out.say(script.trimEnd());
    out.json({ shell, script });
    return undefined;
  },
});

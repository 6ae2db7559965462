import type { Command } from "commander";
import { nearest } from "../core/task/suggest.ts";

/** What people look for that is no command, by what they type. */
const INSTEAD: Readonly<Record<string, string>> = {
  "node stop": "a daemon is ended by Ctrl-C in its terminal, or by SIGTERM to its process",
  "node start": "a daemon is started by swarm node run",
  "chain stop": "a local chain is ended by Ctrl-C in its terminal, or by SIGTERM to its process",
  "task leave": "no member leaves a task; it takes no part while its daemon is stopped",
  config: "a node's settings are in the node.yaml of its folder; swarm node show prints them",
};

/**
 * Has unknown commands answered by the one that was meant, where one is a slip of the hand away, and otherwise by all there are.
 * Commander's own guesses take half of the letters for enough.
 */
export function answerUnknown(command: Command): void {
  for (const child of command.commands) answerUnknown(child);
  if (command.commands.length === 0) return;
  command.on("command:*", ([typed = ""]: string[]) =>
    command.error(`error: unknown command '${typed}'${hint(command, typed)}`, { code: "commander.unknownCommand" }),
  );
}

function hint(command: Command, typed: string): string {
  const names = command.commands.map((one) => one.name());
  const path = command.parent === null ? [] : [command.name()];
  const instead = INSTEAD[[...path, typed].join(" ")];
  if (instead !== undefined) return `: ${instead}`;
  const meant = nearest(typed, names);
  return meant === undefined
    ? `; ${["swarm", ...path].join(" ")} has ${names.join(", ")}`
    : `\n(Did you mean ${meant}?)`;
}

/** What Commander says of a wrong argument, without its own terms. */
export const inPlainWords = (message: string): string =>
  message.replace(
    /command-argument value '([^']*)' is invalid for argument '([^']*)'\./,
    "'$1' is not what <$2> takes.",
  );

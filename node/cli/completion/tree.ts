import type { Argument, Command, Option } from "commander";

/** What stands at a place of the command line: nothing that is known, one of a few words, or a file. */
export type Value = { kind: "none" | "free" | "file" } | { kind: "choice"; words: readonly string[] };

export interface CompletedOption {
  /** With dashes; the long one first. */
  flags: readonly string[];
  description: string;
  value: Value;
}

/** A command as shells complete it. */
export interface CompletedCommand {
  /** As typed: `swarm node run`. */
  path: string;
  name: string;
  description: string;
  commands: readonly CompletedCommand[];
  options: readonly CompletedOption[];
  argument: Value;
}

/** Values whose names say that they are files or folders. */
const FILES = /\b(file|dir|folder|path|data|csv|output|safetensors|report)\b/i;

/** Reads the whole tree of commands. */
export function treeOf(command: Command, before = ""): CompletedCommand {
  const path = `${before}${command.name()}`;
  const helper = command.createHelp();
  return {
    path,
    name: command.name(),
    description: plain(helper.subcommandDescription(command)),
    commands: helper
      .visibleCommands(command)
      .filter(isNotHelp)
      .map((each) => treeOf(each, `${path} `)),
    options: helper.visibleOptions(command).map(optionOf),
    argument: valueOf(command.registeredArguments[0]),
  };
}

/** All commands, outer ones first. */
export const allOf = (command: CompletedCommand): CompletedCommand[] => [command, ...command.commands.flatMap(allOf)];

const isNotHelp = (command: Command): boolean => command.name() !== "help";

function optionOf(option: Option): CompletedOption {
  const { long, short, description, argChoices } = option;
  const flags = [long, short].filter((flag): flag is string => flag !== undefined && flag !== null);
  const takesValue = option.required || option.optional;
  const name = /[<[]([^>\]]*)[>\]]/.exec(option.flags)?.[1] ?? "";
  const value: Value = argChoices
    ? { kind: "choice", words: argChoices }
    : { kind: takesValue ? (FILES.test(name) ? "file" : "free") : "none" };
  return { flags, description: plain(description), value };
}

function valueOf(argument: Argument | undefined): Value {
  if (argument === undefined) return { kind: "none" };
  if (argument.argChoices) return { kind: "choice", words: argument.argChoices };
  return { kind: FILES.test(`${argument.name()} ${argument.description}`) ? "file" : "free" };
}

/** One line without what shells would read as theirs. */
const plain = (text: string): string =>
  text
    .replaceAll(/\s+/g, " ")
    .replaceAll("'", "’")
    .replaceAll(": ", " – ")
    .replaceAll(/["`$\\:[\]]/g, "")
    .trim();

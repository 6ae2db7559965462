import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join, resolve } from "node:path";
import { SwarmError } from "../../core/errors.ts";

/**
 * The words of a command as they are typed: spaces divide, single or double quotes keep together, nothing else means anything. No shell
 * ever sees it.
 * @throws SwarmError TRAINER_COMMAND where there is none, or a quote is not closed
 */
export function commandWords(command: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (const character of command) {
    if (quote !== "") {
      if (character === quote) quote = "";
      else word += character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= "";
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + character;
  }
  if (quote !== "") throw wrong(command, `the quote ${quote} is not closed`);
  if (word !== undefined) words.push(word);
  if (words[0] === undefined || words[0] === "") throw wrong(command, "it names no program");
  return words;
}

/**
 * The file of a program: a path counts from `cwd`, a name is looked for in `path`.
 * @param path folders as in the variable PATH
 * @throws SwarmError TRAINER_COMMAND where there is none that may be run
 */
export function findProgram(name: string, cwd: string, path: string): string {
  const isPath = name.includes("/") || isAbsolute(name);
  const files = isPath ? [resolve(cwd, name)] : path.split(delimiter).map((folder) => resolve(cwd, join(folder, name)));
  const found = files.find(isProgram);
  if (found !== undefined) return found;
  throw wrong(name, isPath ? `${files[0]} is no program that may be run` : "PATH has no program of that name");
}

/** The same, for what may be missing. */
export function findTool(name: string, path: string): string | undefined {
  return path
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

const wrong = (command: string, why: string): SwarmError =>
  new SwarmError(
    "TRAINER_COMMAND",
    `the trainer's command "${command}" cannot be run: ${why}. Correct --trainer, or trainer in node.yaml`,
    { command },
  );

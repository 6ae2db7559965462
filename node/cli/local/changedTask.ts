import { readFile, writeFile } from "node:fs/promises";
import { parseDocument } from "yaml";

/** Fields of a task file that are to be otherwise, by path: `{ "round.rounds": 3 }`. */
export type TaskChanges = Readonly<Record<string, unknown>>;

/** Writes a task file that says the same as another one but for `changes`; comments stay. @returns the new file */
export async function writeChangedTask(from: string, to: string, changes: TaskChanges): Promise<string> {
  const task = parseDocument(await readFile(from, "utf8"));
  for (const [path, value] of Object.entries(changes)) task.setIn(path.split("."), value);
  await writeFile(to, String(task));
  return to;
}

import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Empties a trainer's folder (0700) and says in it what is trained on what. @returns that file (0600) */
export async function prepareFolder(folder: string, task: object): Promise<string> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, "task.json");
  await writeFile(path, JSON.stringify(task), { mode: 0o600, flag: "wx" });
  return path;
}

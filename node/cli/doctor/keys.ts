import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { requirePrivate } from "../../adapters/keys/permissions.ts";
import { SwarmError } from "../../core/errors.ts";
import { type Finding, good, missing } from "./check.ts";

/** Whether others on this machine can read the keys in this folder. */
export async function checkKeys(folder: string): Promise<Finding> {
  const problems: string[] = [];
  const look = async (path: string, mode: 0o700 | 0o600): Promise<void> => {
    try {
      await requirePrivate(path, mode);
    } catch (error) {
      if (!(error instanceof SwarmError)) throw error;
      problems.push(error.message);
    }
  };
  await look(folder, 0o700);
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  for (const name of names) await look(join(folder, name), 0o600);
  if (problems.length > 0) return missing("key files", problems.join("; "), { folder });
  return good("key files", `only their owner can read the ${names.length} in ${folder}`, { folder });
}

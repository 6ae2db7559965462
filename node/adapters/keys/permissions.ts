import { stat } from "node:fs/promises";
import { SwarmError } from "../../core/errors.ts";

/** Bits of group and others. */
const NOT_THE_OWNER = 0o077;

/**
 * Refuses key files that others on this machine could read. Windows has no such bits: nothing is checked there.
 * @param mode what the owner should type, 0700 for folders and 0600 for files
 * @throws SwarmError KEY_PERMISSIONS, KEY_MISSING
 */
export async function requirePrivate(path: string, mode: 0o700 | 0o600): Promise<void> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    throw new SwarmError("KEY_MISSING", `${path} is missing: restore the keys from a backup`, { path }, error);
  });
  if (process.platform === "win32" || (found.mode & NOT_THE_OWNER) === 0) return;
  const octal = (value: number): string => value.toString(8);
  throw new SwarmError(
    "KEY_PERMISSIONS",
    `others on this machine can read ${path} (mode ${octal(found.mode & 0o777)}): chmod ${octal(mode)} ${path}`,
    { path, mode: octal(found.mode & 0o777) },
  );
}

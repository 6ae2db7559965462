import { rename, rm, writeFile } from "node:fs/promises";

/**
 * Writes a result where its reader finds the old file or the whole new one: beside it, then over it.
 * @param mode 0600 for what tells about patients
 */
export async function replaceFile(
  path: string,
  content: string | Uint8Array | AsyncIterable<string>,
  mode = 0o666,
): Promise<void> {
  const part = `${path}.part`;
  try {
    await writeFile(part, content, { mode, flush: true });
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    throw error;
  }
}

import { existsSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";

/**
 * Writes a result where its reader finds the old file or the whole new one: beside it, then over it.
 * @param mode 0600 for what tells about patients
 * @returns whether a file was there before, for `wrote`
 */
export function replaceFile(
  path: string,
  content: string | Uint8Array | AsyncIterable<string>,
  mode = 0o666,
): Promise<boolean> {
  return replaceWith(path, (part) => writeFile(part, content, { mode, flush: true }));
}

/** The same for what writes in its own way. @param write makes the file that it is given the path of */
export async function replaceWith(path: string, write: (part: string) => Promise<void>): Promise<boolean> {
  const part = `${path}.part`;
  try {
    await write(part);
    const wasThere = existsSync(path);
    await rename(part, path);
    return wasThere;
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    // Errors name the file that somebody asked for.
    const failure = error as NodeJS.ErrnoException;
    if (failure.path === part) failure.path = path;
    throw error;
  }
}

/** How a command says that it did. */
export const wrote = (path: string, wasThere: boolean): string =>
  wasThere ? `wrote ${path} (over the file that was there)` : `wrote ${path}`;

import { constants, type FileHandle, open } from "node:fs/promises";
import { SwarmError } from "../../core/errors.ts";

/**
 * Opens a regular file for as long as `use` takes; nothing that waits for a writer, and no device.
 * @param links false refuses a name that is a link: what a stranger's file names must not lead elsewhere
 * @throws SwarmError IMPORT_UNREADABLE, and what `use` throws
 */
export async function withPlainFile<T>(
  path: string,
  links: boolean,
  use: (file: FileHandle, size: number) => Promise<T>,
): Promise<T> {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  try {
    await using file = await open(path, O_RDONLY | O_NONBLOCK | (links ? 0 : O_NOFOLLOW));
    const stat = await file.stat();
    if (!stat.isFile()) throw new SwarmError("IMPORT_UNREADABLE", `${path} is no plain file`, { path });
    return await use(file, stat.size);
  } catch (cause) {
    if (cause instanceof SwarmError) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === "ELOOP" ? "it is a link: put the file itself there" : message;
    throw new SwarmError("IMPORT_UNREADABLE", `cannot read ${path}: ${why}`, { path }, cause);
  }
}

/** A whole file that an operator named. @throws SwarmError IMPORT_UNREADABLE, IMPORT_TOO_LARGE */
export async function readPlainFile(path: string, most: number): Promise<Uint8Array> {
  return withPlainFile(path, true, async (file, size) => {
    if (size <= most) return file.readFile();
    throw new SwarmError("IMPORT_TOO_LARGE", `${path} has ${size} bytes; ${most} are the most`, { path, size });
  });
}

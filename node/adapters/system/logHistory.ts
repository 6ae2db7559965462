import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";

/** What is shown of a line at the most, and kept of one that does not end while a file is followed: no line of a daemon is that long. Characters. */
export const LONGEST_LINE = 1024 * 1024;

/**
 * The log and what was rotated away from it, oldest first: `daemon.log.2.gz`, `daemon.log.1`, `daemon.log`, or with days as in
 * `daemon.log-20261126`, as logrotate names them.
 */
export async function logFiles(path: string): Promise<string[]> {
  const name = basename(path);
  const folder = dirname(path);
  const all: string[] = await readdir(folder).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const rotated = all.flatMap((file) => {
    const rest = file.startsWith(name) ? file.slice(name.length) : "";
    const [, number, day] = /^(?:\.(\d{1,6})|-(\d{8}(?:-?\d{1,10})?))(?:\.gz)?$/.exec(rest) ?? [];
    if (number !== undefined) return [{ file, age: Number(number) }];
    // Days count up where numbers count down; a folder has one or the other.
    return day === undefined ? [] : [{ file, age: -Number(day.replace("-", "")) }];
  });
  const old = rotated.sort((a, b) => b.age - a.age).map(({ file }) => join(folder, file));
  return all.includes(name) ? [...old, path] : old;
}

/** The whole lines of a file, unpacked where its name says that it is packed. @throws Error of the file system or of unpacking */
export async function* linesOf(path: string, signal: AbortSignal): AsyncGenerator<string> {
  const file = createReadStream(path, { signal });
  const unpacking = path.endsWith(".gz") ? createGunzip() : undefined;
  // What fails in front of a pipe does not end what is behind it.
  if (unpacking) file.on("error", (error) => unpacking.destroy(error));
  const input = unpacking ? file.pipe(unpacking) : file;
  yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
}

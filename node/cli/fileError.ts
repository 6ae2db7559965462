import { SwarmError } from "../core/errors.ts";

const NO_ROOM = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);
/** What to do about a file that the operating system did not give; all of them are the operator's to change. */
const FILE_PROBLEMS: Readonly<Record<string, readonly [code: string, advice: string]>> = {
  ENOENT: ["FILE_MISSING", "it, or a folder on the way to it, does not exist: correct the path"],
  ENOTDIR: ["FILE_UNUSABLE", "something on the way to it is no folder: correct the path"],
  EISDIR: ["FILE_UNUSABLE", "it is a folder, not a file: correct the path"],
  EEXIST: ["FILE_UNUSABLE", "something else is there already: move it away, or use another path"],
  ENAMETOOLONG: ["FILE_UNUSABLE", "the path is too long: use a shorter one"],
  ELOOP: ["FILE_UNUSABLE", "its links lead in a circle: correct the path"],
  EACCES: ["FILE_ACCESS", "this user may not do that: correct the owner or the mode, or use another path"],
  EPERM: ["FILE_ACCESS", "this user may not do that: correct the owner or the mode, or use another path"],
  EROFS: ["FILE_ACCESS", "the file system is read-only: use another path"],
};

/**
 * What a command's user is told about a failure of the file system that no adapter has put into words.
 * @returns FILE_MISSING, FILE_UNUSABLE, FILE_ACCESS, DISK_FULL or DISK_FAILED; undefined for any other error
 */
export function fileErrorOf(error: unknown): SwarmError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, syscall, path } = error as NodeJS.ErrnoException;
  // Without the name of a call it is no answer of the operating system; starting a program is no access to a file.
  if (code === undefined || syscall === undefined || syscall.startsWith("spawn")) return undefined;
  const data = { system: code, syscall, ...(path === undefined ? {} : { path }) };
  const where = `${syscall}${path === undefined ? "" : ` ${path}`}`;
  if (NO_ROOM.has(code)) {
    const text = `no room left on the disk (${where}): free some space, then try again`;
    return new SwarmError("DISK_FULL", text, data, error);
  }
  if (code === "EIO")
    return new SwarmError("DISK_FAILED", `the disk failed (${where}): check it, then try again`, data, error);
  // A folder shows only when it is read, and then nobody knows its path any more.
  const problem = path === undefined && code !== "EISDIR" ? undefined : FILE_PROBLEMS[code];
  return problem && new SwarmError(problem[0], `${path ?? "a path"} (${syscall}, ${code}): ${problem[1]}`, data, error);
}

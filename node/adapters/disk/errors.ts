import { SwarmError } from "../../core/errors.ts";

/** Error numbers of the operating system that mean "no room": the disk, the quota, the largest file allowed. */
const NO_ROOM = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/** The `code` of a file system error, such as `ENOENT`; undefined for anything else. */
export function systemCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** Turns what the file system threw into DISK_FULL or DISK_FAILED that names the path; a SwarmError passes unchanged. */
export function diskError(doing: string, path: string, error: unknown): SwarmError {
  if (error instanceof SwarmError) return error;
  const code = systemCode(error);
  if (code !== undefined && NO_ROOM.has(code)) {
    return new SwarmError(
      "DISK_FULL",
      `No room left while ${doing} ${path}: free some space there. A running daemon then goes on by itself; nothing was left half-written`,
      { path, system: code },
      error,
    );
  }
  return new SwarmError(
    "DISK_FAILED",
    `Failed while ${doing} ${path} (${code ?? String(error)}): check that the folder exists and belongs to this user`,
    { path, ...(code === undefined ? {} : { system: code }) },
    error,
  );
}

import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { SwarmError } from "../../core/errors.ts";
import type { Bytes32 } from "../../core/primitives.ts";
import type { FileKind } from "../../ports/disk.ts";
import { diskError, systemCode } from "./errors.ts";

/** Where things lie in a data folder: `files/<kind>/<2 hex digits>/<64 hex digits>` and `journal.jsonl`. */
export const KINDS: readonly FileKind[] = ["update", "model", "last-local", "own-layers", "sealed"];

/** What a file that no longer matches its name is renamed to. */
export const DAMAGED_SUFFIX = ".damaged";

export function journalPath(dir: string): string {
  return join(dir, "journal.jsonl");
}

export function kindFolder(dir: string, kind: FileKind): string {
  if (!KINDS.includes(kind)) {
    throw new SwarmError("FILE_KIND", `There is no kind of file "${kind}": use one of ${KINDS.join(", ")}`, { kind });
  }
  return join(dir, "files", kind);
}

/** @throws SwarmError FILE_HASH for anything but `0x` and 64 lower-case hex digits: names never come from outside unchecked */
export function filePath(dir: string, kind: FileKind, sha256: Bytes32): string {
  if (!/^0x[0-9a-f]{64}$/.test(sha256)) {
    throw new SwarmError("FILE_HASH", `"${sha256}" is no sha256: expected 0x and 64 lower-case hex digits`, { sha256 });
  }
  return join(kindFolder(dir, kind), sha256.slice(2, 4), sha256.slice(2));
}

/** Bytes that are hashed at a time: a few milliseconds, so that peers are served while a large model is looked at. */
const PART = 4 << 20;

/** sha256 of bytes that do not change meanwhile; lets others work between parts of large ones. */
export async function hashOf(bytes: Uint8Array): Promise<Bytes32> {
  const hash = createHash("sha256");
  for (let start = 0; start < bytes.length; start += PART) {
    if (start > 0) await setImmediate();
    hash.update(bytes.subarray(start, start + PART));
  }
  return `0x${hash.digest("hex")}`;
}

/** Names of a folder's entries; none where there is no folder. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    // ENOTDIR: a stray file among the folders, such as desktops leave everywhere.
    if (systemCode(error) === "ENOENT" || systemCode(error) === "ENOTDIR") return [];
    throw diskError("listing", folder, error);
  }
}

/** Hashes of all files of a kind, in order; damaged and unfinished files are left out. */
export async function listHashes(dir: string, kind: FileKind): Promise<Bytes32[]> {
  const folder = kindFolder(dir, kind);
  const hashes: Bytes32[] = [];
  for (const shard of await namesIn(folder)) {
    for (const name of await namesIn(join(folder, shard))) {
      if (/^[0-9a-f]{64}$/.test(name)) hashes.push(`0x${name}`);
    }
  }
  return hashes.sort();
}

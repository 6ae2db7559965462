import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { openDiskReadOnly, type ReadOnlyDisk } from "../../adapters/disk/openReadOnly.ts";
import { checkBlocks } from "../../adapters/ipfs/checkBlocks.ts";
import type { AuditFiles, FileCopy } from "../../core/audit/files.ts";
import type { Finding } from "../../core/audit/report.ts";
import { SwarmError } from "../../core/errors.ts";
import { join } from "node:path";

/**
 * Files out of nodes' folders, or out of an archive. Each folder gives its own copy, so that one good copy does not hide a bad one.
 * @throws SwarmError DISK_ABSENT for a folder that is none
 */
export async function folderFiles(dirs: readonly string[]): Promise<AuditFiles> {
  const disks: { dir: string; disk: ReadOnlyDisk }[] = [];
  for (const dir of dirs) disks.push({ dir: resolve(dir), disk: await openDiskReadOnly(resolve(dir)) });
  return {
    async *get(kind, sha256) {
      for (const { dir, disk } of disks) {
        const copy = await readCopy(dir, () => disk.read(kind, sha256));
        if (copy) yield copy;
      }
    },
  };
}

/** A damaged copy is given as it is: the audit compares hashes itself and names the file. */
async function readCopy(dir: string, read: () => Promise<Uint8Array | undefined>): Promise<FileCopy | undefined> {
  try {
    const bytes = await read();
    return bytes && { source: dir, bytes };
  } catch (error) {
    if (!(error instanceof SwarmError) || error.code !== "FILE_DAMAGED") throw error;
    const path = String(error.data.path);
    return { source: path, bytes: await readFile(path) };
  }
}

/** Blocks of sealed files in nodes' folders that no longer match the CID that the ledger records. */
export async function damagedBlocks(dirs: readonly string[]): Promise<{ checked: number; findings: Finding[] }> {
  let checked = 0;
  const findings: Finding[] = [];
  for (const dir of dirs) {
    for await (const { path, right } of checkBlocks(join(resolve(dir), "ipfs"))) {
      checked++;
      if (right) continue;
      findings.push({
        code: "FILE_DAMAGED",
        severity: "wrong",
        source: path,
        text: `${path} is a block of a sealed file and no longer matches its CID.`,
      });
    }
  }
  return { checked, findings };
}

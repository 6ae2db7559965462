import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { openDiskReadOnly, type ReadOnlyDisk } from "../../adapters/disk/openReadOnly.ts";
import { checkBlocks } from "../../adapters/ipfs/checkBlocks.ts";
import type { AuditFiles, FileCopy } from "../../core/audit/files.ts";
import type { Finding } from "../../core/audit/report.ts";
import { SwarmError } from "../../core/errors.ts";

/**
 * Files out of nodes' folders, or out of an archive. Each folder gives its own copy, so that one good copy does not hide a bad one.
 * @param required whether there are files to be had: a folder without any is then another than was meant, and accuses nobody
 * @throws SwarmError DISK_ABSENT for a folder that is none, AUDIT_FOLDER_EMPTY
 */
export async function folderFiles(dirs: readonly string[], required: boolean): Promise<AuditFiles> {
  const disks: { dir: string; disk: ReadOnlyDisk }[] = [];
  for (const dir of dirs) {
    const disk = await openDiskReadOnly(resolve(dir));
    if (required && !(await holdsFiles(disk))) {
      const text = `${dir} holds no update or model of a node: name folders of clinics' nodes, or an audit's archive, with --from`;
      throw new SwarmError("AUDIT_FOLDER_EMPTY", text, { path: resolve(dir) });
    }
    disks.push({ dir: resolve(dir), disk });
  }
  return {
    nobody: "none of the folders named with --from",
    async *get(kind, sha256) {
      for (const { dir, disk } of disks) {
        const copy = await readCopy(dir, () => disk.read(kind, sha256));
        if (copy) yield copy;
      }
    },
  };
}

export async function holdsFiles(disk: ReadOnlyDisk): Promise<boolean> {
  for (const kind of ["model", "update"] as const) if ((await disk.list(kind)).length > 0) return true;
  return false;
}

/** A damaged copy is given as it is: the audit compares hashes itself and names the file. */
async function readCopy(dir: string, read: () => Promise<Uint8Array | undefined>): Promise<FileCopy | undefined> {
  const giver = { kind: "folder", name: dir } as const;
  try {
    const bytes = await read();
    return bytes && { source: dir, giver, bytes };
  } catch (error) {
    if (!(error instanceof SwarmError) || error.code !== "FILE_DAMAGED") throw error;
    const path = String(error.data.path);
    return { source: path, giver, bytes: await readFile(path) };
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

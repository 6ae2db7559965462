import { openSync, readSync, closeSync } from "node:fs";
import { filePath } from "../../node/adapters/disk/layout.ts";
import { encodeModel } from "../../node/core/codec.ts";
import { createPrng } from "../../node/core/prng.ts";
import { encodeSafetensors } from "../../node/core/safetensors.ts";
import type { Disk } from "../../node/ports/disk.ts";
import type { StoredMerge } from "../../node/ports/merger.ts";

const HASH = `0x${"ab".repeat(32)}` as const;
const ADDRESS = `0x${"cd".repeat(20)}`;
const FIELDS = { version: "1", genesis: HASH, ledger: ADDRESS, task: HASH, round: "1", node: ADDRESS, base: HASH };
const HEADER = new Map(Object.entries({ ...FIELDS, encoding: "f32", salt: "ef".repeat(16) }));

/** A base and updates of random values on a disk, as a round has them. */
export interface MergeWorld {
  base: StoredMerge["base"];
  included: StoredMerge["included"];
  elements: number;
}

export async function makeWorld(disk: Disk, elements: number, updates: number): Promise<MergeWorld> {
  const prng = createPrng(1);
  const specs = [{ name: "w", shape: [elements] }];
  const values = new Float32Array(elements);
  const refill = (): Float32Array => {
    for (let i = 0; i < elements; i++) values[i] = prng.float() - 0.5;
    return values;
  };
  const base = await disk.write("model", encodeModel({ specs, values: refill() }));
  const included: StoredMerge["included"][number][] = [];
  for (let member = 0; member < updates; member++) {
    const sha256 = await disk.write("update", encodeSafetensors({ specs, values: refill() }, HEADER));
    included.push({ member, weight: member + 1, sha256 });
  }
  return { base, included, elements };
}

/** Where a file is, and at which offset its values start. */
export function payloadOf(
  dir: string,
  kind: "model" | "update",
  sha256: StoredMerge["base"],
): { path: string; offset: number } {
  const path = filePath(dir, kind, sha256);
  const descriptor = openSync(path, "r");
  const head = Buffer.alloc(8);
  readSync(descriptor, head, 0, 8, 0);
  closeSync(descriptor);
  return { path, offset: 8 + Number(head.readBigUInt64LE()) };
}

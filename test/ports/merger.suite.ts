import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { encodeModel } from "../../node/core/codec.ts";
import { mergeModel } from "../../node/core/merge/merge.ts";
import type { MergeConfig, Observed } from "../../node/core/merge/rule.ts";
import type { Bytes32 } from "../../node/core/primitives.ts";
import { createPrng } from "../../node/core/prng.ts";
import { encodeSafetensors } from "../../node/core/safetensors.ts";
import type { Weights } from "../../node/core/weights.ts";
import type { Disk, FileKind } from "../../node/ports/disk.ts";
import type { Merger, StoredMerge } from "../../node/ports/merger.ts";
import { bytes32Of, hasCode, hashOf } from "./support.ts";

export interface MergerUnderTest {
  merger: Merger;
  disk: Disk;
  damage(kind: FileKind, sha256: Bytes32): Promise<void>;
}

const never = new AbortController().signal;
const specs = [
  { name: "a", shape: [201, 300] },
  { name: "b", shape: [7] },
];

function weightsOf(seed: number): Weights {
  const prng = createPrng(seed);
  return { specs, values: Float32Array.from({ length: 201 * 300 + 7 }, () => prng.float() - 0.5) };
}

function updateOf(delta: Weights): Uint8Array {
  const hash = `0x${"ab".repeat(32)}`;
  const address = `0x${"cd".repeat(20)}`;
  const fields = { version: "1", genesis: hash, ledger: address, task: hash, round: "1", node: address, base: hash };
  return encodeSafetensors(delta, new Map(Object.entries({ ...fields, encoding: "f32", salt: "ef".repeat(16) })));
}

/** A base and three updates on a disk, and the bytes that their merge has to have. */
export async function storedMerge(disk: Disk, config: MergeConfig = { rule: "median" }) {
  const base = weightsOf(0);
  const contributions = [1, 2, 3].map((seed) => ({ member: 3 * seed, weight: seed, delta: weightsOf(seed) }));
  const included: StoredMerge["included"][number][] = [];
  for (const { member, weight, delta } of contributions)
    included.push({ member, weight, sha256: await disk.write("update", updateOf(delta)) });
  const context = { f: 0, seed: bytes32Of(5) };
  const merge: StoredMerge = { base: await disk.write("model", encodeModel(base)), included, config, context };
  return { merge, expected: encodeModel(mergeModel(base, contributions, config, context)) };
}

/** What everything that merges files does. */
export function testMerger(name: string, create: (t: TestContext) => Promise<MergerUnderTest>): void {
  describe(`Merger: ${name}`, () => {
    test("merges to the bit as in memory, and writes nothing", async (t) => {
      const { merger, disk } = await create(t);
      for (const config of [{ rule: "mean" }, { rule: "trimmedMean", trim: 1 }, { rule: "multiKrum" }] as const) {
        const { merge, expected } = await storedMerge(disk, config);
        const merged = await merger.merge(merge, { signal: never });
        assert.ok(Buffer.from(expected).equals(merged.bytes), config.rule);
        assert.equal(merged.sha256, hashOf(expected));
        assert.equal(await disk.has("model", merged.sha256), false);
      }
    });

    test("tells who watches what it saw", async (t) => {
      const { merger, disk } = await create(t);
      const { merge, expected } = await storedMerge(disk);
      const seen: Observed[] = [];
      const context = { ...merge.context, watch: (observed: Observed) => void seen.push(observed) };
      const merged = await merger.merge({ ...merge, context }, { signal: never });
      assert.ok(Buffer.from(expected).equals(merged.bytes));
      const [{ measures, clipped } = { measures: undefined, clipped: [] }] = seen;
      assert.equal(seen.length, 1);
      assert.ok((measures?.norms[2] ?? 0) > 1000 && (measures?.distances[1] ?? 0) > 1000);
      assert.deepEqual([...clipped], [1, 1, 1]);
    });

    test("R7: names a file that is absent, and one that was damaged, and writes them right the next time", async (t) => {
      const { merger, disk, damage } = await create(t);
      for (const harm of ["remove", "damage"] as const) {
        const { merge, expected } = await storedMerge(disk);
        const files = [
          ["model", merge.base],
          ["update", merge.included[1]?.sha256 as Bytes32],
        ] as const;
        for (const [kind, sha256] of files) {
          const whole = (await disk.read(kind, sha256)) as Uint8Array;
          if (harm === "remove") await disk.remove(kind, sha256);
          else await damage(kind, sha256);
          await assert.rejects(merger.merge(merge, { signal: never }), (error: unknown) => {
            hasCode(harm === "remove" ? "FILE_ABSENT" : "FILE_DAMAGED")(error);
            const { data } = error as { data: { kind: string; sha256: string } };
            assert.deepEqual([data.kind, data.sha256], [kind, sha256]);
            return true;
          });
          // Reading sets a damaged file aside, as a daemon does then.
          await disk.read(kind, sha256);
          await disk.write(kind, whole);
          const merged = await merger.merge(merge, { signal: never });
          assert.ok(Buffer.from(expected).equals(merged.bytes));
        }
      }
    });

    test("passes on why there is no merge, and stops with its signal", async (t) => {
      const { merger, disk } = await create(t);
      const { merge } = await storedMerge(disk);
      const few = merger.merge({ ...merge, config: { rule: "trimmedMean", trim: 2 } }, { signal: never });
      await assert.rejects(few, hasCode("MERGE_TOO_FEW"));
      const signal = AbortSignal.abort(new Error("no longer needed"));
      await assert.rejects(merger.merge(merge, { signal }), /no longer needed/);
    });
  });
}

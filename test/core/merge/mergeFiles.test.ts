import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { encodeModel } from "../../../node/core/codec.ts";
import { sha256 } from "../../../node/core/hash.ts";
import { fileInMemory, type StoredFile } from "../../../node/core/merge/hashedFile.ts";
import { mergeFiles } from "../../../node/core/merge/mergeFiles.ts";
import { mergeModel } from "../../../node/core/merge/merge.ts";
import { plainKernels } from "../../../node/core/merge/plainKernels.ts";
import type { MergeConfig, MergeContext } from "../../../node/core/merge/rule.ts";
import { wasmKernels } from "../../../node/core/merge/wasm/wasmKernels.ts";
import type { Bytes32 } from "../../../node/core/primitives.ts";
import { encodeSafetensors } from "../../../node/core/safetensors.ts";
import type { Weights } from "../../../node/core/weights.ts";
import { awkwardValues } from "./awkward.ts";
import { code } from "./support.ts";

/** More than one block of those that are read at a time, and no multiple of anything. */
const SHAPES = [[7], [300, 301], [11]];
const specs = SHAPES.map((shape, i) => ({ name: `t${i}`, shape }));
const elements = SHAPES.reduce((sum, shape) => sum + shape.reduce((a, b) => a * b), 0);
const context: MergeContext = { f: 1, seed: `0x${"17".repeat(32)}` };
const header = new Map(
  Object.entries({
    version: "1",
    genesis: `0x${"00".repeat(32)}`,
    ledger: `0x${"11".repeat(20)}`,
    task: `0x${"22".repeat(32)}`,
    round: "3",
    node: `0x${"33".repeat(20)}`,
    base: `0x${"44".repeat(32)}`,
    encoding: "f32",
    salt: "55".repeat(16),
  }),
);

/** A base and five updates, and the files that hold them. */
function world() {
  const values = awkwardValues(7, "usual");
  const base: Weights = { specs, values: values(elements) };
  const deltas = Array.from({ length: 5 }, (): Weights => ({ specs, values: values(elements) }));
  const stored = new Map<string, Uint8Array>();
  const store = (bytes: Uint8Array): Bytes32 => {
    stored.set(sha256(bytes), bytes);
    return sha256(bytes);
  };
  const baseHash = store(encodeModel(base));
  const included = deltas.map((delta, j) => ({
    member: 2 * j,
    weight: j + 1,
    sha256: store(encodeSafetensors(delta, new Map([...header, ["round", String(j)]]))),
  }));
  const contributions = deltas.map((delta, j) => ({ member: 2 * j, weight: j + 1, delta }));
  return { base, contributions, stored, merge: { base: baseHash, included } };
}

const inMemory = (stored: Map<string, Uint8Array>) => (name: { kind: string; sha256: Bytes32 }) =>
  fileInMemory(name, stored.get(name.sha256) as Uint8Array);

/** As from a real disk: later, and not all at once. */
const later = (file: StoredFile): StoredFile => ({
  size: file.size,
  read: async (into, position) => {
    await new Promise((resolve) => setImmediate(resolve));
    await file.read(into, position);
  },
});

const CONFIGS: MergeConfig[] = [
  { rule: "mean" },
  { rule: "median" },
  { rule: "trimmedMean", trim: 2 },
  { rule: "multiKrum" },
  { rule: "geometricMedian", steps: 4 },
  { before: ["arc", "nearestNeighbourMixing"], rule: "trimmedMean", trim: 1 },
];

describe("merge: out of files", () => {
  for (const config of CONFIGS) {
    it(`gives the bytes of a merge in memory: ${JSON.stringify(config)}`, async () => {
      const { base, contributions, stored, merge } = world();
      const expected = mergeModel(base, contributions, config, context);
      const bytes = Buffer.from(encodeModel(expected));
      for (const kernels of [plainKernels, wasmKernels]) {
        const open = inMemory(stored);
        const merged = await mergeFiles({ ...merge, config, context }, { open: (name) => later(open(name)), kernels });
        assert.ok(bytes.equals(merged.bytes));
        assert.equal(merged.sha256, sha256(bytes));
        assert.deepEqual(merged.weights.specs, specs);
        assert.ok(Buffer.from(expected.values.buffer).equals(Buffer.from(merged.weights.values.slice().buffer)));
      }
    });
  }

  it("notices whatever byte of whatever file is another", async () => {
    const { stored, merge } = world();
    for (const name of [merge.base, ...merge.included.map(({ sha256 }) => sha256)]) {
      const whole = stored.get(name) as Uint8Array;
      // In the length, the header, a value's lowest and highest byte, the last one; the highest can make values that are not finite.
      for (const at of [0, 9, 1500, whole.length - 4000, whole.length - 3997, whole.length - 1]) {
        const altered = whole.slice();
        altered[at] = (altered[at] as number) ^ 0x7f;
        stored.set(name, altered);
        const merged = mergeFiles(
          { ...merge, config: { rule: "mean" }, context },
          { open: inMemory(stored), kernels: wasmKernels },
        );
        await assert.rejects(merged, (error: unknown) => {
          code("FILE_DAMAGED")(error);
          assert.equal((error as { data: { sha256: string } }).data.sha256, name);
          return true;
        });
      }
      stored.set(name, whole.subarray(0, whole.length - 8));
      const merged = mergeFiles(
        { ...merge, config: { rule: "median" }, context },
        { open: inMemory(stored), kernels: plainKernels },
      );
      await assert.rejects(merged, code("FILE_DAMAGED"));
      stored.set(name, whole);
    }
  });

  it("notices a file that changes between its first and its second reading", async () => {
    const { stored, merge } = world();
    const victim = merge.included[3]?.sha256 as Bytes32;
    const whole = stored.get(victim) as Uint8Array;
    let reads = 0;
    const open = (name: { kind: string; sha256: Bytes32 }): StoredFile => ({
      size: (stored.get(name.sha256) as Uint8Array).length,
      read(into, position) {
        // The last bytes end the first reading; what is read then is another file's.
        const content = (
          name.sha256 === victim && reads > 0 ? whole.with(2000, 1) : stored.get(name.sha256)
        ) as Uint8Array;
        into.set(content.subarray(position, position + into.length));
        if (name.sha256 === victim && position + into.length === whole.length) reads++;
      },
    });
    const merged = mergeFiles({ ...merge, config: { rule: "multiKrum" }, context }, { open, kernels: wasmKernels });
    await assert.rejects(merged, code("FILE_DAMAGED"));
    assert.ok(reads >= 2);
  });

  it("refuses updates of other tensors, and stops with its signal", async () => {
    const { stored, merge } = world();
    const other = encodeSafetensors({ specs: [{ name: "t0", shape: [1] }], values: new Float32Array(1) }, header);
    stored.set(sha256(other), other);
    const options = { open: inMemory(stored), kernels: plainKernels };
    const included = merge.included.with(1, { member: 2, weight: 1, sha256: sha256(other) });
    const refused = mergeFiles({ ...merge, included, config: { rule: "mean" }, context }, options);
    await assert.rejects(refused, code("MERGE_INPUT"));
    const signal = AbortSignal.abort(new Error("no longer needed"));
    const stopped = mergeFiles({ ...merge, config: { rule: "mean" }, context }, { ...options, signal });
    await assert.rejects(stopped, /no longer needed/);
  });
});

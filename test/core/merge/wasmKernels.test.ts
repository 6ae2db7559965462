import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { BLOCK, type BlockKernels, type MergeKernels } from "../../../node/core/merge/kernels.ts";
import { plainKernels } from "../../../node/core/merge/plainKernels.ts";
import { wasmKernels } from "../../../node/core/merge/wasm/wasmKernels.ts";
import { createPrng } from "../../../node/core/prng.ts";
import { awkwardValues, MIXTURES } from "./awkward.ts";

const bits = (values: Float64Array): BigUint64Array => new BigUint64Array(values.slice().buffer);
const bits32 = (values: Float32Array): Uint32Array => new Uint32Array(values.slice().buffer);

interface Work {
  base: Float32Array;
  columns: Float32Array[];
}

interface Case {
  n: number;
  elements: number;
  seed: number;
  mixture: (typeof MIXTURES)[number];
}

function workOf({ n, elements, seed, mixture }: Case): Work {
  const values = awkwardValues(seed, mixture);
  return { base: values(elements), columns: Array.from({ length: n }, () => values(elements)) };
}

/** Everything that kernels can do with these updates, block by block: each result, and each index of a value that is not finite. */
function everything(kernels: MergeKernels, { base, columns }: Work, seed: number) {
  const n = columns.length;
  const prng = createPrng(seed);
  const coefficients = Float64Array.from({ length: n }, () => (prng.float() < 0.2 ? 0 : prng.float() * 2 ** 20));
  const rows = 1 + Math.floor(prng.float() * n);
  const matrix = Float64Array.from({ length: rows * n }, () => (prng.float() < 0.5 ? 0 : prng.float() - 0.3));
  const trim = Math.floor((prng.float() * (n + 1)) / 2.01);
  const mixedTrim = Math.floor((prng.float() * (rows + 1)) / 2.01);
  const blocks = kernels.open(n);
  const ways: [name: string, work: (blocks: BlockKernels) => void][] = [
    ["combine", (it) => it.combine(coefficients, 3 * n)],
    ["median", (it) => it.median()],
    ["trimmedMean", (it) => it.trimmedMean(trim)],
    ["mix, median", (it) => (it.mix(matrix, rows), it.median())],
    ["mix, trimmedMean", (it) => (it.mix(matrix, rows), it.trimmedMean(mixedTrim))],
    ["combine undivided", (it) => it.combine(coefficients, 1)],
  ];
  const results = new Map<string, { out: Float32Array; notFinite: number[] }>();
  for (const [name, work] of ways) {
    const out = new Float32Array(base.length);
    const notFinite: number[] = [];
    for (let start = 0; start < base.length; start += BLOCK) {
      const end = Math.min(start + BLOCK, base.length);
      columns.forEach((column, j) => assert.equal(blocks.load(j, column.subarray(start, end)), -1));
      if (name === "combine") blocks.accumulate(true);
      work(blocks);
      notFinite.push(blocks.finish(base.subarray(start, end), out.subarray(start, end)));
    }
    results.set(name, { out, notFinite });
  }
  return { results, ...blocks.sums() };
}

function assertSame(work: Work, seed: number): void {
  const plain = everything(plainKernels, work, seed);
  const wasm = everything(wasmKernels, work, seed);
  assert.deepEqual(bits(wasm.norms), bits(plain.norms), "norms");
  assert.deepEqual(bits(wasm.distances), bits(plain.distances), "distances");
  for (const [name, { out, notFinite }] of plain.results) {
    const other = wasm.results.get(name);
    assert.deepEqual(other?.notFinite, notFinite, `${name}: first value that is not finite`);
    // Behind a value that is not finite nobody looks; NaN has many forms, and all say the same.
    assert.deepEqual(bits32(canonical(other.out)), bits32(canonical(out)), name);
  }
}

const canonical = (values: Float32Array): Float32Array =>
  values.map((value) => (Number.isNaN(value) ? Number.NaN : value));

const cases = (n: fc.Arbitrary<number>, maxElements: number): fc.Arbitrary<Case> =>
  fc.record({
    n,
    elements: fc.integer({ min: 1, max: maxElements }),
    seed: fc.nat(),
    mixture: fc.constantFrom(...MIXTURES),
  });

describe("merge: kernels in WebAssembly give the plain ones' bits", () => {
  it("for 1 to 40 updates of any values and lengths", () => {
    const property = fc.property(cases(fc.integer({ min: 1, max: 40 }), BLOCK + 700), (it) =>
      assertSame(workOf(it), it.seed),
    );
    fc.assert(property, { numRuns: 100 });
  });

  it("for 256 updates", () => {
    fc.assert(
      fc.property(cases(fc.constant(256), 700), (it) => assertSame(workOf(it), it.seed)),
      { numRuns: 3 },
    );
  });

  it("for blocks that are used again after a longer and after a spoilt one", () => {
    const long = workOf({ n: 5, elements: BLOCK, seed: 1, mixture: "special" });
    const short = workOf({ n: 5, elements: 3, seed: 2, mixture: "usual" });
    const [plain, wasm] = [plainKernels, wasmKernels].map((kernels) => {
      const blocks = kernels.open(5);
      return [long, spoilt(long, 2, 400), short].map(({ base, columns }) => {
        const found = columns.map((column, j) => blocks.load(j, column));
        const out = new Float32Array(base.length);
        blocks.trimmedMean(1);
        const bad = blocks.finish(base, out);
        return found.some((index) => index >= 0) ? found : { found, bad, out: bits32(out) };
      });
    });
    assert.deepEqual(wasm, plain);
  });

  it("and both find the first value that is not finite", () => {
    for (const kernels of [plainKernels, wasmKernels]) {
      for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        for (const [length, at] of [
          [1, 0],
          [BLOCK, BLOCK - 1],
          [77, 64],
          [77, 3],
        ] as const) {
          const values = new Float32Array(length).fill(1).fill(value, at);
          assert.equal(kernels.open(2).load(1, values), at);
          const blocks = kernels.open(1);
          blocks.load(0, new Float32Array(length).fill(1));
          blocks.combine(Float64Array.of(1), 1);
          assert.equal(blocks.finish(values, new Float32Array(length)), at);
        }
      }
    }
  });
});

function spoilt({ base, columns }: Work, j: number, at: number): Work {
  return { base, columns: columns.map((column, i) => (i === j ? column.with(at, Number.NaN) : column)) };
}

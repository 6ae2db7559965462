import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { mergeModel } from "../../node/core/merge/merge.ts";
import { createPrng } from "../../node/core/prng.ts";
import type { TaskDocument } from "../../node/core/task/document.ts";
import type { Weights } from "../../node/core/weights.ts";
import { alie, flipped } from "../../scripts/experiments/liars/lies.ts";
import { taskDocument } from "../task/fixture.ts";

const specs = [{ name: "w", shape: [50] }];
const prng = createPrng(9);
const update = (): Weights => ({ specs, values: Float32Array.from({ length: 50 }, () => 1 + 0.2 * prng.float()) });
const zero: Weights = { specs, values: new Float32Array(50) };
const own = [update(), update()];
const honest = Array.from({ length: 5 }, update);
const round = { ...taskDocument().round, f: 2, minPeers: 5, startMembers: 7 };
const documentOf = (merge: object): TaskDocument => taskDocument({ round, merge: merge as never });

function merged(document: TaskDocument, deltas: readonly Weights[]): Float32Array {
  const contributions = deltas.map((delta, member) => ({ member, weight: 1, delta }));
  return mergeModel(zero, contributions, document.merge, { f: 2, seed: `0x${"0".repeat(64)}` }).values;
}

const apart = (a: Float32Array, b: Float32Array) => Math.hypot(...a.map((value, i) => value - (b[i] ?? 0)));

describe("lies of the experiment", () => {
  it("flip an update and make it ten times as long", () => {
    assert.deepEqual([...flipped({ specs, values: Float32Array.of(1, -2, 0.5) }).values], [-10, 20, -5]);
  });

  it("ALIE sends the mean of the liars' own updates less a multiple of their deviation", () => {
    const lie = alie(own, 5, documentOf({ rule: "mean" })).values;
    const times = [...lie].map((value, i) => {
      const [a = 0, b = 0] = own.map(({ values }) => values[i]);
      return ((a + b) / 2 - value) / (Math.abs(a - b) / 2);
    });
    assert.ok(
      times.every((z) => Math.abs(z - 10) < 0.1),
      "the mean gives way the more the stronger the lie is",
    );
  });

  it("ALIE looks for what harms the task's own rule, and harms the mean more than the default", () => {
    const [mean, robust] = [documentOf({ rule: "mean" }), taskDocument({ round })].map((document) => {
      const lie = alie(own, 5, document);
      return apart(merged(document, [...honest, lie, lie]), merged(document, [...honest, ...own]));
    });
    assert.ok((mean ?? 0) > 2 * (robust ?? 1), `${mean} and ${robust}`);
  });
});

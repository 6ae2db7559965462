import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { mergeModel } from "../../../node/core/merge/merge.ts";
import type { MergeConfig, MergeContext, StepConfig } from "../../../node/core/merge/rule.ts";
import { contributions, weightsOf } from "./support.ts";

interface Reference {
  header: { seed: MergeContext["seed"] };
  sets: { f: number; vectors: number[][]; results: Record<string, number[]> }[];
}

const { header, sets }: Reference = JSON.parse(
  readFileSync(new URL("fixtures/byzfl.json", import.meta.url), "utf8"),
) as Reference;

const RULES: Record<string, (f: number) => MergeConfig> = {
  mean: () => ({ rule: "mean" }),
  median: () => ({ rule: "median" }),
  trimmedMean: (f) => ({ rule: "trimmedMean", trim: f }),
  geometricMedian: () => ({ rule: "geometricMedian", steps: 100 }),
  multiKrum: () => ({ rule: "multiKrum" }),
};
const STEPS: Record<string, StepConfig> = {
  arc: "arc",
  nearestNeighbourMixing: "nearestNeighbourMixing",
  bucketing: { step: "bucketing", size: 2 },
};

/** `arc, median` as a configuration. */
function configOf(name: string, f: number): MergeConfig {
  const parts = name.split(", ");
  const rule = RULES[parts.pop() as string]?.(f) as MergeConfig;
  return parts.length === 0 ? rule : { ...rule, before: parts.map((part) => STEPS[part] as StepConfig) };
}

describe("merge: agrees with byzfl to 1e-5 on 100 sets of vectors", () => {
  assert.equal(sets.length, 100);
  for (const name of Object.keys(sets[0]?.results ?? {})) {
    it(name, () => {
      for (const [at, { f, vectors, results }] of sets.entries()) {
        // Trimmed, or in buckets of two, small sets have too few for a rule that is asked for f; byzfl does not ask.
        const given = name.startsWith("bucketing") ? { f: 0, seed: header.seed } : { f, seed: header.seed };
        const base = weightsOf(vectors[0]?.map(() => 0) ?? []);
        const { values } = mergeModel(base, contributions(vectors), configOf(name, f), given);
        const expected = results[name] as number[];
        assert.equal(values.length, expected.length);
        for (const [i, value] of expected.entries()) {
          const difference = Math.abs((values[i] as number) - value);
          assert.ok(
            difference <= 1e-5 * Math.max(1, Math.abs(value)),
            `set ${at}, element ${i}: ${values[i]}, ${value}`,
          );
        }
      }
    });
  }
});

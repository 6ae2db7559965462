import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { openDisk } from "../../../node/adapters/disk/openDisk.ts";
import { encodeModel } from "../../../node/core/codec.ts";
import { sha256 } from "../../../node/core/hash.ts";
import { BLOCK } from "../../../node/core/merge/kernels.ts";
import { mergeModel } from "../../../node/core/merge/merge.ts";
import { measuresAfter } from "../../../node/core/merge/measures.ts";
import { planMerge } from "../../../node/core/merge/plan.ts";
import type { MergeConfig } from "../../../node/core/merge/rule.ts";
import { encodeSafetensors } from "../../../node/core/safetensors.ts";
import type { Weights } from "../../../node/core/weights.ts";
import type { Disk } from "../../../node/ports/disk.ts";
import { silent } from "../../learner/rows.ts";
import { awkward, CONFIGS, configName, honestAndLiars, SEED } from "./configs.ts";
import { measured } from "./support.ts";

/** Set PYTHON to one that has numpy, if python3 has not. */
const python = process.env.PYTHON ?? "python3";
const script = join(import.meta.dirname, "../../../examples/recompute/recompute.py");
const hasNumpy = spawnSync(python, ["-c", "import numpy"]).status === 0;
const F = 2;
/** Values of a model, and contributors: less than one block, whole lanes and not, several blocks. */
const LENGTHS = [
  [5, 12],
  [BLOCK, 13],
  [1001, 12],
  [5 * BLOCK + 3, 17],
] as const;

/** What the script computes on the way to its models, as JSON; Python writes floats so that they are read as the same ones. */
const SNIPPET = `
import json, sys
sys.path.insert(0, sys.argv[1])
import numpy as np
import recompute as r
vectors = [np.array(row, dtype=np.float64) + 0.0 for row in json.load(sys.stdin)]
norms, distances = r.measure(vectors)
clipped = r.coefficients_of("arc", norms, distances, 2, "")
after = r.measures_after(norms, distances, clipped)
near = r.coefficients_of("nearestNeighbourMixing", *after, 2, "")
mixed = np.array([r.combination(row, clipped) for row in near])
weights = np.array(r.geometric_median(norms, distances, 32)[0])
json.dump([part.ravel().tolist() for part in [norms, distances, clipped, *after, mixed, weights]], sys.stdout)
`;

describe("examples/recompute", { skip: hasNumpy ? false : `${python} has no numpy` }, () => {
  let archive = "";
  let disk: Disk;
  before(async () => {
    archive = await mkdtemp(join(tmpdir(), "swarm-recompute-"));
    disk = await openDisk(archive, { logger: silent });
  });
  after(async () => {
    await disk.close();
    await rm(archive, { recursive: true });
  });

  /** Writes what `swarm task show --json` would print of a task with these rounds; gives its path. */
  async function task(name: string, merge: MergeConfig, rounds: number[][][]): Promise<string> {
    const length = rounds[0]?.[0]?.length as number;
    // Two tensors, so that the whole model's order counts, which begins lanes anew in none of them.
    const specs = [
      { name: "a", shape: [3] },
      { name: "b", shape: [length - 3] },
    ];
    const weigh = (values: number[]): Weights => ({ specs, values: Float32Array.from(values) });
    const base = weigh(Array.from({ length }, (_, i) => Math.sin(i)));
    const entries = [];
    for (const [i, rows] of rounds.entries()) {
      const contributions = rows.map((row, j) => ({ member: 2 * j, weight: ((j * 37) % 100) + 1, delta: weigh(row) }));
      const updates = [];
      for (const { member, weight, delta } of contributions)
        updates.push({
          member,
          weight,
          sha256: await disk.write("update", encodeSafetensors(delta, new Map([["of", name]]))),
        });
      entries.push({
        round: i + 1,
        base: await disk.write("model", encodeModel(base)),
        seed: SEED,
        updates,
        modelHash: sha256(encodeModel(mergeModel(base, contributions, merge, { f: F, seed: SEED }))),
      });
    }
    const file = join(archive, `${name}.json`);
    await writeFile(file, JSON.stringify({ document: { merge, round: { f: F } }, rounds: entries }));
    return file;
  }

  const run = (...tasks: string[]) => spawnSync(python, [script, archive, ...tasks], { encoding: "utf8" });

  it("comes to the same bits as the nodes by every rule and step, whatever the values and sizes", async () => {
    const files = [];
    for (const [i, config] of CONFIGS.entries()) {
      for (const [length, n] of LENGTHS) {
        const rounds = [honestAndLiars(i, n, length), awkward(i, n, length)];
        files.push(await task(`task${i}-${length}`, config, rounds));
      }
    }
    const { stdout, stderr, status } = run(...files);
    const lines = stdout.trim().split("\n");
    const wrong = lines.flatMap((line, i) =>
      line.endsWith("as finalized")
        ? []
        : [`${configName(CONFIGS[Math.floor(i / LENGTHS.length / 2)] as MergeConfig)} ${line}`],
    );
    assert.deepEqual(wrong, [], stderr);
    assert.equal(lines.length, 2 * LENGTHS.length * CONFIGS.length);
    assert.equal(status, 0);
  });

  it("comes to the same float64 bits on the way, where a model's rounding would hide a difference", () => {
    for (const rows of [honestAndLiars(7, 12, 1001), awkward(8, 12, 1001)]) {
      const plan = (config: MergeConfig) =>
        planMerge(
          config,
          { f: F, seed: SEED },
          rows.map(() => 1),
          measures,
        );
      const { measures } = measured(rows);
      const clipped = plan({ before: ["arc"], rule: "median" }).mix?.matrix as Float64Array;
      const clippedMeasures = measuresAfter(measures, clipped, 12);
      const mixed = plan({ before: ["arc", "nearestNeighbourMixing"], rule: "median" }).mix?.matrix as Float64Array;
      const weiszfeld = plan({ rule: "geometricMedian", steps: 32 }).columns;
      assert.ok(weiszfeld.kind === "combine");
      const expected = [
        measures.norms,
        measures.distances,
        clipped,
        clippedMeasures.norms,
        clippedMeasures.distances,
        mixed,
        weiszfeld.coefficients,
      ].map((values) => [...values]);
      const { stdout, stderr } = spawnSync(python, ["-B", "-c", SNIPPET, dirname(script)], {
        input: JSON.stringify(rows),
        encoding: "utf8",
      });
      assert.deepEqual(JSON.parse(stdout || "null"), expected, stderr);
    }
  });

  it("says which round was finalized with another merge, and which files are missing", async () => {
    const rows = honestAndLiars(1, 12, 20);
    const file = await task("other", { rule: "median" }, [rows, rows]);
    const { document, rounds } = JSON.parse(await readFile(file, "utf8"));
    rounds[0].modelHash = `0x${"1".repeat(64)}`;
    rounds[1].base = `0x${"2".repeat(64)}`;
    await writeFile(file, JSON.stringify({ document, rounds }));
    const { stdout, status } = run(file);
    assert.match(stdout, /^round 1: 0x[0-9a-f]{64} but finalized was 0x1{64}\nround 2: .*2{62} is missing\n$/);
    assert.equal(status, 1);
  });
});

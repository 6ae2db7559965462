import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { readCsv } from "../../node/adapters/data/csv/readCsv.ts";
import { scalingOf } from "../../node/core/statistics/scaling.ts";
import type { ColumnData } from "../../node/core/task/dataSchema.ts";
import { encodeWeights } from "../../node/core/codec.ts";
import { classificationFigures } from "../../node/core/metrics.ts";
import { createPrng } from "../../node/core/prng.ts";
import { featureNames } from "../../node/core/task/tensors.ts";
import { findPython } from "../../scripts/setup/pythonPlace.ts";
import { temporaryFolder } from "../learner/rows.ts";
import { taskDocument } from "../task/fixture.ts";
import { example } from "./support/python.ts";

/** `examples/trainers/swarm_trainer.py` against the project's own code. */

const found = findPython("numpy");
const folder = await temporaryFolder();

/** Runs a few lines with the helper imported as `swarm`. @returns the JSON that they print */
function python(lines: string): unknown {
  const program = `import sys, json\nsys.path.insert(0, ${JSON.stringify(example("trainers"))})\nimport swarm_trainer as swarm\nimport numpy as np\n${lines}`;
  const interpreter = (found as { python: string }).python;
  const { status, stdout, stderr } = spawnSync(interpreter, ["-B", "-c", program], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

describe("the Python helper", { skip: "lacking" in found ? found.lacking : false }, () => {
  it("writes the bytes that the node's codec writes, and reads them", () => {
    const specs = [
      { name: "a", shape: [] },
      { name: "b.bias", shape: [3] },
      { name: "b.kernel", shape: [2, 3] },
      { name: "\u00e9", shape: [1] },
    ];
    const values = Float32Array.from({ length: 11 }, (_, i) => Math.fround(i / 3 - 1));
    const [given, written] = [join(folder, "given"), join(folder, "written")];
    const bytes = encodeWeights({ specs, values });
    writeFileSync(given, bytes);
    const shapes = python(`
tensors = swarm.read_tensors(${JSON.stringify(given)})
swarm.write_tensors(${JSON.stringify(written)}, dict(reversed(tensors.items())))
print(json.dumps({name: values.shape for name, values in tensors.items()}))`);
    assert.deepEqual(shapes, Object.fromEntries(specs.map(({ name, shape }) => [name, shape])));
    assert.deepEqual(new Uint8Array(readFileSync(written)), bytes);
  });

  it("computes the figures that the node's own engine computes", () => {
    const prng = createPrng(3);
    for (const [outputs, classes] of [
      [1, 2],
      [2, 2],
      [4, 4],
    ] as const) {
      const labels = Array.from({ length: 40 }, () => prng.below(classes));
      // Few different values, so that some are equal.
      const logits = Float32Array.from({ length: 40 * outputs }, () => prng.below(9) - 4);
      const own = classificationFigures(logits, labels, outputs);
      const there = python(`
logits = np.array(${JSON.stringify([...logits])}, dtype=np.float32).reshape(-1, ${outputs})
print(json.dumps(swarm.figures(logits, np.array(${JSON.stringify(labels)}))))`) as typeof own;
      assert.deepEqual([there.rows, there.accuracy], [own.rows, own.accuracy]);
      assert.ok(Math.abs(there.loss - own.loss) < 1e-12, `${there.loss} and ${own.loss}`);
      assert.ok(Math.abs((there.auc ?? 0) - (own.auc ?? 1)) < 1e-12, `${there.auc} and ${own.auc}`);
    }
  });

  it("reads rows as the node does, and keeps a share of each class", async () => {
    const cells = ["y, c,a,b", "yes,1,2,3", 'no,".5",na,-1e3', "", "yes,4,5,6", "no,7,8,9"];
    const data = join(folder, "rows.csv");
    writeFileSync(data, `\u{feff}${cells.join("\r\n")}\r\n`);
    const document = taskDocument({
      data: {
        format: "csv",
        features: ["a", "b", "c"],
        label: { column: "y", classes: ["no", "yes"] },
        missing: 4,
        normalize: { mean: [1, 2, 3], std: 3 },
      },
      training: { optimizer: { type: "sgd", learningRate: 1 }, validationSplit: 0.5 },
    });
    const task = join(folder, "task.json");
    writeFileSync(task, JSON.stringify({ document, data, tensors: [], ownTensors: [] }));
    const { label, missing } = document.data as ColumnData;
    const normalize = scalingOf(document);
    const own = await readCsv(data, { features: featureNames(document), label, missing, normalize });
    const there = python(`
task = swarm.Task(${JSON.stringify(task)})
features, labels = swarm.read_csv(task)
rows = swarm.Rows(task)
print(json.dumps([features.ravel().tolist(), labels.tolist(), sorted(rows.training.labels.tolist()), sorted(rows.validation.labels.tolist())]))`);
    assert.deepEqual(there, [[...own.features], [...own.labels], [0, 1], [0, 1]]);
    assert.deepEqual(python('print(json.dumps(swarm.expand_columns("p{0..1}x{9..10}")))'), [
      "p0x9",
      "p0x10",
      "p1x9",
      "p1x10",
    ]);
  });

  it("says where a file is wrong, and no value of it", () => {
    const document = taskDocument();
    const task = join(folder, "wrong.json");
    const data = join(folder, "wrong.csv");
    writeFileSync(task, JSON.stringify({ document, data, tensors: [], ownTensors: [] }));
    for (const [text, says] of [
      ["a,b,y\n1,2,yes", 'the header has no column "c"'],
      ["a,b,c,y\n1,2,3,yes\n1,seven,3,no", 'line 3, column "b": no finite number'],
      ["a,b,c,y\n1,2,,yes", 'line 2, column "c": no finite number'],
      ["a,b,c,y\n1,2,3,perhaps", `line 2, column "y": none of the task's classes`],
      ["a,b,c,y\n1,2,yes", "line 2 has 3 fields, the header 4"],
    ] as const) {
      writeFileSync(data, `${text}\n`);
      const said = python(`
try: swarm.read_csv(swarm.Task(${JSON.stringify(task)}))
except swarm.RowsError as error: print(json.dumps(str(error)))`);
      assert.equal(said, says);
    }
  });
});

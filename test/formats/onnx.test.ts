import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { startEngine } from "../../node/adapters/tfjs/engine.ts";
import { encodeOnnx } from "../../node/core/formats/onnx/encodeOnnx.ts";
import { inputShape } from "../../node/core/task/tensors.ts";
import { temporaryFolder } from "../learner/rows.ts";
import { MODELS, ownOutputs, randomRows, randomWeights } from "./models.ts";

/** Set PYTHON to one that has onnx and onnxruntime (tried with 1.23.2 and 1.32.0), if python3 has not. */
const python = process.env.PYTHON ?? "python3";
const hasOnnx = spawnSync(python, ["-c", "import onnx, onnxruntime"]).status === 0;
const ROWS = 5;

interface Ran {
  outputs: number[];
  shape: number[];
  metadata: Record<string, string>;
}

test(
  "onnxruntime gives what the task's own engine gives, within 1e-5, and its checker finds nothing",
  { skip: hasOnnx ? false : `${python} has no onnx or no onnxruntime` },
  async (t) => {
    await startEngine();
    const folder = await temporaryFolder();
    const cases = Object.entries(MODELS).flatMap(([name, make]) => {
      const document = make();
      const weights = randomWeights(document, 3);
      const features = randomRows(document, ROWS);
      const { prepared, logits, outputs } = ownOutputs(document, weights, features, ROWS);
      const bytes = (bare: boolean) => encodeOnnx({ document, weights, bare, about: { round: 7 } });
      const shape = [ROWS, ...inputShape(document)];
      return [
        { name, bytes: bytes(false), rows: features, expected: outputs, shape },
        { name: `${name}, bare`, bytes: bytes(true), rows: prepared, expected: logits, shape },
      ];
    });
    const given = [];
    for (const [i, { bytes, rows, shape }] of cases.entries()) {
      const path = join(folder, `${i}.onnx`);
      await writeFile(path, bytes);
      given.push({ path, rows: [...rows], shape });
    }
    const script = join(import.meta.dirname, "run_onnx.py");
    const { status, stdout, stderr } = spawnSync(python, ["-B", script], {
      input: JSON.stringify(given),
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
    const ran = JSON.parse(stdout) as Ran[];
    for (const [i, { name, expected }] of cases.entries()) {
      await t.test(name, () => {
        const { outputs, shape, metadata } = ran[i] as Ran;
        assert.deepEqual(shape, [ROWS, expected.length / ROWS]);
        for (const [at, value] of expected.entries())
          assert.ok(Math.abs((outputs[at] as number) - value) < 1e-5, `output ${at}: ${outputs[at]}, ${value}`);
        assert.equal(metadata.round, "7");
        assert.equal(metadata.output, name.endsWith("bare") ? "logits" : metadata.output);
        assert.ok(JSON.parse(metadata.data as string).label.classes.length >= 2);
      });
    }
  },
);

import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { afterEach, describe, test } from "node:test";
import { createLearner } from "../../node/adapters/tfjs/createLearner.ts";
import { measureEngine } from "../../node/adapters/tfjs/measureEngine.ts";
import { nativeProblem, readyFile } from "../../node/adapters/tfjs/native/folder.ts";
import { initialWeights } from "../../node/core/task/initialModel.ts";
import { learnerSuite } from "../ports/learner.suite.ts";
import { documentOf, taskDocument } from "../task/fixture.ts";
import { silent, temporaryFolder, writeRows } from "./rows.ts";
import { ARCHITECTURES, rowsOf } from "./support/architectures.ts";

const folder = await temporaryFolder();
const { signal } = new AbortController();

/** A folder like that of `npm run setup:native`, whose package does what is written here. */
async function builtFolder(name: string, code: string): Promise<string> {
  const built = join(folder, name);
  const pkg = join(built, "node_modules", "@tensorflow", "tfjs-node");
  await mkdir(pkg, { recursive: true });
  await writeFile(join(pkg, "index.js"), code);
  await writeFile(readyFile(built), "{}\n");
  return built;
}

/** Registers the library's engine in plain JavaScript under the native one's name. */
const require = createRequire(import.meta.url);
const STANDS_IN = `
const tf = require(${JSON.stringify(require.resolve("@tensorflow/tfjs-core"))});
const { MathBackendCPU } = require(${JSON.stringify(require.resolve("@tensorflow/tfjs-backend-cpu"))});
if (!require("node:util").isNullOrUndefined(undefined)) throw new Error("no shim");
if (process.env.TF_NUM_INTRAOP_THREADS !== "1") throw new Error("threads are not limited");
tf.registerBackend("tensorflow", () => new MathBackendCPU(), 3);
tf.copyRegisteredKernels("cpu", "tensorflow");
`;

describe("the native engine's folder", () => {
  afterEach(() => delete process.env.SWARM_NATIVE);

  test("without one it says how to build it, and no other engine is taken instead", async () => {
    process.env.SWARM_NATIVE = join(folder, "nothing");
    assert.match(nativeProblem() ?? "", /npm run setup:native/);
    await assert.rejects(measureEngine(documentOf([{ type: "dense", units: 3 }]), "native", { signal }), {
      code: "TRAINING_ENGINE",
      message: /setup:native/,
    });
  });

  test("a package that does not load is an error that names why", async () => {
    process.env.SWARM_NATIVE = await builtFolder("broken", 'throw new Error("libtensorflow.so.2: cannot open");');
    assert.equal(nativeProblem(), undefined);
    await assert.rejects(measureEngine(documentOf([{ type: "dense", units: 3 }]), "native", { signal }), {
      code: "TRAINING_ENGINE",
      message: /libtensorflow\.so\.2: cannot open.*--engine wasm/,
    });
  });

  test("a package that registers another engine than TensorFlow's is an error", async () => {
    process.env.SWARM_NATIVE = await builtFolder("other", "");
    const measuring = measureEngine(documentOf([{ type: "dense", units: 3 }]), "native", { signal });
    await assert.rejects(measuring, { code: "TRAINING_ENGINE" });
  });

  test("a package that works is used in the worker, with one thread, and named with the updates", async () => {
    process.env.SWARM_NATIVE = await builtFolder("works", STANDS_IN);
    const { engine, ms } = await measureEngine(documentOf([{ type: "dense", units: 3 }]), "native", { signal });
    assert.match(engine, /^tfjs-node \d.* tensorflow \d/);
    assert.ok(ms > 0);
  });
});

const problem = nativeProblem();
describe("the native engine", { skip: problem ?? false }, () => {
  if (problem !== undefined) return;
  for (const [name, architecture] of Object.entries(ARCHITECTURES)) {
    test(`${name}: training comes to what WebAssembly comes to`, async () => {
      const { layers, input } = architecture;
      // One batch of all rows, so that the order of rows is no matter; no dropout, which both draw alike anyway.
      const document = {
        ...documentOf(layers, input),
        training: { ...taskDocument().training, localEpochs: 5, batchSize: 64 },
      };
      const { features, labels, rows, width } = rowsOf(architecture);
      const lines = Array.from({ length: rows }, (_, row) =>
        [...features.subarray(row * width, (row + 1) * width), labels[row]].join(","),
      );
      const header = [...Array.from({ length: width }, (_, i) => `x${i + 1}`), "y"].join(",");
      const dataPath = join(folder, `${name.replaceAll(" ", "-")}.csv`);
      await writeFile(dataPath, [header, ...lines, ""].join("\n"));
      const results = [];
      for (const engine of ["wasm", "native"] as const) {
        const learner = await createLearner({ document, dataPath, engine, logger: silent });
        results.push(await learner.train(initialWeights(document, 1), 1, { signal }));
        await learner.close();
      }
      const [here, there] = results;
      assert.ok(here && there && Math.abs(here.loss - there.loss) < 1e-3, `${here?.loss} and ${there?.loss}`);
      for (const [i, value] of here.weights.values.entries())
        assert.ok(Math.abs(value - (there.weights.values[i] as number)) < 5e-3, `value ${i}`);
    });
  }
});

if (problem === undefined) {
  const dataPath = await writeRows(folder, 80);
  learnerSuite("tfjs, native", async ({ validation }) => {
    const document = taskDocument({
      training: {
        localEpochs: 2,
        batchSize: 8,
        optimizer: { type: "adam", learningRate: 0.01 },
        validationSplit: validation ? 0.2 : 0,
      },
    });
    const learner = await createLearner({ document, dataPath, engine: "native", logger: silent });
    return { learner, base: initialWeights(document, 1) };
  });
}

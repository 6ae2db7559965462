import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { startEngine } from "../../node/adapters/tfjs/engine.ts";
import { createModel } from "../../node/adapters/tfjs/model.ts";
import { ClientPart } from "../../node/adapters/tfjs/split/clientPart.ts";
import { ServerPart } from "../../node/adapters/tfjs/split/serverPart.ts";
import { trainRound } from "../../node/adapters/tfjs/train.ts";
import { joinParts, splitPartsOf } from "../../node/core/modes/splitParts.ts";
import type { TaskDocument } from "../../node/core/task/document.ts";
import { initialWeights } from "../../node/core/task/initialModel.ts";
import type { Weights } from "../../node/core/weights.ts";
import { pick } from "../../node/core/weights/pick.ts";
import { MLP, type Rows, rowsFor, splitTask } from "./splitRows.ts";

const CNN = [
  { type: "conv2d", filters: 4, kernelSize: 3, activation: "relu", padding: "same" },
  { type: "batchNormalization" },
  { type: "maxPooling2d" },
  { type: "conv2d", filters: 3, kernelSize: 2 },
  { type: "flatten" },
  { type: "dense", units: 5, activation: "relu" },
  { type: "dense", units: 3 },
];
const DROPOUT = [
  { type: "dense", units: 8, activation: "relu" },
  { type: "dropout", rate: 0.25 },
  { type: "dense", units: 8, activation: "relu" },
  { type: "dropout", rate: 0.4 },
  { type: "dense", units: 8, activation: "relu" },
  { type: "dropout", rate: 0.3 },
  { type: "dense", units: 3 },
];

const EPOCHS = 3;
const OPTIMIZERS = [
  { type: "sgd", learningRate: 0.05, momentum: 0.9 },
  { type: "adam", learningRate: 0.01 },
  { type: "rmsprop", learningRate: 0.005 },
];

/** One client and the server, on this thread and without a wire. */
function trainSplit(doc: TaskDocument, data: Rows, restart?: boolean): Weights {
  const { clientSpecs, serverSpecs, tail } = splitPartsOf(doc);
  const base = initialWeights(doc, 3);
  const fresh = (specs: Weights["specs"]) => ({ values: pick(specs, [base]).values, moments: [], steps: 0 });
  let client = new ClientPart(doc, data, { ...data, rows: 0 });
  let server = new ServerPart(doc);
  client.load(fresh(clientSpecs));
  server.load("one", fresh(serverSpecs));
  const weights = client.classWeights && [...client.classWeights];
  for (let epoch = 1; epoch <= EPOCHS; epoch++) {
    if (restart === true && epoch > 1) {
      const [mine, theirs] = [client.state(), server.state("one")];
      client = new ClientPart(doc, data, { ...data, rows: 0 });
      server = new ServerPart(doc);
      client.load(mine);
      server.load("one", theirs);
    }
    for (let batch = 1; batch <= Math.ceil(data.rows / doc.training.batchSize); batch++) {
      const place = { epoch, batch, client: 0 };
      const smashed = client.forward(place);
      if (tail.from === tail.to) client.backward(server.loss("one", place, smashed, data.rows, weights).gradient);
      else
        client.backward(server.backward("one", client.tail(server.forward("one", place, smashed, data.rows)).gradient));
      server.apply("one");
    }
  }
  return joinParts(doc, [
    { specs: clientSpecs, values: client.state().values },
    { specs: serverSpecs, values: server.state("one").values },
  ]);
}

function trainWhole(doc: TaskDocument, data: Rows): Float32Array {
  const hooks = { stopped: () => false, onBatch() {} };
  const { values } = initialWeights(doc, 3);
  const config = { ...doc.training, localEpochs: EPOCHS };
  const trained = trainRound(
    createModel(doc, new ClientPart(doc, data, data).classWeights),
    data,
    values,
    1,
    config,
    hooks,
  );
  return trained?.values ?? new Float32Array(0);
}

const furthest = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), a.length === b.length ? 0 : 1);

describe("split training with one client is training the uncut model", () => {
  before(() => startEngine());

  const cases: [string, object[], number[] | undefined, object[]][] = [
    [
      "MLP",
      MLP,
      undefined,
      [{ cut: 0 }, { cut: 2 }, { cut: 0, labels: "kept", tail: 2 }, { cut: 1, labels: "kept", tail: 3 }],
    ],
    ["CNN", CNN, [6, 6, 2], [{ cut: 0 }, { cut: 2 }, { cut: 4 }, { cut: 1, labels: "kept", tail: 6 }]],
    ["dropout", DROPOUT, undefined, [{ cut: 0 }, { cut: 1 }, { cut: 3 }, { cut: 1, labels: "kept", tail: 5 }]],
  ];
  for (const [name, layers, input, splits] of cases)
    for (const split of splits)
      it(`${name}, ${JSON.stringify(split)}, each optimizer`, () => {
        for (const optimizer of OPTIMIZERS) {
          const doc = splitTask(layers, split, { ...(input && { input }), optimizer });
          const data = rowsFor(input === undefined ? 4 : 72, 45);
          const whole = trainWhole(doc, data);
          assert.ok(furthest(trainSplit(doc, data).values, whole) < 1e-6);
          assert.ok(furthest(whole, initialWeights(doc, 3).values) > 0.01, "something was learned");
        }
      });

  it("also with weights of classes, and from state that was kept after each epoch", () => {
    const doc = splitTask(DROPOUT, { cut: 1 }, { classWeights: [1, 3, 0.5], optimizer: { type: "adam" } });
    const data = rowsFor(4, 45);
    assert.ok(furthest(trainSplit(doc, data, true).values, trainWhole(doc, data)) < 1e-6);
  });

  it("another model comes out where the seed is another: the comparison can fail", () => {
    const doc = splitTask(MLP, { cut: 0 });
    const data = rowsFor(4, 45);
    const other = { ...doc, training: { ...doc.training, seed: 12 } };
    assert.ok(furthest(trainSplit(doc, data).values, trainWhole(other, data)) > 1e-4);
  });
});

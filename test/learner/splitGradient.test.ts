import assert from "node:assert/strict";
import { describe, it } from "node:test";
// oxlint-disable-next-line import/no-unassigned-import
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { startEngine } from "../../node/adapters/tfjs/engine.ts";
import { ServerPart } from "../../node/adapters/tfjs/split/serverPart.ts";
import { splitPartsOf } from "../../node/core/modes/splitParts.ts";
import { initialWeights } from "../../node/core/task/initialModel.ts";
import { pick } from "../../node/core/weights/pick.ts";
import { MLP, rowsFor, splitTask } from "./splitRows.ts";

/** The layers of `MLP` behind the first, and the mean loss, written out in TensorFlow.js' own operations. */
function lossBehindCut(activations: tf.Tensor, tensors: tf.Tensor[], labels: Int32Array): tf.Scalar {
  const [bias1, kernel1, bias2, kernel2, bias3, kernel3] = tensors as [
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
  ];
  const second = tf.tanh(tf.add(tf.matMul(activations, kernel1), bias1));
  const third = tf.relu(tf.add(tf.matMul(second, kernel2), bias2));
  const logits = tf.add(tf.matMul(third, kernel3), bias3);
  const picked = tf.sum(tf.mul(tf.oneHot(tf.tensor1d(labels, "int32"), 3), tf.logSoftmax(logits)), 1);
  return tf.neg(tf.mean(picked)) as tf.Scalar;
}

describe("the gradient at the cut", () => {
  it("is that of automatic differentiation on the plain engine", async () => {
    const document = splitTask(MLP, { cut: 0 });
    const { serverSpecs } = splitPartsOf(document);
    const { values } = pick(serverSpecs, [initialWeights(document, 4)]);
    const { features: activations, labels } = rowsFor(7, 12);
    await startEngine();
    const server = new ServerPart(document);
    server.load("one", { values, moments: [], steps: 0 });
    const found = server.loss("one", { epoch: 1, batch: 1, client: 0 }, { activations, rows: 12, labels }, 12);
    await tf.setBackend("cpu");
    let at = 0;
    const tensors = serverSpecs.map(({ shape }) => {
      const size = shape.reduce((product, side) => product * side, 1);
      at += size;
      return tf.tensor(values.slice(at - size, at), [...shape]);
    });
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => lossBehindCut(x, tensors, labels))(
      tf.tensor(activations, [12, 7]),
    );
    assert.ok(Math.abs((value.dataSync()[0] as number) - found.loss / 12) < 1e-6);
    for (const [i, each] of grad.dataSync().entries()) assert.ok(Math.abs(each - (found.gradient[i] as number)) < 1e-7);
    assert.ok(found.gradient.some((each) => Math.abs(each) > 1e-3));
  });
});

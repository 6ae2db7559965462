import assert from "node:assert/strict";
import { test } from "node:test";
import { createOptimizer, type OptimizerConfig } from "../../node/adapters/tfjs/optimizers.ts";

// Reference values by numpy in float64, after the three gradients below from w = [0.5, -0.3]; m and v start at 0, t counts from 1:
//   adam:     m = .9*m + .1*g; v = .999*v + .001*g*g; w -= .01 * (m / (1 - .9**t)) / (sqrt(v / (1 - .999**t)) + 1e-8)
//   sgd:      w -= .1*g            momentum: m = .9*m + g; w -= .1*m
//   rmsprop:  v = .9*v + .1*g*g; w -= .01 * g / (sqrt(v) + 1e-7)
const gradients = [
  [0.1, -0.2],
  [0.3, 0.1],
  [-0.2, 0],
];
const expected: [OptimizerConfig, number[]][] = [
  [{ type: "adam", learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }, [0.47824315, -0.28527784]],
  [{ type: "sgd", learningRate: 0.1, momentum: 0 }, [0.48, -0.29]],
  [{ type: "sgd", learningRate: 0.1, momentum: 0.9 }, [0.4359, -0.2648]],
  [{ type: "rmsprop", learningRate: 0.01, decay: 0.9, epsilon: 1e-7 }, [0.4558284, -0.28312145]],
];

for (const [config, weights] of expected) {
  test(`${JSON.stringify(config)} moves weights as its paper says`, () => {
    const values = Float32Array.of(0.5, -0.3);
    const optimizer = createOptimizer(config, 2);
    for (const gradient of gradients) optimizer.step(values, Float32Array.from(gradient));
    for (const [i, value] of values.entries())
      assert.ok(Math.abs(value - (weights[i] ?? 0)) < 2e-7, `${values} is not ${weights}`);
  });
}

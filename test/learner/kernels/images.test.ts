import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { startEngine } from "../../../node/adapters/tfjs/engine.ts";
import { close, compare, images, random, type Shape4, tensor, use, weighted } from "./support.ts";

before(async () => {
  await startEngine();
});

test("convolutions, and their gradients by filter and input", () => {
  fc.assert(
    fc.property(images, ({ batch, height, width, inputs, outputs, window, strides, pad, seed }) => {
      const [xShape, filterShape]: [Shape4, Shape4] = [
        [batch, height, width, inputs],
        [...window, inputs, outputs],
      ];
      const x = () => tensor(xShape, seed) as tf.Tensor4D;
      const filter = () => tensor(filterShape, seed + 1) as tf.Tensor4D;
      compare(() => tf.conv2d(x(), filter(), strides, pad));
      compare(() => tf.grad((f) => weighted(tf.conv2d(x(), f as tf.Tensor4D, strides, pad), seed + 2))(filter()));
      compare(() => tf.grad((t) => weighted(tf.conv2d(t as tf.Tensor4D, filter(), strides, pad), seed + 2))(x()));
    }),
    { numRuns: 80 },
  );
});

test("a batch whose patches are too many to be worked on at once", () => {
  for (const [batch, height, window, inputs, outputs] of [
    [3, 40, 3, 8, 5],
    [5, 21, 3, 8, 4],
    [2, 30, 1, 6, 3],
  ] as const) {
    const x = () => tensor([batch, height, height, inputs], 1) as tf.Tensor4D;
    const filter = () => tensor([window, window, inputs, outputs], 2) as tf.Tensor4D;
    compare(() => tf.conv2d(x(), filter(), 1, "same"));
    compare(() => tf.grad((f) => weighted(tf.conv2d(x(), f as tf.Tensor4D, 1, "same"), 3))(filter()));
    compare(() => tf.grad((t) => weighted(tf.conv2d(t as tf.Tensor4D, filter(), 1, "same"), 3))(x()));
  }
});

test("dilated convolutions forward, which have no gradient in the library", () => {
  fc.assert(
    fc.property(images, fc.integer({ min: 2, max: 3 }), (image, dilation) => {
      const { batch, height, width, inputs, outputs, seed } = image;
      const filter = () => tensor([2, 2, inputs, outputs], seed + 1) as tf.Tensor4D;
      compare(() =>
        tf.conv2d(tensor([batch, height, width, inputs], seed) as tf.Tensor4D, filter(), 1, "same", "NHWC", dilation),
      );
    }),
    { numRuns: 20 },
  );
});

test("depthwise convolutions, and their gradients by filter and input", () => {
  fc.assert(
    fc.property(
      images,
      fc.integer({ min: 1, max: 3 }),
      ({ batch, height, width, inputs, window, strides: [stride], pad, seed }, multiplier) => {
        const x = () => tensor([batch, height, width, inputs], seed) as tf.Tensor4D;
        const filter = () => tensor([...window, inputs, multiplier], seed + 1) as tf.Tensor4D;
        const run = (image: tf.Tensor, kernel: tf.Tensor) =>
          tf.depthwiseConv2d(image as tf.Tensor4D, kernel as tf.Tensor4D, stride, pad);
        compare(() => run(x(), filter()));
        compare(() => tf.grad((f) => weighted(run(x(), f), seed + 2))(filter()));
        compare(() => tf.grad((t) => weighted(run(t, filter()), seed + 2))(x()));
      },
    ),
    { numRuns: 80 },
  );
});

test("the gradients of dilated depthwise convolutions, which the reference engine computes as if they were not dilated", () => {
  fc.assert(
    fc.property(images, fc.integer({ min: 2, max: 3 }), ({ batch, height, width, inputs, pad, seed }, dilation) => {
      const [xShape, filterShape]: [Shape4, Shape4] = [
        [batch, height, width, inputs],
        [2, 2, inputs, 2],
      ];
      const out = (side: number) => (pad === "same" ? side : side - dilation);
      const dyShape: Shape4 = [batch, out(height), out(width), 2 * inputs];
      const [x, filter, dy] = [random(xShape, seed), random(filterShape, seed + 1), random(dyShape, seed + 2)];
      const expected = dilatedGradients(x, xShape, filter, dy, dyShape, pad === "same" ? dilation >> 1 : 0, dilation);
      const attrs = { strides: 1, pad, dilations: [dilation, dilation], filterShape, inputShape: xShape };
      const run = (name: string, from: Record<string, [Float32Array, Shape4]>) =>
        tf.tidy(() => {
          const inputsOf = Object.fromEntries(
            Object.entries(from).map(([key, [values, shape]]) => [key, tf.tensor4d(values, shape)]),
          );
          const { engine } = tf;
          return (
            engine().runKernel(`DepthwiseConv2dNativeBackprop${name}`, inputsOf, attrs as never) as tf.Tensor
          ).dataSync();
        });
      use("wasm");
      close(run("Filter", { x: [x, xShape], dy: [dy, dyShape] }), expected.byFilter);
      close(run("Input", { dy: [dy, dyShape], filter: [filter, filterShape] }), expected.byInput);
    }),
    { numRuns: 40 },
  );
});

/** By the definition: windows of 2 x 2 whose values are `dilation` apart, two outputs a channel. */
function dilatedGradients(
  x: Float32Array,
  [batch, height, width, inputs]: Shape4,
  filter: Float32Array,
  dy: Float32Array,
  [, outHeight, outWidth]: Shape4,
  before: number,
  dilation: number,
) {
  const byInput = new Float32Array(x.length);
  const byFilter = new Float32Array(filter.length);
  for (let b = 0; b < batch; b++)
    for (let row = 0; row < outHeight; row++)
      for (let column = 0; column < outWidth; column++)
        for (let i = 0; i < 2; i++)
          for (let j = 0; j < 2; j++)
            for (let k = 0; k < 2 * inputs; k++) {
              const [y, z] = [row + i * dilation - before, column + j * dilation - before];
              if (y < 0 || y >= height || z < 0 || z >= width) continue;
              const at = ((b * height + y) * width + z) * inputs + (k >> 1);
              const weight = (i * 2 + j) * 2 * inputs + k;
              const gradient = dy[((b * outHeight + row) * outWidth + column) * 2 * inputs + k] as number;
              byFilter[weight] = (byFilter[weight] as number) + (x[at] as number) * gradient;
              byInput[at] = (byInput[at] as number) + (filter[weight] as number) * gradient;
            }
  return { byFilter, byInput };
}

test("the gradient of max pooling, also where a window has no positive value, and where values are equal", () => {
  fc.assert(
    fc.property(
      images,
      fc.constantFrom("mixed" as const, "negative" as const, "equal" as const),
      ({ batch, height, width, inputs, window, strides, pad, seed }, kind) => {
        const shape: Shape4 = [batch, height, width, inputs];
        const change = { mixed: (v: number) => v, negative: (v: number) => v - 1, equal: (v: number) => Math.round(v) };
        const x = random(shape, seed).map(change[kind]);
        compare(() =>
          tf.grad((t) => weighted(tf.maxPool(t as tf.Tensor4D, window, strides, pad), seed + 2))(tf.tensor4d(x, shape)),
        );
      },
    ),
    { numRuns: 80 },
  );
});

test("the gradient of average pooling without padding", () => {
  fc.assert(
    fc.property(images, ({ batch, height, width, inputs, window, strides, seed }) => {
      const x = () => tensor([batch, height, width, inputs], seed);
      compare(() => tf.grad((t) => weighted(tf.avgPool(t as tf.Tensor4D, window, strides, "valid"), seed + 2))(x()));
    }),
    { numRuns: 40 },
  );
});

import {
  cast,
  engine,
  getBackend,
  getKernel,
  type KernelFunc,
  mul,
  registerGradient,
  step,
  type Tensor,
  type TensorInfo,
  unregisterGradient,
} from "@tensorflow/tfjs-core";
import { arithmetic } from "./arithmetic.ts";
import { replaceKernel, sizeOf } from "./call.ts";

const NAME = "ReluGrad";

let installed = false;

/** The gradient of a rectifier in one pass instead of two; other engines of the same process keep the library's. */
export function installReluGrad(): void {
  if (installed) return;
  installed = true;
  const reluGrad: KernelFunc = ({ inputs, backend }) => {
    const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo };
    const context = arithmetic(backend);
    const dx = context.make(x.shape);
    context.kernels.reluGradient(context.at(x), context.at(dy), context.at(dx), 4 * sizeOf(x.shape));
    return dx;
  };
  replaceKernel(NAME, reluGrad);
  unregisterGradient("Relu");
  registerGradient({
    kernelName: "Relu",
    inputsToSave: ["x"],
    gradFunc: (dy, saved) => {
      const [x] = saved as [Tensor];
      const gradient = dy as Tensor;
      if (getKernel(NAME, getBackend()) === undefined) return { x: () => mul(gradient, cast(step(x), "float32")) };
      return { x: () => engine().runKernel(NAME, { x, dy: gradient }) as Tensor };
    },
  });
}

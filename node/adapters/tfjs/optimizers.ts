import type { TaskDocument } from "../../core/task/schema.ts";

export type OptimizerConfig = TaskDocument["training"]["optimizer"];

/**
 * Moves weights along gradients. Plain loops over flat arrays: on small models a kernel call per tensor and term costs more than the
 * arithmetic. In a swarm state lives for one round only.
 */
export interface Optimizer {
  /** Its running averages, live, each as long as the values; none of plain SGD. */
  readonly moments: readonly Float32Array[];
  /** Steps taken so far. With `moments` filled and this set, it goes on where another left off. */
  steps: number;
  /** Changes `values` in place. Both arrays have the length the optimizer was made for. */
  step(values: Float32Array, gradients: Float32Array): void;
}

/** @param length how many values the model has */
export function createOptimizer(config: OptimizerConfig, length: number): Optimizer {
  switch (config.type) {
    case "sgd":
      return sgd(config, length);
    case "adam":
      return adam(config, length);
    case "rmsprop":
      return rmsprop(config, length);
  }
}

type Config<T extends OptimizerConfig["type"]> = Extract<OptimizerConfig, { type: T }>;

function sgd({ learningRate, momentum }: Config<"sgd">, length: number): Optimizer {
  if (momentum === 0) {
    return {
      moments: [],
      steps: 0,
      step(values, gradients) {
        this.steps += 1;
        for (let i = 0; i < length; i++) values[i] = (values[i] as number) - learningRate * (gradients[i] as number);
      },
    };
  }
  const velocity = new Float32Array(length);
  return {
    moments: [velocity],
    steps: 0,
    step(values, gradients) {
      this.steps += 1;
      for (let i = 0; i < length; i++) {
        const direction = (gradients[i] as number) + momentum * (velocity[i] as number);
        velocity[i] = direction;
        values[i] = (values[i] as number) - learningRate * direction;
      }
    },
  };
}

/** Kingma and Ba 2015, algorithm 1. */
function adam({ learningRate, beta1, beta2, epsilon }: Config<"adam">, length: number): Optimizer {
  const mean = new Float32Array(length);
  const square = new Float32Array(length);
  let power1 = 1;
  let power2 = 1;
  let taken = 0;
  return {
    moments: [mean, square],
    get steps() {
      return taken;
    },
    set steps(steps) {
      taken = steps;
      power1 = power2 = 1;
      // Multiplied as the steps did, so that going on changes no bit; both are 0 long before this takes time.
      for (let step = 0; step < steps && (power1 > 0 || power2 > 0); step++) {
        power1 *= beta1;
        power2 *= beta2;
      }
    },
    step(values, gradients) {
      taken += 1;
      power1 *= beta1;
      power2 *= beta2;
      const rate = learningRate / (1 - power1);
      const scale = 1 / (1 - power2);
      for (let i = 0; i < length; i++) {
        const gradient = gradients[i] as number;
        const m = beta1 * (mean[i] as number) + (1 - beta1) * gradient;
        const v = beta2 * (square[i] as number) + (1 - beta2) * gradient * gradient;
        mean[i] = m;
        square[i] = v;
        values[i] = (values[i] as number) - (rate * m) / (Math.sqrt(v * scale) + epsilon);
      }
    },
  };
}

/** Tieleman and Hinton 2012, lecture 6.5; epsilon is added to the root, as PyTorch does. */
function rmsprop({ learningRate, decay, epsilon }: Config<"rmsprop">, length: number): Optimizer {
  const square = new Float32Array(length);
  return {
    moments: [square],
    steps: 0,
    step(values, gradients) {
      this.steps += 1;
      for (let i = 0; i < length; i++) {
        const gradient = gradients[i] as number;
        const v = decay * (square[i] as number) + (1 - decay) * gradient * gradient;
        square[i] = v;
        values[i] = (values[i] as number) - (learningRate * gradient) / (Math.sqrt(v) + epsilon);
      }
    },
  };
}

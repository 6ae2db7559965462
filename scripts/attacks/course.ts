import type { Dataset } from "../../node/adapters/data/dataset.ts";
import { SwarmError } from "../../node/core/errors.ts";
import { mergeModel } from "../../node/core/merge/merge.ts";
import { createPrng } from "../../node/core/prng.ts";
import { stateSpecs } from "../../node/core/merge/optimizerState.ts";
import type { MergeConfig } from "../../node/core/merge/rule.ts";
import type { Tensors, Weights } from "../../node/core/weights.ts";
import { weightsOf } from "../../node/core/weights/model.ts";
import { type AttackName, type Attack, attacks, type Scene } from "./attacks.ts";
import { divide, type SourceName, sources } from "./data.ts";
import { firstModel, Perceptron, type Rows, specsOf } from "./perceptron.ts";
import { mergeNamed } from "./ruleNames.ts";
import { flipped, triggered, withTrigger } from "./poison.ts";
import { plus } from "./vectors.ts";

/** One swarm from its first model to its last. */
export interface Job {
  data: SourceName;
  rule: string;
  attack: AttackName;
  seed: number;
  alpha: number;
  nodes: number;
  /** The last of the nodes. */
  faulty: number;
  /** As the source has it where undefined. */
  rounds: number | undefined;
}

export interface Course {
  /** Share of the hold-out that is right, mean of the last three rounds; 0 if the model was lost. */
  accuracy: number;
  /** Share of the hold-out, without class 0, that the last model takes for class 0 once it has the trigger. */
  triggered: number;
  /** The round in which values of the model left all bounds. */
  lost: number | undefined;
}

/** Weights of a trained model are a hundred thousand times smaller. */
const BOUND = 1e6;
/** No rule here but bucketing draws; what it draws by is the round's included set in the product. */
const seedOf = (seed: number, round: number): `0x${string}` =>
  `0x${(seed * 2 ** 16 + round).toString(16).padStart(64, "0")}`;

export function runCourse(job: Job, rows: Dataset): Course {
  const source = sources[job.data];
  const { nodes, faulty, seed } = job;
  const rounds = job.rounds ?? source.rounds;
  const { layout, sites, heldOut } = divide(source, rows, nodes, job.alpha, seed);
  const config = mergeNamed(job.rule, faulty, nodes);
  const attack: Attack = attacks[job.attack];
  const specs = specsOf(layout);
  const model = new Perceptron(layout);
  const swarm = (from: Tensors, updates: readonly Float32Array[], round: number, by: MergeConfig): Tensors => {
    const contributions = updates.map((values, member) => ({ member, weight: 1, delta: { specs, values } }));
    return mergeModel(from, contributions, by, { f: faulty, seed: seedOf(seed, round) });
  };

  let base = firstModel(layout, createPrng(seed, 0xf125));
  let whole = withState({ specs, values: base }, config);
  // What liars look at is the merged update; what an optimizer makes of that, they cannot choose.
  const nothing = { specs, values: new Float32Array(base.length) };
  const plain = { ...config, optimizer: undefined };
  const memory: Scene["memory"] = {};
  const accuracies: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    const update = (site: number, own: Rows): Float32Array => {
      const trained = model.train(base, own, source.training, createPrng(seed, round, site));
      return plus(trained, -1, base);
    };
    const honest = sites.slice(0, nodes - faulty).map((own, site) => update(site, own));
    const liars = attack.trains === "nothing" ? [] : sites.slice(nodes - faulty);
    const own = liars.map((site, i) => update(nodes - faulty + i, poisoned(attack, site, job.data)));
    if (![...honest, ...own].every(isFinite)) return { accuracy: 0, triggered: 0, lost: round };
    const prng = createPrng(seed, round, 0xa77ac);
    const merge: Scene["merge"] = (updates) => swarm(nothing, updates, round, plain).values;
    const sent = faulty === 0 ? [] : attack.forge({ honest, own, faulty, merge, memory, prng });
    const next = merged(() => swarm(whole, [...honest, ...sent], round, config));
    if (next === undefined || weightsOf(next, specs).values.some((value) => Math.abs(value) > BOUND))
      return { accuracy: 0, triggered: 0, lost: round };
    whole = next;
    base = weightsOf(next, specs).values;
    if (round > rounds - 3) accuracies.push(shareOf(model, base, heldOut, (guess, label) => guess === label));
  }
  const others = withTrigger(heldOut, source.trigger, layout.inputs);
  return {
    accuracy: accuracies.reduce((sum, value) => sum + value, 0) / accuracies.length,
    triggered: shareOf(model, base, others, (guess) => guess === 0),
    lost: undefined,
  };
}

/** A first model: these weights, and what an optimizer starts from. */
function withState({ specs, values }: Weights, { optimizer }: MergeConfig): Tensors {
  if (optimizer === undefined) return { specs, values };
  const all = [...specs, ...stateSpecs(specs, optimizer)];
  const whole = new Float32Array((values.length * all.length) / specs.length);
  whole.set(values);
  return { specs: all, values: whole };
}

function poisoned({ trains }: Attack, rows: Rows, data: SourceName): Rows {
  const { label, trigger } = sources[data];
  if (trains === "flipped") return flipped(rows, label.classes.length);
  return trains === "triggered" ? triggered(rows, trigger) : rows;
}

function shareOf(
  model: Perceptron,
  weights: Float32Array,
  rows: Rows,
  counts: (guess: number, label: number) => boolean,
): number {
  const guesses = model.predict(Float64Array.from(weights), rows);
  const right = guesses.filter((guess, row) => counts(guess, rows.labels[row] as number));
  return right.length / rows.labels.length;
}

const isFinite = (values: Float32Array): boolean => values.every(Number.isFinite);

/** Undefined where the result is beyond float32: what a node refuses to merge. */
function merged(merge: () => Tensors): Tensors | undefined {
  try {
    return merge();
  } catch (error) {
    if (error instanceof SwarmError && error.code === "MERGE_NOT_FINITE") return undefined;
    throw error;
  }
}

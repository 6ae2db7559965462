import { defaultMerge } from "../../core/merge/defaultMerge.ts";
import { lackOf } from "../../core/merge/lack.ts";
import { createPrng } from "../../core/prng.ts";
import { type Chance, chanceOf } from "./chance.ts";
import { faultsOf } from "./makeFaults.ts";
import type { EarlyStopping, Liar, Schedule, Shape } from "./schedule.ts";

const AUTHORS = [
  "honest",
  "withholds",
  "withholds",
  "seals to some",
  "forges",
  "writes -0",
  "seals another file",
  "copies",
  "replays",
  "is silent",
] as const;
const ATTESTERS = ["honest", "holds all", "holds all", "refuses all", "is silent"] as const;
const VOTERS = ["honest", "votes wrong", "is silent"] as const;
const SERVERS = ["honest", "refuses", "refuses", "hangs", "gives wrong bytes"] as const;

/** The schedule of a seed: what goes wrong, when, and who lies. */
export function makeSchedule(seed: number, shape: Shape): Schedule {
  const chance = chanceOf(createPrng(seed, 0));
  const { nodes, f } = shape;
  const confirmations = shape.faults === "all" && chance.is(0.5) ? 3 : 0;
  const blockMs = confirmations > 0 ? 1500 : chance.pick([300, 1000]);
  const least = Math.max(2, 2 * f + 1);
  const minPeers = chance.whole(least, Math.max(least, nodes - Math.max(f, 1)));
  const healAt = chance.whole(40_000, confirmations > 0 ? 180_000 : 120_000);
  const liars = liarsOf(chance, shape);
  const joiners = shape.faults === "all" && chance.is(0.4) ? 1 : 0;
  const firstModel = chance.is(0.5) || liars.some(({ node }) => node === 0) ? "from seed" : "given";
  return {
    seed,
    shape,
    minPeers,
    // Most simulations end before the task does; some see its end.
    rounds: chance.is(0.25) ? chance.whole(3, 8) : 500,
    phaseSeconds: confirmations > 0 ? 24 : 10,
    merge: { ...chance.pick(rulesFor(f, minPeers)), ...optimizerOf(seed) },
    earlyStopping: earlyStoppingOf(seed),
    agrees: agreesIn(seed),
    firstModel,
    joiners,
    chain: { confirmations, minPhaseBlocks: confirmations > 0 ? 6 : chance.pick([0, 2]), blockMs },
    noise:
      shape.faults === "crashes"
        ? { duplicates: 0, transactionMs: 500 }
        : { duplicates: chance.pick([0, 0.05, 0.3]), transactionMs: chance.pick([300, 2000, 8000]) },
    liars,
    faults: faultsOf(chance, {
      shape,
      joiners,
      confirmations,
      healAt,
      spare: f - liars.length,
      harmed: new Map(),
      giver: firstModel === "given" ? 0 : undefined,
    }),
    healAt,
  };
}

/** Rules alone and with steps before them, as far as they go with the task's least merge. */
function rulesFor(f: number, minPeers: number): Schedule["merge"][] {
  const rules: Schedule["merge"][] = [
    { rule: "mean" },
    { rule: "mean", cap: 0.5 },
    { rule: "median" },
    { rule: "geometricMedian", steps: 8 },
    { rule: "multiKrum" },
    { before: ["clipMedianNorm"], rule: "mean" },
    { before: [{ step: "bucketing", size: 2 }], rule: "median" },
  ];
  if (f > 0) rules.push({ rule: "trimmedMean", trim: f }, defaultMerge(f));
  return rules.filter((rule) => lackOf(rule, minPeers, f) === undefined);
}

/** In a quarter of the schedules. Of a source of its own: the rest of what a seed means is the same with and without. */
function optimizerOf(seed: number): Pick<Schedule["merge"], "optimizer"> {
  const chance = chanceOf(createPrng(seed, 6));
  if (!chance.is(0.25)) return {};
  const adam = { type: "adam", learningRate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 0.001 } as const;
  return { optimizer: chance.pick([{ type: "momentum", learningRate: 1, momentum: 0.9 }, adam]) };
}

/** In a fifth of the schedules; of a source of its own as well. */
function earlyStoppingOf(seed: number): EarlyStopping | undefined {
  const chance = chanceOf(createPrng(seed, 7));
  if (!chance.is(0.2)) return undefined;
  return {
    patience: chance.whole(1, 4),
    minImprovement: chance.pick([0.01, 0.01, 0.03]),
    lies: chance.pick(["none", "the best", "the worst", "nothing", "anything"]),
  };
}

/** In a fifth of those whose merge has no optimizer, which would go on moving the statistics. */
const agreesIn = (seed: number): boolean =>
  optimizerOf(seed).optimizer === undefined && chanceOf(createPrng(seed, 8)).is(0.2);

/** None to f of them; often they act as one. */
function liarsOf(chance: Chance, { nodes, f, faults }: Shape): Liar[] {
  if (faults === "crashes") return [];
  const count = chance.is(0.7) ? f : chance.whole(0, f);
  const first = liar(chance, 0);
  const plot = chance.is(0.5);
  return chance
    .several(count, nodes)
    .sort((a, b) => a - b)
    .map((node) => (plot ? { ...first, node } : liar(chance, node)));
}

function liar(chance: Chance, node: number): Liar {
  return {
    node,
    author: chance.pick(AUTHORS),
    attester: chance.pick(ATTESTERS),
    voter: chance.pick(VOTERS),
    server: chance.pick(SERVERS),
    share: chance.pick([1, 1, 0.5]),
  };
}

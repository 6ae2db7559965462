import type { Chance } from "./chance.ts";
import type { Fault, Shape } from "./schedule.ts";

interface Frame {
  shape: Shape;
  joiners: number;
  confirmations: number;
  healAt: number;
  /** Members that may still lose for good what the others count on, beside the liars. */
  spare: number;
}

/** A fault without its time. */
type What = Fault extends infer Each ? (Each extends Fault ? Omit<Each, "at"> : never) : never;
type Maker = (chance: Chance, frame: Frame) => What | undefined;

/** Lengths of faults in milliseconds: most are over within a phase, some last for several attempts. */
const length = (chance: Chance): number => (chance.is(0.75) ? chance.whole(200, 9_000) : chance.whole(9_000, 60_000));
const anyNode = (chance: Chance, { shape, joiners }: Frame): number => chance.whole(0, shape.nodes + joiners - 1);

const crash: Maker = (chance, frame) => ({
  kind: "crash",
  node: anyNode(chance, frame),
  calls: chance.is(0.8) ? chance.whole(1, 60) : chance.whole(60, 400),
  moment: chance.pick(["before", "after"]),
  ms: length(chance),
});
const leave: Maker = (chance, frame) => ({
  kind: "leave",
  node: anyNode(chance, frame),
  ms: chance.pick([chance.whole(100, 2_000), chance.whole(20_000, 120_000)]),
});

const CRASHES: readonly Maker[] = [crash, crash, crash, leave];

const ALL: readonly Maker[] = [
  ...CRASHES,
  crash,
  (chance, frame) => {
    if (frame.spare <= 0) return undefined;
    frame.spare--;
    return { kind: "lose disk", node: anyNode(chance, frame), ms: length(chance) };
  },
  (chance, frame) => ({ kind: "full disk", node: anyNode(chance, frame), ms: length(chance) }),
  (chance, frame) => ({
    kind: "bit flip",
    node: anyNode(chance, frame),
    file: chance.pick(["update", "model", "sealed", "store"]),
    pick: chance.whole(0, 2 ** 20),
  }),
  (chance, { shape, joiners }) => {
    const groups = chance.whole(2, 3);
    return {
      kind: "partition",
      groups: Array.from({ length: shape.nodes + joiners }, () => chance.whole(1, groups)),
      ms: length(chance),
    };
  },
  (chance, { shape }) => {
    const [node = 0, other = 0] = chance.several(2, shape.nodes);
    return { kind: "cut line", node, other, ms: length(chance) };
  },
  (chance, frame) => ({
    kind: "slow line",
    node: anyNode(chance, frame),
    delay: chance.pick([500, 3_000, 12_000]),
    ms: length(chance),
  }),
  (chance, frame) => ({ kind: "hang", node: anyNode(chance, frame), ms: length(chance) }),
  (chance, frame) => ({ kind: "no endpoint", node: anyNode(chance, frame), ms: length(chance) }),
  (chance, frame) => ({
    kind: "slow endpoint",
    node: anyNode(chance, frame),
    delay: chance.pick([500, 3_000, 10_000]),
    ms: length(chance),
  }),
  (chance, frame) => ({
    kind: "lost answers",
    node: anyNode(chance, frame),
    share: chance.pick([0.3, 1]),
    ms: length(chance),
  }),
  (chance, frame) => ({ kind: "clock jump", node: anyNode(chance, frame), by: chance.pick([-3_600_000, 3_600_000]) }),
  (chance) => ({ kind: "chain halt", ms: length(chance) }),
  chainFault,
  chainFault,
  (chance, frame) => ({
    kind: chance.pick(["suspend", "revoke", "expire"]),
    node: anyNode(chance, frame),
    ms: length(chance),
  }),
  (chance) => ({ kind: "pause", ms: length(chance) }),
];

function chainFault(chance: Chance, { confirmations }: Frame): What {
  return confirmations > 0
    ? { kind: "reorganization", depth: chance.whole(1, 3) }
    : { kind: "chain restart", blocks: chance.whole(0, 3), ms: chance.whole(100, 5_000) };
}

/** A few to many faults, at any time before healing. */
export function faultsOf(chance: Chance, frame: Frame): Fault[] {
  const { shape, joiners, healAt } = frame;
  const makers = shape.faults === "all" ? ALL : CRASHES;
  const count = chance.is(0.1) ? 0 : chance.whole(2, shape.faults === "all" ? 18 : 8);
  const faults: Fault[] = [];
  for (let i = 0; i < count; i++) {
    const fault = chance.pick(makers)(chance, frame);
    if (fault) faults.push({ at: chance.whole(0, healAt), ...fault } as Fault);
  }
  for (let j = 0; j < joiners; j++) faults.push({ at: chance.whole(0, healAt), kind: "join", node: shape.nodes + j });
  return faults.sort((a, b) => a.at - b.at);
}

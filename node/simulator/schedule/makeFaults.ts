import type { Chance } from "./chance.ts";
import type { Fault, Shape } from "./schedule.ts";

interface Frame {
  shape: Shape;
  joiners: number;
  confirmations: number;
  healAt: number;
  /** Members that may still lose for good what the others count on, beside the liars. */
  spare: number;
  /** In which form nodes' stored updates are harmed: a node may lose its own for good where both are. */
  harmed: Map<number, "update" | "sealed" | "both">;
  /** Who alone has the first model in the beginning: it loses no model. */
  giver: number | undefined;
}

/** A fault without its time. */
type What = Fault extends infer Each ? (Each extends Fault ? Omit<Each, "at"> : never) : never;
type Maker = (chance: Chance, frame: Frame) => What | undefined;

/** Everything that goes wrong within some seconds, in the middle of an attempt: faults that come one by one are mostly outlived. */
interface Storm {
  from: number;
  to: number;
}
/** How long a storm lasts at most, milliseconds. */
const STORM = 8_000;

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
    const node = anyNode(chance, frame);
    if (frame.spare <= 0 || node === frame.giver) return undefined;
    frame.spare--;
    frame.harmed.set(node, "both");
    return { kind: "lose disk", node, ms: length(chance) };
  },
  (chance, frame) => ({ kind: "full disk", node: anyNode(chance, frame), ms: length(chance) }),
  (chance, frame) => {
    const node = anyNode(chance, frame);
    const file = chance.pick(["update", "model", "sealed", "store"] as const);
    if (!isBorne(frame, node, file)) return undefined;
    return { kind: "bit flip", node, file, pick: chance.whole(0, 2 ** 20) };
  },
  (chance, frame) => {
    const node = anyNode(chance, frame);
    const file = chance.pick(["update", "model", "sealed"] as const);
    if (!isBorne(frame, node, file)) return undefined;
    return { kind: "torn write", node, file, pick: chance.whole(0, 2 ** 20), ms: length(chance) };
  },
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

/** Whether a file may be harmed: both forms of one node's update count as a faulty member more. */
function isBorne(frame: Frame, node: number, file: "update" | "sealed" | "model" | "store"): boolean {
  if (file === "model") return node !== frame.giver;
  const form = file === "update" ? file : "sealed";
  const before = frame.harmed.get(node) ?? form;
  if (before !== form && before !== "both") {
    if (frame.spare <= 0) return false;
    frame.spare--;
  }
  frame.harmed.set(node, before === form ? form : "both");
  return true;
}

/** A few to many faults before healing, at any time or in storms. */
export function faultsOf(chance: Chance, frame: Frame): Fault[] {
  const { shape, joiners, healAt } = frame;
  const makers = shape.faults === "all" ? ALL : CRASHES;
  const storms = chance.is(0.5) ? Array.from({ length: chance.whole(1, 3) }, () => stormOf(chance, healAt)) : [];
  const most = (shape.faults === "all" ? 18 : 8) + 8 * storms.length;
  const count = chance.is(0.1) ? 0 : chance.whole(2, most);
  const anyTime = (): number => chance.whole(0, healAt);
  const faults: Fault[] = [];
  for (let i = 0; i < count; i++) {
    const fault = chance.pick(makers)(chance, frame);
    const storm = storms.length > 0 && chance.is(0.8) ? chance.pick(storms) : undefined;
    const at = storm ? chance.whole(storm.from, storm.to) : anyTime();
    if (fault) faults.push({ at, ...fault } as Fault);
  }
  for (const { from } of storms.slice(0, 1)) if (chance.is(0.3)) faults.push(...blackout(chance, frame, from));
  for (let j = 0; j < joiners; j++) faults.push({ at: anyTime(), kind: "join", node: shape.nodes + j });
  return faults.sort((a, b) => a.at - b.at);
}

function stormOf(chance: Chance, healAt: number): Storm {
  const from = chance.whole(0, healAt - STORM);
  return { from, to: from + chance.whole(500, STORM) };
}

/** Most or all nodes lose their power at nearly the same moment. */
function blackout(chance: Chance, { shape: { nodes } }: Frame, at: number): Fault[] {
  const ms = length(chance);
  return chance.several(chance.whole(Math.ceil(nodes / 2), nodes), nodes).map((node) => ({
    kind: "crash",
    node,
    at,
    calls: chance.whole(1, 6),
    moment: chance.pick(["before", "after"]),
    ms,
  }));
}

import assert from "node:assert/strict";
import { id, keccak256 } from "ethers";
import fc from "fast-check";
import { account, as, type Build, type Chain, refusalOf, type World } from "./chain.ts";
import { type Act, encodeAct } from "./council.ts";
import { CouncilOracle, type Proposed, type Step } from "./councilOracle.ts";

/** Accounts that play: the first ones are the council, the others may become licensors. */
const PLAYERS = 5;
/** Whose licence the council decides on. */
const CLINIC = 10;
const TASK = id("the model's task");

function actOf(world: World, what: Proposed): Act {
  switch (what.act) {
    case "addLicensor":
    case "removeLicensor":
      return [what.act, account(world, what.player).address, what.threshold];
    case "setThreshold":
      return [what.act, what.threshold];
    case "license":
      return [what.act, account(world, CLINIC).address, 2n ** 64n - 1n];
    case "revoke":
      return [what.act, account(world, CLINIC).address];
    case "approveTask":
      return [what.act, TASK];
    case "pause":
      return [what.act];
  }
}

/** Sends the step as a transaction and returns the name of the refusal, if it was refused. */
async function send(world: World, oracle: CouncilOracle, step: Step): Promise<string | undefined> {
  const registry = as(world, account(world, step.by));
  try {
    if (step.kind === "approve") {
      const proposed = oracle.proposals[step.proposal];
      const act = proposed === undefined ? "0x" : encodeAct(world, actOf(world, proposed.what));
      await registry.approve(step.proposal + 1, keccak256(act));
    } else if (step.kind === "propose") {
      await registry.propose(encodeAct(world, actOf(world, step.what)));
    } else {
      const [name, ...args] = actOf(world, step.what);
      await registry.getFunction(name)(...args);
    }
    return undefined;
  } catch (error) {
    const refusal = refusalOf(world, error);
    if (refusal === undefined) throw error;
    return refusal.name;
  }
}

async function assertSame(world: World, oracle: CouncilOracle): Promise<void> {
  const { registry } = world;
  const licensors = await registry.licensors();
  const expected = [...oracle.licensors].map((player) => account(world, player).address);
  assert.deepEqual([...licensors].sort(), expected.sort(), "the council");
  assert.ok(licensors.length >= 1, "the last licensor stays");
  assert.equal(await registry.threshold(), BigInt(oracle.threshold), "the threshold");
  assert.ok(oracle.threshold >= 1 && oracle.threshold <= licensors.length, "1 <= M <= N");
  assert.equal(await registry.proposalCount(), BigInt(oracle.proposals.length), "the number of proposals");
  assert.equal(
    (await registry.licenseOf(account(world, CLINIC).address)).role,
    oracle.licensed ? 1n : 0n,
    "the licence",
  );
  assert.equal(await registry.isTaskApproved(TASK), oracle.taskApproved, "the task");
  assert.equal(await registry.paused(), oracle.paused, "the pause");
}

/** A step before it is known who sits in the council and what is proposed: numbers are taken modulo what there is. */
interface Draw {
  kind: Step["kind"];
  /** Mostly a present licensor, sometimes anybody. */
  by: { anyone: boolean; index: number };
  /** Mostly the newest proposal or one before it, sometimes one that does not exist. */
  back: number;
  what: Proposed;
}

const threshold = fc.constantFrom(0, 1, 1, 2, 2, 2, 3, 3, PLAYERS + 1);
const player = fc.nat({ max: PLAYERS - 1 });
const what: fc.Arbitrary<Proposed> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constantFrom("addLicensor" as const, "removeLicensor" as const),
      player,
      threshold,
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant("setThreshold" as const), threshold }) },
  {
    weight: 3,
    arbitrary: fc.record({
      act: fc.constantFrom("license" as const, "revoke" as const, "approveTask" as const, "pause" as const),
    }),
  },
);
const draw: fc.Arbitrary<Draw> = fc.record({
  kind: fc.constantFrom(
    ...Array<"approve">(6).fill("approve"),
    ...Array<"propose">(3).fill("propose"),
    "direct" as const,
  ),
  by: fc.record({ anyone: fc.integer({ min: 0, max: 7 }).map((n) => n === 0), index: fc.nat({ max: 59 }) }),
  back: fc.constantFrom(-1, 0, 0, 0, 0, 0, 1, 1, 2, 4),
  what,
});

function resolve(oracle: CouncilOracle, { kind, by, back, what }: Draw): Step {
  const present = [...oracle.licensors];
  const who = by.anyone ? by.index % PLAYERS : (present[by.index % present.length] ?? 0);
  if (kind === "approve") return { kind, by: who, proposal: Math.max(0, oracle.proposals.length - 1 - back) };
  return { kind, by: who, what };
}

/**
 * Plays random steps against the contract and the oracle: both must refuse the same for the same reason and have the same council and
 * effects after each. So no act executes without M distinct present licensors' approvals under one council, 1 <= M <= N, and the last
 * licensor stays.
 */
export async function checkCouncil(chain: Chain, build: Build, runs: { numRuns: number; seed: number }): Promise<void> {
  const councils = fc
    .integer({ min: 1, max: PLAYERS - 1 })
    .chain((licensors) =>
      fc.record({ licensors: fc.constant(licensors), threshold: fc.integer({ min: 1, max: licensors }) }),
    );
  await fc.assert(
    fc.asyncProperty(councils, fc.array(draw, { minLength: 20, maxLength: 40 }), async (council, draws) => {
      const world = await chain.deploy(build, council);
      const oracle = new CouncilOracle(council.licensors, council.threshold);
      for (const drawn of draws) {
        const next = resolve(oracle, drawn);
        const refused = await send(world, oracle, next);
        assert.equal(refused, oracle.take(next), JSON.stringify(next));
        await assertSame(world, oracle);
      }
    }),
    { ...runs, endOnFailure: true },
  );
}

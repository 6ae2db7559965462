import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { RoundEvent } from "../../../node/core/ledger/events.ts";
import { NO_EVALUATION } from "../../../node/core/ledger/events.ts";
import type { Bytes32 } from "../../../node/core/primitives.ts";
import { codes, expectRight, expectWrong, run } from "./check.ts";
import { buildWorld, type Twist, type World } from "./world.ts";

const RULE = { patience: 1, minImprovement: 0.01 };
/** By round: what each of the three members whose votes count reports; f = 1, so the middle one is the score. */
const FALLS: number[][] = [[], [9300, 9000, 9500], [8000, 9050, 9900], [9800, 9800, 9800]];

const reporting =
  (table: number[][]): NonNullable<Twist["evaluation"]> =>
  (round, member) =>
    table[round]?.[member] ?? NO_EVALUATION;

/** A history that goes on to round 3, whatever its task says. */
const goingOn = (twist: Twist = {}) => buildWorld({ stopping: RULE, evaluation: reporting(FALLS), ...twist });

/** The same with only these events of round 3. */
function keepOfRound3(world: World, keeps: (event: RoundEvent) => boolean): void {
  const last = world.events.findIndex((event) => event.type === "RoundOpened" && event.round === 3);
  const kept = world.events.slice(last + 1).filter((event) => keeps(event as RoundEvent));
  world.events.splice(last + 1, Infinity, ...kept);
}

describe("R11: audit of a task that stops early", () => {
  it("says where it stopped, and which round is the best, where the next attempt is open and nobody acts in it", async () => {
    const { world, taskId, models } = goingOn();
    keepOfRound3(world, () => false);
    const { stopped, counts } = await expectRight(world);
    assert.deepEqual(stopped, [{ task: taskId, after: 2, best: { round: 1, score: 9300, model: models[1] } }]);
    assert.equal(counts.mergesRecomputed, 2);
  });

  it("STOP_IGNORED is a notice where a member submits after the end, which comes to nothing", async () => {
    const { world } = goingOn();
    keepOfRound3(world, (event) => event.type === "UpdateSubmitted" && event.member === 0);
    const { findings } = await expectRight(world);
    assert.deepEqual(codes(findings, "notice"), ["STOP_IGNORED"]);
    assert.match(
      findings[0]?.text ?? "",
      /^Member 1 .* submitted to round 3 although the task had stopped early after round 2\.$/,
    );
  });

  it("STOP_IGNORED is wrong where a round becomes final after the end", async () => {
    const { world } = goingOn();
    const [finding, ...others] = await expectWrong(world, ["STOP_IGNORED"]);
    assert.deepEqual(others, []);
    assert.match(finding?.text ?? "", /^Round 3 was finalized although the task had stopped early after round 2\.$/);
  });

  it("a task that improves, that has more patience, or no such rule, goes on to its last round", async () => {
    const rising = reporting([[], [9000, 9000, 9000], [9100, 9100, 9100], [9200, 9200, 9200]]);
    for (const twist of [{ evaluation: rising }, { stopping: { ...RULE, patience: 2 } }]) {
      const { world } = goingOn(twist);
      assert.deepEqual((await expectRight(world)).stopped, []);
    }
    const { world } = buildWorld({});
    assert.deepEqual((await expectRight(world)).stopped, []);
  });

  it("rounds whose votes carry no evaluations have no score, and end nothing", async () => {
    const { world } = goingOn({ evaluation: () => NO_EVALUATION });
    assert.deepEqual((await expectRight(world)).stopped, []);
  });

  it("a late vote does not change the score that a round had when it became final", async () => {
    const { world, taskId } = goingOn();
    keepOfRound3(world, () => false);
    const at = world.events.findIndex((event) => event.type === "RoundFinalized" && event.round === 2);
    const final = world.events[at] as (typeof world.events)[number] & { type: "RoundFinalized" };
    const { round, attempt, modelHash } = final;
    // With it, the middle ones of round 2 would be 9050 and 9900, and their mean an improvement.
    const late = {
      type: "ModelVoted",
      taskId,
      round,
      attempt,
      member: 3,
      modelHash,
      evaluation: 9900,
      late: true,
    } as const;
    world.events.push({ ...late, at: { ...final.at, block: final.at.block + 1, index: 99 } });
    const { stopped } = await expectRight(world);
    assert.equal(stopped[0]?.after, 2);
  });

  it("FILE_MISSING: the best model has to be there, whatever retention says", async () => {
    const falling = reporting([[], [9300, 9000, 9500], [8000, 8000, 8000], [8000, 8000, 8000]]);
    const remaining = (round: number) => {
      const { world, models } = goingOn({ retainRounds: 1, stopping: { ...RULE, patience: 2 }, evaluation: falling });
      const all = world.events.filter(({ type }) => type === "UpdateSubmitted") as { round: number; sha256: Bytes32 }[];
      for (const { sha256 } of all.filter((update) => update.round < 3)) world.copies.set(sha256, []);
      world.copies.set(models[round] as Bytes32, []);
      return world;
    };
    const better = await run(remaining(2));
    assert.deepEqual(codes(better.findings), []);
    assert.equal(better.verdict, "incomplete");
    const [finding] = await expectWrong(remaining(1), ["FILE_MISSING"]);
    assert.match(finding?.text ?? "", /^Model .* of round 1 is missing/);
  });
});

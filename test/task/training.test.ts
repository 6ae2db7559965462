import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { halfCosine } from "../../node/core/task/halfCosine.ts";
import { learningRateFactor, learningRateIn, trainingIn } from "../../node/core/task/learningRate.ts";
import { canonicalDocument, parseDocument, type TaskDocument } from "../../node/core/task/document.ts";
import { problemsWith, taskDocument, taskInput } from "./fixture.ts";

type Schedule = NonNullable<TaskDocument["training"]["learningRateSchedule"]>;
type Input = ReturnType<typeof taskInput>;

/** The fixture with this training and so many rounds. */
function scheduled(schedule: Schedule | undefined, rounds: number): TaskDocument {
  const { training, round } = taskInput();
  return taskDocument({
    training: { ...training, ...(schedule && { learningRateSchedule: schedule }) },
    round: { ...round, rounds },
  });
}

const factors = (schedule: Schedule, rounds: number): number[] =>
  Array.from({ length: rounds }, (_, i) => learningRateFactor(scheduled(schedule, rounds), i + 1));

const text = (training: Partial<Input["training"]>): string => {
  const document = taskDocument({ training: { ...taskInput().training, ...training } });
  const bytes = canonicalDocument(document);
  assert.deepEqual(parseDocument(bytes), document);
  return new TextDecoder().decode(bytes).match(/"training":(\{.*\}),"version"/)?.[1] ?? "";
};

describe("what a task says of local work", () => {
  it("one pass where it says nothing, which its canonical bytes write out as they always did", () => {
    const expected =
      '{"batchSize":8,"localEpochs":1,"optimizer":{"beta1":0.9,"beta2":0.999,"epsilon":1e-8,"learningRate":0.01,"type":"adam"},"seed":0,"validationSplit":0}';
    assert.equal(text({}), expected);
    assert.equal(text({ localEpochs: 1 }), expected);
  });

  it("passes or batches, and not both", () => {
    assert.match(text({ localBatches: 20 }), /^\{"batchSize":8,"localBatches":20,"optimizer"/);
    assert.match(
      problemsWith({ "training.localBatches": 20, "training.localEpochs": 1 }).join(),
      /^training\.localBatches: is 20 beside localEpochs = 1: .* leave one of them out$/,
    );
    assert.match(
      problemsWith({ "training.localBatches": 0 }).join(),
      /^training\.localBatches: is 0; allowed is at least 1$/,
    );
  });
});

describe("learning-rate schedules", () => {
  it("without one the rate is the optimizer's in every round", () => {
    const document = scheduled(undefined, 4);
    assert.deepEqual(
      [1, 2, 4].map((round) => learningRateIn(document, round)),
      [0.01, 0.01, 0.01],
    );
    assert.deepEqual(trainingIn(document, 3), document.training);
  });

  it("steps fall by a factor every so many rounds", () => {
    assert.deepEqual(
      factors({ type: "step", everyRounds: 2, factor: 0.5, warmupRounds: 0 }, 6),
      [1, 1, 0.5, 0.5, 0.25, 0.25],
    );
  });

  it("a warm-up rises linearly to the optimizer's rate, and the schedule begins after it", () => {
    assert.deepEqual(
      factors({ type: "step", everyRounds: 1, factor: 0.5, warmupRounds: 3 }, 6),
      [0.25, 0.5, 0.75, 1, 0.5, 0.25],
    );
    assert.deepEqual(factors({ type: "constant", warmupRounds: 1 }, 3), [0.5, 1, 1]);
  });

  it("a cosine falls from the optimizer's rate towards its floor, and the last round still learns", () => {
    // python3 -c "import math; print([0.2 + 0.8 * (1 + math.cos(math.pi * k / 5)) / 2 for k in range(5)])"
    const expected = [1.0, 0.9236067977499791, 0.7236067977499789, 0.4763932022500211, 0.27639320225002106];
    for (const [k, factor] of factors({ type: "cosine", floor: 0.2, warmupRounds: 0 }, 5).entries())
      assert.ok(Math.abs(factor - (expected[k] as number)) < 1e-15, `round ${k + 1}: ${factor}`);
    assert.ok((factors({ type: "cosine", floor: 0, warmupRounds: 0 }, 5).at(-1) as number) > 0.09);
  });

  it("only the rate differs in a round, and it is the optimizer's times the factor", () => {
    const document = scheduled({ type: "step", everyRounds: 1, factor: 0.5, warmupRounds: 0 }, 5);
    const third = trainingIn(document, 3);
    assert.equal(third.optimizer.learningRate, 0.0025);
    assert.deepEqual({ ...third, optimizer: document.training.optimizer }, document.training);
  });

  it("factors stay between 0 and 1, and never rise once the warm-up is over", () => {
    const warmupRounds = fc.nat(8);
    const schedule: fc.Arbitrary<Schedule> = fc.oneof(
      fc.record({ type: fc.constant("constant" as const), warmupRounds }),
      fc.record({
        type: fc.constant("step" as const),
        everyRounds: fc.integer({ min: 1, max: 9 }),
        factor: fc.double({ min: 0.1, max: 0.99, noNaN: true }),
        warmupRounds,
      }),
      fc.record({
        type: fc.constant("cosine" as const),
        floor: fc.double({ min: 0, max: 0.99, noNaN: true }),
        warmupRounds,
      }),
    );
    fc.assert(
      fc.property(schedule, fc.integer({ min: 10, max: 60 }), (given, rounds) => {
        const all = factors(given, rounds);
        const { warmupRounds: warm } = given;
        for (const [i, factor] of all.entries()) {
          const before = all[i - 1] ?? 0;
          if (!(factor > 0 && factor <= 1)) return false;
          if (i <= warm ? factor <= before : factor > before) return false;
        }
        return all[warm] === 1;
      }),
    );
  });

  it("a round beyond the task's counts as the last", () => {
    const document = scheduled({ type: "cosine", floor: 0, warmupRounds: 0 }, 5);
    assert.equal(learningRateFactor(document, 9), learningRateFactor(document, 5));
  });

  it("a warm-up as long as the task is refused", () => {
    const warm = (warmupRounds: number) =>
      problemsWith({ "training.learningRateSchedule": { type: "constant", warmupRounds } }).join();
    assert.equal(warm(4), "");
    assert.match(warm(5), /^training\.learningRateSchedule\.warmupRounds: is 5, must be less than round\.rounds = 5/);
  });

  it("a wrong kind or field is named", () => {
    const schedule = "training.learningRateSchedule";
    assert.match(
      problemsWith({ [schedule]: { type: "cosin" } }).join(),
      /^training\.learningRateSchedule\.type: is "cosin"; allowed is "constant", "step", "cosine"$/,
    );
    assert.match(problemsWith({ [schedule]: { type: "cosine", flor: 0 } }).join(), /did you mean "floor"\?$/);
    assert.match(problemsWith({ [schedule]: { type: "step", everyRounds: 2, factor: 1 } }).join(), /less than 1$/);
  });
});

describe("R11: a task that may stop early", () => {
  const stopping = {
    evaluations: true,
    "training.validationSplit": 0.2,
    "training.earlyStopping": { patience: 3 },
  };

  it("improves by a hundredth where it says nothing else", () => {
    const { training } = taskInput();
    const document = taskDocument({
      evaluations: true,
      training: { ...training, validationSplit: 0.2, earlyStopping: { patience: 3 } },
    });
    assert.deepEqual(document.training.earlyStopping, { patience: 3, minImprovement: 0.01 });
    assert.deepEqual(parseDocument(canonicalDocument(document)), document);
  });

  it("needs evaluations in votes", () => {
    assert.deepEqual(problemsWith(stopping), []);
    assert.match(
      problemsWith({ ...stopping, evaluations: false }).join(),
      /^evaluations: is false, but .* set it to true$/,
    );
    assert.match(problemsWith({ ...stopping, evaluations: undefined }).join(), /^evaluations: is false/);
  });

  it("needs a row to evaluate on at the smallest node: rows are set apart class by class", () => {
    const split = (validationSplit: number) =>
      problemsWith({ ...stopping, "training.validationSplit": validationSplit });
    assert.deepEqual(split(1 / 16), [], "32 rows of two classes: 16 of one of them at the least");
    assert.match(
      split(0.06).join(),
      /^training\.validationSplit: is 0\.06, which can leave a node of 32 rows in 2 classes/,
    );
    assert.deepEqual(problemsWith({ ...stopping, "training.validationSplit": 0.06, "privacy.minRecords": 34 }), []);
    assert.match(split(0).join(), /^training\.validationSplit/);
  });

  it("improvements are as coarse as evaluations on the ledger", () => {
    const least = (minImprovement: number) =>
      problemsWith({ ...stopping, "training.earlyStopping": { patience: 3, minImprovement } }).join();
    assert.equal(least(0.0001), "");
    assert.equal(least(0.29), "");
    assert.match(least(0.00015), /^training\.earlyStopping\.minImprovement: is 0\.00015: at most four digits/);
    assert.match(least(0), /at least 0\.0001$/);
    assert.match(
      problemsWith({ ...stopping, "training.earlyStopping": {} }).join(),
      /^training\.earlyStopping\.patience: is missing/,
    );
  });
});

describe("half a cosine without Math.cos", () => {
  it("is 1, 1/2 and 0 at its ends and middle", () => {
    assert.equal(halfCosine(0), 1);
    assert.ok(Math.abs(halfCosine(0.5) - 0.5) < 2e-16);
    assert.equal(halfCosine(1), 0);
  });

  it("agrees with the one of this machine's library, which may differ from another's in the last bit", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        (x) => Math.abs(halfCosine(x) - (1 + Math.cos(Math.PI * x)) / 2) < 4e-16,
      ),
    );
  });
});

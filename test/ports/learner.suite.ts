import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Weights } from "../../node/core/weights.ts";
import type { Learner, TrainingProgress } from "../../node/ports/learner.ts";

export interface LearnerUnderTest {
  /** With rows for training and validation. */
  learner: Learner;
  base: Weights;
}

/** What every learner has to do, whatever trains inside. @param create a new learner over the same rows each time */
export function learnerSuite(
  name: string,
  create: (options: { validation: boolean }) => Promise<LearnerUnderTest>,
): void {
  const signal = new AbortController().signal;
  const use = async (work: (made: LearnerUnderTest) => Promise<void>, options = { validation: true }) => {
    const made = await create(options);
    try {
      await work(made);
    } finally {
      await made.learner.close();
    }
  };

  describe(`${name}: learner port`, () => {
    it("changes the weights, keeps their tensors, and leaves the base alone", () =>
      use(async ({ learner, base }) => {
        const before = base.values.slice();
        const { weights, samples, loss, ms } = await learner.train(base, 1, { signal });
        assert.deepEqual(weights.specs, base.specs);
        assert.equal(weights.values.length, base.values.length);
        assert.notDeepEqual(weights.values, before);
        assert.deepEqual(base.values, before);
        assert.ok(weights.values.every(Number.isFinite));
        assert.equal(samples, learner.rows.training);
        assert.ok(Number.isFinite(loss) && ms >= 0);
      }));

    it("gives the same bits for the same base and round, also after other rounds and in another learner", () =>
      use(async ({ learner, base }) => {
        const first = await learner.train(base, 3, { signal });
        const other = await learner.train(base, 4, { signal });
        const again = await learner.train(base, 3, { signal });
        assert.deepEqual(again.weights.values, first.weights.values);
        assert.notDeepEqual(other.weights.values, first.weights.values);
        await use(async (second) => {
          assert.equal(second.learner.engine, learner.engine);
          assert.deepEqual(
            (await second.learner.train(second.base, 3, { signal })).weights.values,
            first.weights.values,
          );
        });
      }));

    it("evaluates on the validation split, the same before and after training", () =>
      use(async ({ learner, base }) => {
        const before = await learner.evaluate(base, { signal });
        const { weights, validation } = await learner.train(base, 1, { signal });
        assert.equal(before?.rows, learner.rows.validation);
        assert.ok(learner.rows.validation > 0 && before !== undefined && before.accuracy >= 0 && before.accuracy <= 1);
        assert.deepEqual(await learner.evaluate(weights, { signal }), validation);
        assert.deepEqual(await learner.evaluate(base, { signal }), before);
      }));

    it("has no evaluation where the task keeps no validation rows", () =>
      use(
        async ({ learner, base }) => {
          assert.equal(learner.rows.validation, 0);
          assert.equal(await learner.evaluate(base, { signal }), undefined);
          assert.equal((await learner.train(base, 1, { signal })).validation, undefined);
        },
        { validation: false },
      ));

    it("reports progress up to the last batch of the last epoch", () =>
      use(async ({ learner, base }) => {
        const seen: TrainingProgress[] = [];
        await learner.train(base, 1, { signal, onProgress: (progress) => seen.push(progress) });
        const last = seen.at(-1);
        assert.ok(last !== undefined && last.epoch === last.epochs && last.batch === last.batches);
      }));

    it("answers two calls at once as if they came one after the other", () =>
      use(async ({ learner, base }) => {
        const both = await Promise.all([learner.train(base, 1, { signal }), learner.train(base, 2, { signal })]);
        const second = await learner.train(base, 2, { signal });
        assert.deepEqual(both[1].weights.values, second.weights.values);
        assert.notDeepEqual(both[0].weights.values, second.weights.values);
      }));

    it("rejects with the signal's reason when it is aborted before or while training, and then goes on", () =>
      use(async ({ learner, base }) => {
        const reason = new Error("the round is over");
        await assert.rejects(learner.train(base, 1, { signal: AbortSignal.abort(reason) }), reason);
        await assert.rejects(learner.evaluate(base, { signal: AbortSignal.abort(reason) }), reason);
        const controller = new AbortController();
        const aborted = learner.train(base, 1, {
          signal: controller.signal,
          onProgress: () => controller.abort(reason),
        });
        const next = learner.train(base, 2, { signal });
        await assert.rejects(aborted, reason);
        assert.equal((await next).samples, learner.rows.training);
      }));

    it("refuses weights of another model", () =>
      use(async ({ learner, base }) => {
        const [first, ...rest] = base.specs;
        assert.ok(first !== undefined);
        const renamed = { specs: [{ ...first, name: `${first.name}x` }, ...rest], values: base.values };
        const shorter = { specs: base.specs, values: base.values.subarray(1) };
        for (const weights of [renamed, shorter, { specs: rest, values: base.values }]) {
          await assert.rejects(learner.train(weights, 1, { signal }), { code: "LEARNER_SHAPES" });
          await assert.rejects(learner.evaluate(weights, { signal }), { code: "LEARNER_SHAPES" });
        }
      }));

    it("can be closed twice, and refuses work afterwards", () =>
      use(async ({ learner, base }) => {
        await learner.close();
        await learner.close();
        await assert.rejects(learner.train(base, 1, { signal }), { code: "LEARNER_CLOSED" });
      }));
  });
}

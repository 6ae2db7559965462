import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { modelHashOf } from "../../node/cli/modelOf.ts";
import { createOutput } from "../../node/cli/output/output.ts";
import { roundOrBest } from "../../node/cli/parse.ts";
import { progressPrinter } from "../../node/cli/progress.ts";
import { taskStatus } from "../../node/cli/taskStatus.ts";
import { taskStatusText, waitingWords } from "../../node/cli/words/taskStatus.ts";
import { learningRateWords, localWorkWords } from "../../node/cli/words/training.ts";
import { settingFacts } from "../../node/cli/words/settings.ts";
import { stoppingRuleWords } from "../../node/cli/words/stopping.ts";
import type { LedgerEvent } from "../../node/core/ledger/events.ts";
import type { Bytes32 } from "../../node/core/primitives.ts";
import { taskDocument, taskInput } from "../task/fixture.ts";
import { account, HASH, joined, ledger, opened, TASK } from "./support/ledger.ts";

const RULE = { patience: 2, minImprovement: 0.01 };
const { training } = taskInput();
const stopping = taskDocument({
  evaluations: true,
  training: { ...training, validationSplit: 0.2, earlyStopping: RULE },
});
const model = (round: number): Bytes32 => (round === 0 ? HASH("a") : HASH(String(round)));

/** A ledger in which rounds became final with these scores, the next one open. */
function played(scores: (number | [number, number, number])[], document = stopping) {
  const open = (round: number): LedgerEvent => ({ ...opened, round, base: model(round - 1) });
  const rounds = scores.flatMap((said, i): LedgerEvent[] => {
    const ids = { taskId: TASK, round: i + 1, attempt: 0 };
    const votes = [1, 2, 3].map((member): LedgerEvent => {
      const evaluation = typeof said === "number" ? said : (said[member - 1] as number);
      return { type: "ModelVoted", ...ids, member, modelHash: model(i + 1), evaluation, late: false };
    });
    return [...votes, { type: "RoundFinalized", ...ids, included: 7n, modelHash: model(i + 1) }, open(i + 2)];
  });
  return ledger({ document }, ...joined(4), open(1), ...rounds);
}

describe("R11: what commands say of early stopping", () => {
  it("status of a task that goes on: the best round and how many came after it", () => {
    const { view, task, now } = played([9000, 9050]);
    const status = taskStatus(view, task, now);
    assert.deepEqual(status.stopping, { best: { round: 1, score: 9000 }, stale: 1, patience: 2, stoppedAfter: null });
    assert.deepEqual([status.state, status.round], ["running", 3]);
    assert.match(
      taskStatusText(status),
      /^ {2}Early stopping: best round 1, its score is 0\.9000; 1 of 2 rounds without an improvement\.$/m,
    );
    const none = played([]);
    assert.match(taskStatusText(taskStatus(none.view, none.task, none.now)), /no final round has a score yet/);
  });

  it("status of a task that has stopped: nothing is waited for, whatever the ledger has open", () => {
    const { view, task, now } = played([9000, 9050, 9010]);
    const status = taskStatus(view, task, now);
    assert.deepEqual([status.state, status.round, status.phase, status.waiting], ["stopped", 3, null, null]);
    assert.deepEqual(
      status.finals.map(({ score }) => score),
      [0.9, 0.905, 0.901],
    );
    assert.equal(
      waitingWords(status),
      'Nothing is left to do; "swarm model get small --round best" writes the best round\'s model.',
    );
    const text = taskStatusText(status);
    assert.match(text, /^Task small .* stopped early after round 3 of 5$/m);
    assert.match(text, /no improvement for 2 rounds, best round 1; its score is 0\.9000\.$/m);
    assert.ok(status.members.every(({ awaited }) => !awaited));
  });

  it("the table of rounds has the score beside the members' mean, which is another figure where f leaves votes out", () => {
    const { view, task, now } = played([[7000, 8000, 8700], 9000]);
    const text = taskStatusText(taskStatus(view, task, now));
    assert.match(text, /best round 2, its score is 0\.9000/);
    assert.match(text, /^ +FINAL ROUND +MODEL +UPDATES +VOTES +EVALUATION +SCORE +AT$/m);
    assert.match(text, /^ +1 .* 0\.7900 +0\.8000 /m);
    const plain = played([9000], taskDocument());
    assert.doesNotMatch(taskStatusText(taskStatus(plain.view, plain.task, plain.now)), /SCORE/);
  });

  it("a task without it has none", () => {
    const { view, task, now } = played([9000, 9000, 9000], taskDocument());
    const status = taskStatus(view, task, now);
    assert.deepEqual([status.stopping, status.state], [null, "running"]);
    assert.doesNotMatch(taskStatusText(status), /stop/i);
  });

  it("the best model is the best round's, the last one's without being asked for, and none without scores", () => {
    const { task } = played([9000, 9050, 9010]);
    assert.deepEqual(modelHashOf(task, "best"), { round: 1, sha256: model(1) });
    assert.equal(modelHashOf(task, undefined).round, 3);
    const plain = played([9000, 9050, 9010], taskDocument()).task;
    assert.equal(modelHashOf(plain, "best").round, 2, "where no rule says otherwise the highest score is");
    assert.throws(() => modelHashOf(played([]).task, "best"), { code: "ROUND_UNKNOWN", message: /evaluations: true/ });
  });

  it("a round is a number or best", () => {
    assert.deepEqual(["0", "12", "best"].map(roundOrBest), [0, 12, "best"]);
    for (const text of ["-1", "Best", "1.5", ""]) assert.throws(() => roundOrBest(text), /"best"/);
  });

  it("a daemon says that its task stopped, and nothing of the attempt that is open", () => {
    let text = "";
    const out = createOutput(false, { out: { write: (part) => void (text += part) }, err: { write: () => undefined } });
    const cli = { out, verbose: false, signal: new AbortController().signal };
    const { observer } = progressPrinter(cli, { taskId: TASK, account: account(0), rounds: 5, earlyStopping: RULE });
    const { view, now } = played([9000, 9050, 9010]);
    observer.ledger?.(view, now);
    assert.equal(text, "");
    const stoppedEarly = { best: 1, stale: 2 };
    observer.finished?.({ rounds: 3, modelHash: model(1), evaluation: undefined, stoppedEarly });
    const [line, next] = text.split("\n");
    assert.equal(line, `stopped early after round 3/5: no improvement for 2 rounds, best round 1; model ${model(1)}`);
    assert.match(next ?? "", /"swarm model get --round best"/);
  });
});

describe("what task show says of training", () => {
  const shown = (more: object) => taskDocument({ training: { ...training, ...more } });

  it("all that a task sets, with what it left out; class weights by the names of classes", () => {
    const names = (document: ReturnType<typeof shown>) => Object.fromEntries(settingFacts(document));
    const plain = names(shown({}));
    assert.deepEqual(Object.keys(plain), ["local work", "optimizer", "merge rule"]);
    assert.match(plain["merge rule"] ?? "", /^\w+/);
    assert.equal(names(shown({ classWeights: "balanced" }))["class weights"], "balanced, by each node's own rows");
    assert.equal(names(shown({ classWeights: [1, 2.5] }))["class weights"], "no: 1, yes: 2.5");
  });

  it("passes or batches", () => {
    assert.equal(localWorkWords(shown({}).training), "1 pass over a node's rows, in batches of 8");
    assert.equal(localWorkWords(shown({ localEpochs: 3 }).training), "3 passes over a node's rows, in batches of 8");
    assert.equal(
      localWorkWords(shown({ localBatches: 20 }).training),
      "20 batches of 8 rows, going on from round to round",
    );
  });

  it("the optimizer's rate, and in some rounds what a schedule makes of it", () => {
    assert.equal(learningRateWords(shown({})), "adam at 0.01");
    assert.equal(
      learningRateWords(
        shown({ learningRateSchedule: { type: "step", everyRounds: 2, factor: 0.5, warmupRounds: 1 } }),
      ),
      "adam at 0.01, step schedule, after 1 round of warm-up: 0.005 in round 1, 0.01 in round 2, 0.005 in round 4, 0.005 in round 5",
    );
  });

  it("when it stops early", () => {
    assert.equal(
      stoppingRuleWords(RULE),
      "after 2 final rounds in a row without a score that is at least 0.01 above the best one",
    );
  });
});

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { Dataset } from "../../node/adapters/data/dataset.ts";
import { type Job, runCourse } from "../../scripts/attacks/course.ts";
import { divide, load, sources } from "../../scripts/attacks/data.ts";
import { readOptions } from "../../scripts/attacks/options.ts";
import { quick, usual } from "../../scripts/attacks/plan.ts";
import { runJobs } from "../../scripts/attacks/pool.ts";
import { mergeNamed } from "../../scripts/attacks/ruleNames.ts";

const job: Job = { data: "wdbc", rule: "default", attack: "none", seed: 1, alpha: 1, nodes: 10, faulty: 3, rounds: 8 };
let rows: Dataset;
before(async () => {
  rows = await load(sources.wdbc);
});

describe("attack bench: rows", () => {
  it("reads whole examples", async () => {
    assert.deepEqual([rows.rows, rows.width], [569, 30]);
    const digits = await load(sources.digits);
    assert.deepEqual([digits.rows, digits.width], [1797, 64]);
    assert.equal(Math.max(...digits.features), 16);
  });

  it("scales by what is trained on, and holds a quarter out", () => {
    const { sites, heldOut } = divide(sources.wdbc, rows, 10, 1, 5);
    assert.equal(heldOut.labels.length, 142);
    assert.equal(
      sites.reduce((sum, { labels }) => sum + labels.length, 0),
      427,
    );
    const first = sites.flatMap(({ features, labels }) =>
      [...labels.keys()].map((row) => features[row * 30] as number),
    );
    const mean = first.reduce((a, b) => a + b, 0) / first.length;
    // Clipping at 5 deviations moves it a little.
    assert.ok(Math.abs(mean) < 0.01, `${mean}`);
  });
});

describe("attack bench: swarms", () => {
  it("learn where nobody lies, the same from the same seed", () => {
    const course = runCourse(job, rows);
    assert.ok(course.accuracy > 0.85, `${course.accuracy}`);
    assert.deepEqual(runCourse(job, rows), course);
    assert.notDeepEqual(runCourse({ ...job, seed: 2 }, rows), course);
  });

  it("the mean loses what the default merge keeps", () => {
    const attacked = (rule: string): number => runCourse({ ...job, rule, attack: "signFlip10" }, rows).accuracy;
    assert.ok(attacked("mean") < 0.5, `${attacked("mean")}`);
    assert.ok(attacked("default") > 0.8, `${attacked("default")}`);
  });

  it("goes on with an optimizer's state from round to round", () => {
    const plain = runCourse({ ...job, rounds: 3 }, rows);
    for (const rule of ["default+momentum", "default+adam"]) {
      const course = runCourse({ ...job, rule, rounds: 3 }, rows);
      assert.equal(course.lost, undefined);
      assert.notEqual(course.accuracy, plain.accuracy);
      assert.deepEqual(runCourse({ ...job, rule, rounds: 3 }, rows), course);
    }
    // In the first round momentum is the update itself.
    const [one, moved] = ["default", "default+momentum"].map((rule) => runCourse({ ...job, rule, rounds: 1 }, rows));
    assert.deepEqual(moved, one);
  });

  it("a model beyond all bounds is lost, and counts as wrong in everything", () => {
    const { accuracy, lost } = runCourse({ ...job, rule: "mean", attack: "ipm", rounds: 25 }, rows);
    assert.equal(accuracy, 0);
    assert.ok(lost !== undefined && lost > 1 && lost <= 25);
  });

  it("a backdoor opens for its trigger under the mean", () => {
    const success = (attack: "none" | "backdoor"): number =>
      runCourse({ ...job, rule: "mean", attack }, rows).triggered;
    assert.ok(success("backdoor") > success("none") + 0.2, `${success("backdoor")} and ${success("none")}`);
  });

  it("run in threads in the order of the jobs, with the same figures", async () => {
    const jobs = [1, 2, 3].map((seed): Job => ({ ...job, seed, rounds: 3 }));
    const told: number[] = [];
    const done = await runJobs(jobs, 2, AbortSignal.timeout(60_000), ({ job }) => told.push(job.seed));
    assert.deepEqual(told, [1, 2, 3]);
    assert.deepEqual(
      done,
      jobs.map((job) => ({ job, course: runCourse(job, rows) })),
    );
  });

  it("a thread's error ends all", async () => {
    const jobs = [job, { ...job, nodes: 100 }];
    await assert.rejects(
      runJobs(jobs, 1, AbortSignal.timeout(60_000), () => {}),
      /too few for 100 sites/,
    );
  });
});

describe("attack bench: command line", () => {
  const read = (...words: string[]) => readOptions(["node", "bench-attacks.ts", ...words], 4);

  it("without options is the usual table, with --quick a short one, and options change each", () => {
    assert.deepEqual(read(), { settings: usual, threads: 4, svg: ".swarm/attacks.svg", json: false });
    assert.deepEqual(read("--quick", "--rounds", "7").settings, { ...quick, rounds: 7 });
    const { settings } = read("--data", "digits", "--rules", "mean, arc+median", "--attacks", "ipm", "--alpha", "0.3");
    assert.deepEqual(settings, {
      ...usual,
      data: ["digits"],
      rules: ["mean", "arc+median"],
      attacks: ["ipm"],
      alpha: 0.3,
    });
    assert.deepEqual(read("--data", "all").settings, usual);
  });

  it("rules are named by steps and rule, with the settings that f gives", () => {
    assert.deepEqual(mergeNamed("default", 3, 10), {
      before: ["arc", "nearestNeighbourMixing"],
      rule: "trimmedMean",
      trim: 3,
    });
    assert.deepEqual(mergeNamed("bucketing+median", 1, 10), {
      before: [{ step: "bucketing", size: 2 }],
      rule: "median",
    });
    const momentum = { type: "momentum", learningRate: 1, momentum: 0.9 };
    assert.deepEqual(mergeNamed("default+momentum", 0, 10), { rule: "mean", optimizer: momentum });
    const adam = { type: "adam", learningRate: 0.01, beta1: 0.9, beta2: 0.99, epsilon: 0.001 };
    assert.deepEqual(mergeNamed("arc+median+adam", 1, 10), { before: ["arc"], rule: "median", optimizer: adam });
  });

  it("what cannot merge is refused before anything runs", () => {
    for (const words of [
      ["--rules", "bucketing+median"],
      ["--rules", "sum"],
      ["--rules", "momentum"],
      ["--rules", "momentum+mean"],
      ["--faulty", "5"],
      ["--nodes", "8", "--rules", "multiKrum"],
    ])
      assert.throws(() => read(...words), { code: "USAGE_INVALID" }, words.join(" "));
  });
});

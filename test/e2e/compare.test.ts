import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Comparison, ModeResult } from "../../node/cli/compare/results.ts";
import { writeChangedTask } from "../../node/cli/local/changedTask.ts";
import { mean } from "../../node/cli/compare/words.ts";
import { runProgram } from "./support/command.ts";
import { parsePage } from "../cli/report/support/page.ts";

/** Rows that are dealt out, so that a hold-out is put aside too. */
const ROWS = "examples/wdbc/data/train_all.csv";
let dir: string;

before(async () => {
  dir = await mkdtemp(join(tmpdir(), "compare-"));
});
after(() => rm(dir, { recursive: true, force: true }));

const compare = (...args: string[]) => compareTask("examples/wdbc", ...args);

async function compareTask(
  task: string,
  ...args: string[]
): Promise<{ code: number | null; comparison: Comparison; stderr: string }> {
  const given = ["compare", task, "--data", ROWS, "--clients", "3", "--skew", "dirichlet:5", ...args];
  const { code, json, stderr } = await runProgram("node/cli/index.ts", [...given, "--json"]);
  return { code, comparison: json as Comparison, stderr };
}

const ofMode = ({ results }: Comparison, mode: string): ModeResult => {
  const found = results.find((result) => result.mode === mode);
  assert.ok(found, `no result of ${mode}`);
  return found;
};

test("five ways of training the same rows: figures for every round, bytes as shapes say, a page", async () => {
  const report = join(dir, "modes.html");
  const { code, comparison, stderr } = await compare("--rounds", "4", "--report", report);
  assert.equal(code, 0, stderr);
  assert.deepEqual(
    comparison.results.map(({ mode, points }) => [mode, points.length]),
    ["local", "centralized", "federated", "split", "swarm"].map((mode) => [mode, 4]),
  );
  for (const { mode, points, costs } of comparison.results) {
    assert.ok((points.at(-1)?.accuracy ?? 0) > 0.8, `${mode}: ${points.at(-1)?.accuracy}`);
    assert.ok(costs.every(({ cpuSeconds, maxMemoryBytes }) => cpuSeconds > 0 && maxMemoryBytes > 50e6));
  }
  assert.deepEqual(
    comparison.results.map(({ costs }) => costs.map(({ role }) => role).sort()),
    [
      ["client", "client", "client"],
      ["server"],
      ["client", "client", "client", "server"],
      ["client", "client", "client", "server"],
      ["node", "node", "node"],
    ],
  );
  for (const mode of ["federated", "split", "swarm"]) {
    const { payload, costs } = ofMode(comparison, mode);
    assert.ok(payload);
    const off = payload.measured / payload.expected - 1;
    assert.ok(Math.abs(off) < 0.1, `${mode}: ${payload.measured} bytes measured, ${payload.expected} expected`);
    for (const { sent, role } of costs) assert.ok(sent > (role === "server" ? 1000 : payload.measured * 0.5), mode);
  }
  assert.deepEqual(comparison.members, { n: 3, f: 0, minPeers: 3, merge: { rule: "mean" } });
  assert.ok(comparison.mostFrequent.share > 0.5 && comparison.mostFrequent.share < 1);
  const alone = ofMode(comparison, "local");
  assert.equal(mean(alone.each?.map(({ accuracy }) => accuracy) ?? []), alone.points.at(-1)?.accuracy);
  const page = parsePage(await readFile(report, "utf8"));
  assert.equal(page.all("svg").length, 4);
  for (const { mode } of comparison.results) assert.ok(page.text.includes(mode));
  for (const words of [
    /always the most frequent class/,
    /local: the mean over 3 clients/,
    /swarm and federated: f 0, minPeers 3 of 3 clients; merge rule: mean/,
    /payload: what a client sends/,
    /rows, [\d.]+ kB in all/,
  ])
    assert.match(page.text, words);
});

test("a killed server stops federated and split learning until it is back; a swarm goes on without a node", async () => {
  const { code, comparison, stderr } = await compare("--rounds", "8", "--kill", "--modes", "federated,split,swarm");
  assert.equal(code, 0, stderr);
  for (const mode of ["federated", "split"]) {
    const { outage, points } = ofMode(comparison, mode);
    assert.ok(outage && points.length === 8, mode);
    assert.equal(outage.victim, "server-1");
    assert.equal(outage.finishedMeanwhile, 0, `${mode} went on without its server`);
    assert.ok(outage.stoodStillSeconds >= outage.awaySeconds, mode);
    assert.match(outage.said ?? "", /away|gone/, mode);
  }
  const { outage, points } = ofMode(comparison, "swarm");
  assert.ok(outage && points.length === 8);
  assert.match(outage.victim, /^clinic-/);
  assert.ok(outage.finishedMeanwhile > 0, `stood still for ${outage.stoodStillSeconds} s`);
});

test("where training leads nowhere a swarm's attempts would be repeated for ever: it ends, and says why", async () => {
  const optimizer = { type: "sgd", learningRate: 1e30 };
  const task = await writeChangedTask("examples/wdbc/task.yaml", join(dir, "diverging.yaml"), {
    "training.optimizer": optimizer,
  });
  const { code, stderr } = await compareTask(task, "--rounds", "3", "--modes", "swarm");
  assert.equal(code, 1, stderr);
  assert.match(stderr, /training diverged at \d of 3 clients in round 1/);
});

test("what cannot be compared is said before anything starts", async () => {
  for (const args of [
    ["--skew", "very"],
    ["--modes", "swarm,telepathy"],
    ["--dir", "examples"],
  ]) {
    const { code, comparison } = await compare(...args);
    assert.equal(code, 2, args.join(" "));
    assert.equal((comparison as unknown as { error: { code: string } }).error.code, "USAGE_INVALID");
  }
});

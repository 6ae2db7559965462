import assert from "node:assert/strict";
import { readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { sha256 } from "../../node/core/hash.ts";
import { elementsOf } from "../attacks/support/xml.ts";
import { runProgram } from "./support/command.ts";
import { filesBelow } from "./support/folders.ts";
import { openSwarm, type TestSwarm } from "./support/swarm.ts";

/** Four real daemons train; then a clinic looks at the models in its folder. */

const ROUNDS = 3;
const HOLD_OUT = resolve(import.meta.dirname, "../../examples/wdbc/data/test.csv");
let swarm: TestSwarm;
let home: string;

before(async () => {
  swarm = await openSwarm(ROUNDS);
  home = swarm.at.clinics[0] as string;
  const daemons = await swarm.runAll();
  await Promise.all(daemons.map((daemon) => daemon.until("the task's end", ({ event }) => event === "finished")));
});

after(async () => swarm?.[Symbol.asyncDispose]());

/** A command that succeeds, while the clinic's daemon runs. */
async function json(...args: string[]) {
  const { code, json: printed, stderr } = await swarm.swarm(...args, "--home", home);
  assert.equal(code, 0, stderr);
  return printed;
}

/** Without `--json`: what people read. */
function asTyped(...args: string[]) {
  const { network, rpc, passwordFile } = swarm.options;
  const line = [...args, "--network", network, "--rpc", rpc];
  return runProgram("node/cli/index.ts", line, { SWARM_PASSWORD_FILE: passwordFile });
}

test("model list has every round's model, what is known of it, and the node's own", async () => {
  const { models, own } = await json("model", "list", "wdbc");
  assert.deepEqual(
    models.map(({ round, here }: { round: number; here: boolean }) => [round, here]),
    [0, 1, 2, 3].map((round) => [round, true]),
  );
  // The last model is nobody's base yet.
  assert.deepEqual(
    models.map(({ own: score }: { own?: object }) => score !== undefined),
    [false, true, true, false],
  );
  assert.equal(own.round, ROUNDS);
});

test("the task of a model command is named as the argument, by --task, or is the one that the node joined", async () => {
  const { models } = await json("model", "list", "wdbc");
  assert.deepEqual((await json("model", "list", "--task", "wdbc")).models, models);
  assert.deepEqual((await json("model", "list")).models, models);
  const out = join(swarm.dir, "named.safetensors");
  for (const named of [["--task", "wdbc"], ["wdbc", "--task", "wdbc"], []]) {
    assert.equal((await json("model", "get", ...named, "--out", out)).round, ROUNDS);
    assert.equal((await json("model", "export", ...named, "--format", "safetensors", "--out", out)).round, ROUNDS);
  }
  const two = await swarm.swarm("model", "get", "wdbc", "--task", "other", "--home", home);
  assert.deepEqual([two.code, two.json.error.code], [2, "USAGE_INVALID"]);
});

test("the node's own model is kept in one file that only this user can read, and is not the swarm's", async () => {
  const files = await filesBelow(join(home, "files/last-local"));
  assert.equal(files.length, 1);
  const file = files[0] as string;
  if (process.platform !== "win32") assert.equal((await stat(file)).mode & 0o777, 0o600);
  const { models, own } = await json("model", "list", "wdbc");
  assert.equal(sha256(await readFile(file)), own.sha256);
  assert.ok(models.every((model: { sha256: string }) => model.sha256 !== own.sha256));
});

test("evaluate --local puts the clinic's own model beside the swarm's", async () => {
  const both = await json("evaluate", HOLD_OUT, "--task", "wdbc", "--local");
  const alone = await json("evaluate", HOLD_OUT, "--task", "wdbc");
  assert.deepEqual([both.rows, both.model.round, both.model.onLedger], [113, ROUNDS, false]);
  assert.deepEqual([both.swarm.model.round, both.swarm.model.onLedger], [ROUNDS, true]);
  assert.equal(both.swarm.logLoss, alone.logLoss);
  assert.notEqual(both.logLoss, alone.logLoss);
  for (const report of [both, both.swarm])
    assert.deepEqual([report.classes.length, report.confusion.length, report.curves.length], [2, 2, 1]);
});

test("evaluate --local tells people of both models in full, the swarm's first, and draws both", async () => {
  const plot = join(swarm.dir, "both.svg");
  const line = ["evaluate", HOLD_OUT, "--task", "wdbc", "--local", "--plot", plot];
  const { code, stdout, stderr } = await asTyped(...line, "--home", home);
  assert.equal(code, 0, stderr);
  const [first = 0, second = 0, ...more] = [...stdout.matchAll(/macro mean/g)].map(({ index }) => index);
  assert.deepEqual(more, []);
  const swarms = stdout.indexOf("the model of round 3 (sha256");
  const own = stdout.indexOf("this node's own model, trained in round 3 (sha256");
  assert.ok(0 <= swarms && swarms < first && first < own && own < second, stdout);
  assert.match(
    stdout,
    /On the same rows\n {2}the model of round 3: accuracy .*\n {2}this node's own model, .*: accuracy/,
  );
  assert.match(stdout, /ROC and reliability curves of both$/m);
  const elements = elementsOf(await readFile(plot, "utf8"));
  assert.equal(elements.filter(({ name }) => name === "polyline").length, 2);
});

test("a round is named by its number, or as the best that was measured; a file says which it is", async () => {
  const { models } = await json("model", "list", "wdbc");
  const best = await json("evaluate", HOLD_OUT, "--task", "wdbc", "--round", "best");
  const scored = models.filter(({ own }: { own?: object }) => own !== undefined);
  const most = Math.max(...scored.map(({ own }: { own: { accuracy: number } }) => own.accuracy));
  assert.equal(models[best.model.round].own.accuracy, most);
  const out = join(swarm.dir, "two.safetensors");
  await json("model", "export", "wdbc", "--round", "2", "--format", "safetensors", "--out", out);
  assert.equal(sha256(await readFile(out)), models[2].sha256);
  const { model } = await json("evaluate", HOLD_OUT, "--task", "wdbc", "--model", out);
  assert.deepEqual([model.round, model.onLedger], [2, true]);
});

test("the own model can be exported and used for predictions; a round that is not final cannot", async () => {
  const own = join(swarm.dir, "own.safetensors");
  await json("model", "export", "wdbc", "--local", "--format", "safetensors", "--out", own);
  const [file] = await filesBelow(join(home, "files/last-local"));
  assert.deepEqual(await readFile(own), await readFile(file as string));
  if (process.platform !== "win32") assert.equal((await stat(own)).mode & 0o777, 0o600);
  const out = join(swarm.dir, "answers.csv");
  assert.equal((await json("predict", HOLD_OUT, "--task", "wdbc", "--local", "--out", out)).rows, 113);
  const refused = await swarm.swarm("evaluate", HOLD_OUT, "--task", "wdbc", "--round", "9", "--home", home);
  assert.deepEqual([refused.code, refused.json.error.code], [2, "ROUND_UNKNOWN"]);
});

test("rows that a joining names are kept in the node's settings, and that is said", async () => {
  const settings = join(home, "node.yaml");
  const [before, other] = [swarm.data(0), swarm.data(1)];
  const { code, stdout, stderr } = await asTyped("task", "join", "wdbc", "--data", other, "--home", home);
  assert.equal(code, 0, stderr);
  assert.ok(stdout.startsWith(`Wrote data: ${other} in place of ${before} into ${settings}: `), stdout);
  assert.ok((await readFile(settings, "utf8")).includes(other));
  const again = await asTyped("task", "join", "wdbc", "--data", other, "--home", home);
  assert.deepEqual([again.code, /Wrote/.test(again.stdout)], [0, false]);
});

test("an audit's report says that it went over a file that was there", async () => {
  const file = join(swarm.dir, "audit.json");
  const line = ["audit", "--from", ...swarm.at.clinics, "--report", file];
  const [first, second] = [await asTyped(...line), await asTyped(...line)];
  assert.deepEqual([first.code, second.code], [0, 0], first.stderr + second.stderr);
  assert.ok(first.stderr.includes(`wrote ${file}; sha256`), first.stderr);
  assert.ok(second.stderr.includes(`wrote ${file} (over the file that was there); sha256`), second.stderr);
});

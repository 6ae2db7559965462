import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { freePort } from "../../node/cli/freePort.ts";
import { runProgram, start } from "./support/command.ts";

/** `npm start` as its operator knows it: stopped in the middle, gone on with, started over. */

const ROUNDS = 3;
let root: string;
let dir: string;
/** What a run that came to its end has printed. */
let next = "";

before(async () => {
  root = await mkdtemp(join(tmpdir(), "swarm-start-"));
  dir = join(root, "run");
});

after(async () => {
  for (const { pid } of await stillRunning()) process.kill(pid, "SIGKILL");
  await rm(root, { recursive: true, force: true });
});

const run = (...args: string[]) => start("scripts/start.ts", ["--dir", dir, ...args]);

test("Ctrl-C in the middle of the training ends everything it started: exit code 130", async () => {
  const running = run("--rounds", String(ROUNDS));
  await running.saw(/round +1\/3 final/);
  const during = (await stillRunning()).map(({ args }) => args);
  assert.equal(during.filter((args) => args.includes("node run")).length, 4);
  assert.equal(during.filter((args) => args.includes("anvil")).length, 1);
  running.process.kill("SIGINT");
  const { code, stdout, stderr } = await running.ended;
  assert.equal(code, 130, stderr);
  assert.match(stdout, /stopping everything/);
  assert.ok(
    stdout
      .trimEnd()
      .endsWith(`"npm start -- --dir ${dir}" goes on where it was, "npm start -- --dir ${dir} --fresh" starts over`),
    stdout,
  );
  assert.deepEqual(await stillRunning(), []);
  assert.doesNotMatch(stdout + stderr, /This is a bug/);
});

test("killed with kill -9 it leaves no daemon behind", { skip: process.platform === "win32" }, async () => {
  const running = run();
  await running.saw(/training \d+ rounds/);
  assert.equal((await daemonsRunning()).length, 4);
  running.process.kill("SIGKILL");
  await running.ended;
  // Somebody else's processes give no event on their end.
  for (let look = 0; look < 100 && (await daemonsRunning()).length > 0; look++) await sleep(100);
  assert.deepEqual(await daemonsRunning(), []);
});

for (const other of [
  ["--seed", "99"],
  ["--rounds", "7"],
]) {
  test(`going on with it as another run (${other.join(" ")}) is refused, and nothing of it is lost`, async () => {
    const { code, stderr } = await run(...other).ended;
    assert.equal(code, 2);
    assert.match(stderr, new RegExp(`was started (with|without) ${other[0]}.*--fresh`));
    assert.ok(existsSync(join(dir, "chain")));
  });
}

test("run again it goes on where it was, ends, and prints one JSON object", async () => {
  const ended = await run("--json").ended;
  const { code, stderr } = ended;
  assert.equal(code, 0, stderr);
  const { json } = ended;
  next = stderr;
  assert.match(stderr, /going on with the run in/);
  assert.doesNotMatch(stderr, /making keys|deploying|licensing/);
  assert.equal(json.models.length, 1);
  assert.deepEqual([json.rounds, json.audit.verdict, json.audit.counts.mergesRecomputed], [ROUNDS, "right", ROUNDS]);
  const swarm = json.results.find(({ who }: { who: string }) => who === "swarm");
  assert.ok(swarm.accuracy > 0.85, `accuracy ${swarm.accuracy}`);
  assert.deepEqual(await stillRunning(), []);
});

test("what it says to type next works as typed: the chain wakes up, the dashboard shows the run", async () => {
  const port = String(await freePort());
  const commands = [...next.matchAll(/^ {2}npx swarm (.+)$/gm)].map(([, line]) => (line as string).split(" "));
  const [wake = [], look = []] = commands;
  assert.deepEqual([commands.length, wake[0], look[0]], [2, "chain", "dashboard"]);
  const chain = start("node/cli/index.ts", [...wake, "--port", port]);
  await chain.saw(/going on at block \d+/);
  const shown = look.map((word) => word.replace("8545", port));
  const dashboard = start("node/cli/index.ts", [...shown, "--port", "0"]);
  await dashboard.saw(/http:\/\/127\.0\.0\.1:\d+\/#token=/);
  const second = await run().ended;
  assert.equal(second.code, 1);
  assert.match(second.stderr, /is in use: process \d+ runs its chain/);
  for (const each of [dashboard, chain]) {
    each.process.kill("SIGINT");
    assert.equal((await each.ended).code, 130);
  }
});

test("--fresh starts over, also over a finished run; a second Ctrl-C is not needed while keys are made", async () => {
  const running = run("--fresh");
  await running.saw(/making keys/);
  assert.ok(!existsSync(join(dir, "finished")));
  running.process.kill("SIGINT");
  assert.equal((await running.ended).code, 130);
  assert.deepEqual(await stillRunning(), []);
});

test("--resume without a run, or with --fresh, says what to leave away", async () => {
  const nowhere = join(root, "nowhere");
  const none = await runProgram("scripts/start.ts", ["--dir", nowhere, "--resume"]);
  assert.equal(none.code, 2);
  assert.match(none.stderr, /no earlier run in .*leave --resume away/);
  assert.ok(!existsSync(nowhere));
  const both = await run("--resume", "--fresh").ended;
  assert.equal(both.code, 2);
  assert.match(both.stderr, /either --fresh or --resume/);
});

const daemonsRunning = async () => (await stillRunning()).filter(({ args }) => args.includes("node run"));

/** Processes that work in the run's folder: the chain and the daemons name it. */
async function stillRunning(): Promise<{ pid: number; args: string }[]> {
  const { stdout } = await promisify(execFile)("ps", ["-ww", "-eo", "pid=,args="], { maxBuffer: 8 * 1024 * 1024 });
  return stdout
    .split("\n")
    .filter((line) => line.includes(dir) && !line.includes("scripts/start.ts"))
    .map((line) => ({ pid: Number.parseInt(line, 10), args: line.trim() }));
}

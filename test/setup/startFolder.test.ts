import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { runProgram } from "../e2e/support/command.ts";
import { choicesOf, earlierRun, forgetRun, keepChoices, markFinished } from "../../scripts/local/earlier.ts";
import { nextSteps, stoppedWords } from "../../scripts/local/nextSteps.ts";
import { SwarmError } from "../../node/core/errors.ts";
import { silentLogger } from "../chain/support/quiet.ts";

/** What `npm start` does with the folder that it is given: it deletes what it made, and nothing else. */

let root: string;
let dir: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "start-"));
  dir = join(root, "run");
});
afterEach(() => rmSync(root, { recursive: true }));

const code = (expected: string) => (error: unknown) => error instanceof SwarmError && error.code === expected;
const forget = (): Promise<void> => forgetRun(dir, silentLogger, new AbortController().signal);

test("a run is known by what it wrote first, and is deleted whole", async () => {
  assert.equal(await earlierRun(dir), "none");
  await keepChoices(dir, { rounds: 3 });
  mkdirSync(join(dir, "chain"));
  assert.equal(await earlierRun(dir), "unfinished");
  assert.deepEqual(await choicesOf(dir, {}), { rounds: 3 });
  await markFinished(dir);
  assert.equal(await earlierRun(dir), "finished");
  await forget();
  assert.ok(!existsSync(dir));
});

test("a folder of somebody else is neither used nor deleted, whatever is in it", async () => {
  mkdirSync(join(dir, "chain"), { recursive: true });
  for (const file of ["finished", "run.json"]) {
    writeFileSync(join(dir, file), "{}");
    await assert.rejects(earlierRun(dir), code("USAGE_INVALID"));
    await assert.rejects(forget(), code("USAGE_INVALID"));
  }
  const { code: status, stderr } = await runProgram("scripts/start.ts", ["--dir", dir, "--fresh"]);
  assert.equal(status, 2);
  assert.match(stderr, /^error: .*no run of this program/);
  assert.ok(existsSync(join(dir, "finished")));
});

test("a run whose chain a live process holds is not deleted", async () => {
  await keepChoices(dir, {});
  mkdirSync(join(dir, "chain"));
  writeFileSync(join(dir, "chain", "chain.lock"), JSON.stringify({ owner: process.ppid, chain: 0 }));
  await assert.rejects(forget(), code("CHAIN_DIR_IN_USE"));
  assert.ok(existsSync(join(dir, "run.json")));
  const { code: status, stderr } = await runProgram("scripts/start.ts", ["--dir", dir]);
  assert.equal(status, 1);
  assert.match(
    stderr,
    new RegExp(`in use: process ${process.ppid} runs its chain. End it where .* "npm start -- --dir `),
  );
  assert.ok(existsSync(join(dir, "run.json")));
});

test("what comes next is typed in the project's folder, also for a run elsewhere", () => {
  assert.match(
    nextSteps("/project/.swarm/start", "/project"),
    /^ {2}npx swarm chain start --dir \.swarm\/start\/chain$/m,
  );
  assert.match(nextSteps("/tmp/run", "/project"), / --home \/tmp\/run\/clinic-1 /);
  assert.equal(
    stoppedWords("/project/.swarm/start", "/project"),
    'stopped; "npm start" goes on where it was, "npm start -- --fresh" starts over',
  );
  assert.match(stoppedWords("/tmp/run", "/project"), /"npm start -- --dir \/tmp\/run --fresh" starts over$/);
});

for (const args of [
  ["--seed", "-1"],
  ["--seed", "4294967296"],
  ["--rounds", "0"],
  ["--rounds", "2.5"],
  ["--rounds", "many"],
  ["--round", "3"],
]) {
  test(`${args.join(" ")} is refused before anything is made`, async () => {
    const { code: status, stderr } = await runProgram("scripts/start.ts", ["--dir", dir, ...args]);
    assert.equal(status, 2);
    assert.match(stderr, /A whole number from|unknown option '--round'/);
    assert.ok(!existsSync(dir));
  });
}

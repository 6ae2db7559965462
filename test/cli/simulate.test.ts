import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Desk, openDesk } from "./support/swarm.ts";

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk[Symbol.asyncDispose]());

const simulate = (...args: string[]) => desk.swarm(["simulate", "--nodes", "4", ...args]);

test("a seed prints its transcript, the same to the byte every time", async () => {
  const [first, again] = await Promise.all([simulate("--seed", "5"), simulate("--seed", "5")]);
  assert.deepEqual([first.code, first.stderr], [0, ""]);
  assert.match(first.stdout, /4 members, f = 1[\s\S]+round 1 is final[\s\S]+seed 5 keeps all promises\n$/);
  assert.equal(again.stdout, first.stdout);
});

test("many seeds print what they came to, and how far they are on standard error", async () => {
  const { code, stdout, stderr } = await simulate("--seeds", "3");
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^3 seeds in .+: \d+ rounds final, .+\n0 divergences, 0 stalls, 0 other broken promises\n$/);
  const { json } = await simulate("--seeds", "3", "--json");
  assert.deepEqual([json.seeds, json.violations, json.shape], [3, [], { nodes: 4, f: 1, faults: "all" }]);
  assert.ok(json.rounds > 0);
});

test("a broken promise exits with 1 and prints its seed, the smaller schedule's transcript, and how to see it again", async () => {
  const { code, stdout, stderr } = await simulate("--policy", "no-sync", "--seeds", "50", "--jobs", "1");
  assert.equal(code, 1);
  const seed = /seed (\d+) breaks a promise, with the mistake no-sync: (.+)\n$/.exec(stdout);
  assert.ok(seed, stdout);
  assert.match(stdout, new RegExp(`== seed ${seed[1]}, made smaller: [0-2] faults? of`));
  assert.match(stdout, /CHECK {3}(NOT_ON_DISK|SIGNED_TWICE)/);
  assert.match(stderr, new RegExp(`seed ${seed[1]}: (NOT_ON_DISK|SIGNED_TWICE) after`));
  const again = await desk.swarm([...(seed[2] as string).split(" ").slice(1), "--no-shrink"]);
  assert.equal(again.code, 1);
  assert.match(again.stdout, new RegExp(`seed ${seed[1]} breaks a promise: `));
});

test("shapes that cannot keep the promises are refused with what to change", async () => {
  const tooMany = await simulate("--faulty", "2");
  assert.equal(tooMany.code, 2);
  assert.match(tooMany.stderr, /4 members bear at most 1 faulty ones: give --nodes 7 or more, or --faulty 1/);
  const none = await simulate("--faulty", "0", "--faults", "all");
  assert.equal(none.code, 2);
  assert.match(none.stderr, /--faults crashes/);
  const both = await simulate("--seed", "1", "--seeds", "4");
  assert.equal(both.code, 2);
  const unknown = await simulate("--policy", "none");
  assert.match(unknown.stderr, /merge-what-arrived/);
});

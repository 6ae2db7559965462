import assert from "node:assert/strict";
import { test } from "node:test";
import { type Evidence, judge, type Life, WARM_UP } from "../../scripts/soak/verdict.ts";
import { hash, Story } from "./support.ts";

/** Every target is met in the good case, and each is missed by one thing alone. */

const MINUTES = 20;
const samples = (value: (minute: number) => number, from = 0) =>
  Array.from({ length: MINUTES * 12 + 1 }, (_, i) => ({ at: from + i * 5, value: value(i / 12) }));
const life = (changes: Partial<Life> = {}): Life => ({
  node: 0,
  since: 0,
  // Grows by half while it warms up.
  memory: samples((minute) => (minute < WARM_UP / 60 ? 100_000 + minute * 10_000 : 150_000)),
  handles: samples(() => 60),
  ...changes,
});

const good = (): Evidence => {
  const { chronicle } = new Story().opened(1, 0, 100).voted(1, 0, 101, 0, hash("a")).final(1, 0, 102);
  return {
    attempts: chronicle.attempts,
    submitSeconds: 8,
    phasesSeconds: 24,
    nodes: 2,
    outages: [],
    standstills: [],
    end: 1200,
    reports: [{ node: 0, round: 1, modelHash: hash("a"), at: 102 }],
    lives: [life()],
    disks: [samples(() => 4e6), samples(() => 4e6)],
    mishaps: [],
    audit: { exitCode: 3, verdict: "incomplete", findings: [] },
  };
};
const missed = (changes: Partial<Evidence>): string[] =>
  judge({ ...good(), ...changes }).targets.flatMap(({ name, met }) => (met === true ? [] : [name]));

test("all targets are met", () => assert.deepEqual(missed({}), []));

test("each is missed by itself", () => {
  const tail = (value: number) => (minute: number) => (minute > 16 ? value : 150_000);
  const cases: [string, Partial<Evidence>][] = [
    ["memory after warm-up", { lives: [life({ memory: samples(tail(157_500)) })] }],
    ["open handles", { lives: [life({ handles: samples((minute) => (minute > 16 ? 63 : 60)) })] }],
    ["folders, second half against first", { disks: [samples(() => 4e6), samples((minute) => 4e6 + minute * 25_000)] }],
    ["no mishaps", { mishaps: ["clinic-1 ended"] }],
    ["audit", { audit: { exitCode: 1, verdict: "wrong", findings: ["DIGEST_WRONG"] } }],
    ["one model per round", { reports: [{ node: 0, round: 1, modelHash: hash("b"), at: 102 }] }],
    [
      "attempts that ended final",
      { attempts: new Story().opened(1, 0, 90).aborted(1, 0, 98).opened(1, 1, 98).final(1, 1, 102).chronicle.attempts },
    ],
    ["rounds final in time", { attempts: new Story().opened(1, 0, 40).final(1, 0, 102).chronicle.attempts }],
  ];
  for (const [name, changes] of cases) assert.deepEqual(missed(changes), [name]);
});

test("a little more memory is within the noise", () => {
  const memory = samples((minute) => (minute > 16 ? 157_000 : 150_000));
  assert.deepEqual(missed({ lives: [life({ memory })] }), []);
});

test("what could not be judged counts as missed, and says so", () => {
  const short = { ...good(), lives: [], disks: [], audit: undefined, attempts: [], reports: [] };
  const { targets } = judge(short);
  const unknown = targets.filter(({ met }) => met === undefined).map(({ name }) => name);
  assert.deepEqual(unknown, [
    "rounds final in time",
    "attempts that ended final",
    "memory after warm-up",
    "open handles",
    "folders, second half against first",
    "audit",
  ]);
});

test("a life that began late is compared from its own warm-up on, and a short one not at all", () => {
  const late = life({ node: 1, since: 600, memory: samples((minute) => 200_000 - minute, 600), handles: [] });
  const brief = life({ node: 2, since: 0, memory: samples(() => 1).slice(0, (WARM_UP + 120) / 5), handles: [] });
  const { memory } = judge({ ...good(), lives: [late, brief] });
  assert.deepEqual(
    memory.map(({ node }) => node),
    [1],
  );
  assert.ok(memory[0] && memory[0].first <= 200_000 - WARM_UP / 60);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeUpdate } from "../../node/core/codec.ts";
import { createMemoryLearner } from "../../node/adapters/memory/learner.ts";
import { tensorSpecs } from "../../node/core/task/document.ts";
import { smallTask } from "./support/document.ts";
import { type Forge, forging, headerOf, retouched, withValues } from "./support/forging.ts";
import type { Clinic } from "./support/clinic.ts";
import { createSwarm } from "./support/swarm.ts";

const ROUNDS = 2;

/** Runs two rounds with an author (member 3) that forges, and checks that nobody else is touched by it. */
async function refused(
  reason: string,
  makeForge: (clinics: Clinic[]) => Forge,
  { lateAuthor = false, fromRound = 1 } = {},
) {
  const swarm = await createSwarm(smallTask({ rounds: ROUNDS }), 4);
  const [a, b, c, attacker] = swarm.clinics as [Clinic, Clinic, Clinic, Clinic];
  const slow = createMemoryLearner({
    specs: tensorSpecs(swarm.document),
    seed: 3,
    onStep: () => swarm.clock.sleep(1_000, new AbortController().signal),
  });
  await swarm.startAll({ 3: forging(attacker, makeForge(swarm.clinics), () => (lateAuthor ? { learner: slow } : {})) });
  await swarm.finish();

  const histories = swarm.clinics.map((clinic) => swarm.stateOf(clinic).history.map(({ modelHash }) => modelHash));
  for (const history of histories) assert.deepEqual(history, histories[0]);
  assert.equal(swarm.stateOf(a).aborts, 0, "the round goes on without the forged update");
  for (const { round, included } of swarm.stateOf(a).history) {
    const expected = round < fromRound ? [0, 1, 2, 3] : [0, 1, 2];
    assert.deepEqual(
      included.map(({ member }) => member),
      expected,
      `round ${round}`,
    );
  }
  for (const honest of [a, b, c]) {
    const lines = honest.warnings.filter((line) => line.includes(`refused the update of ${attacker.account}`));
    assert.equal(lines.length, ROUNDS - fromRound + 1, honest.warnings.join("\n"));
    assert.match(lines[0] ?? "", new RegExp(reason));
    const own = honest.signed.filter((act) => act.type === "attest");
    assert.ok(
      own.some((act) => act.type === "attest" && act.refused === 0b1000n),
      "it says so on the ledger",
    );
  }
  await swarm.stopAll();
}

test("R4: NaN is refused", () => refused("has NaN at element 0", () => (file) => withValues(file, Number.NaN)));

test("R4: an infinite value is refused", () =>
  refused("has Infinity at element 1", () => (file) => withValues(file, 0, Number.POSITIVE_INFINITY)));

test("R4: an update over the norm bound is refused", () =>
  refused("the task allows 100 squared", () => (file) => withValues(file, 101)));

test("R4: another tensor name is refused", () =>
  refused(
    "stands where the task has",
    () => (file) => retouched(file, `"${firstTensor(file)}"`, `"${firstTensor(file).slice(0, -1)}_"`),
  ));

test("R4: another shape is refused", () =>
  refused("has shape \\[3, 2\\] where the task has \\[2, 3\\]", () => (file) => retouched(file, "[2,3]", "[3,2]")));

test("R2: an update of another base is refused", () =>
  refused(
    "header's base is",
    () =>
      (file, { base }) =>
        retouched(file, base, `0x${"ab".repeat(32)}`),
  ));

test("R2: another round's file is refused", () => {
  let first: Uint8Array | undefined;
  return refused("header's round is 1", () => (file) => (first ??= file), { fromRound: 2 });
});

test("R2: another member's file, copied with its hash, is refused", () =>
  refused(
    "header's node is",
    ([victim]) =>
      async (_, { round }) => {
        for (const sha256 of (await victim?.disk.list("update")) ?? []) {
          const file = await victim?.disk.read("update", sha256);
          const header = file && headerOf(file);
          if (file && header?.node === victim?.account && header?.round === round) return file;
        }
        throw new Error("the victim has not trained yet");
      },
    { lateAuthor: true },
  ));

test("R4: a header that claims 100 MB is refused", () =>
  refused("claims a header of 104857600 bytes", () => (file) => {
    const copy = Buffer.from(file);
    copy.writeBigUInt64LE(104_857_600n);
    return copy;
  }));

test("R4: a truncated file is refused", () => refused("The file ends after", () => (file) => file.subarray(0, -4)));

test("R4: an empty file is refused", () => refused("The file ends after 0 bytes", () => () => new Uint8Array()));

test("R4: a file longer than any update of the task is refused", () =>
  refused("more than the 65612 allowed", () => (file) => Buffer.concat([file, Buffer.alloc(100_000)])));

test("R4: tensors that overlap are refused", () =>
  refused("overlaps", () => (file) => {
    const offsets = [
      ...Buffer.from(file)
        .toString("latin1")
        .matchAll(/"data_offsets":\[(\d+),(\d+)\]/g),
    ].map(([text]) => text);
    const [, second = ""] = offsets;
    const moved = second.replace(
      /\[(\d+),/,
      (_, begin: string) => `[${String(Number(begin) - 4).padStart(begin.length, " ")},`,
    );
    return retouched(file, second, moved);
  }));

function firstTensor(file: Uint8Array): string {
  return decodeUpdate(file).delta.specs[0]?.name ?? "";
}

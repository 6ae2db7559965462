import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { revoke } from "../../node/cli/commands/licenseAct.ts";
import type { Bytes32 } from "../../node/core/primitives.ts";
import { type Intruder, intrude } from "./support/intruder.ts";
import { openScene, type Scene } from "./support/scene.ts";

/** R10: a node is revoked in the middle of a round, and a program with its keys does not mind: it goes on asking and sending. */

const REVOKED = 3;
const MEMBERS = [0, 1, 2];
/** Rounds that are tried one after the other. */
const TRIES = 3;
/** The ledger's reasons to refuse an account, whatever it sends. */
const NOT_ALLOWED = /^(Barred|NotEligible)$/;
let scene: Scene;
let intruder: Intruder;
let revokedIn: number;

before(async () => {
  // Three may go on without the fourth.
  scene = await openScene({ "round.f": 0, "round.minPeers": 2 });
  await scene.startAll();
});

after(async () => {
  await intruder?.[Symbol.asyncDispose]();
  await scene?.[Symbol.asyncDispose]();
});

test("as long as it is licensed, the program that asks gets files, blocks and acts through: it can what it tries later", async () => {
  await scene.daemons[0]?.final(2);
  // One connection per node: its own daemon gives way to the program.
  await scene.daemons[REVOKED]?.kill();
  intruder = await intrude(scene.swarm, scene.swarm.at.clinics[REVOKED] as string);
  const { history } = await intruder.task();
  const [{ modelHash, included } = { modelHash: "0x" as Bytes32, included: [] }] = history;
  const [member] = scene.swarm.clinics;
  assert.ok((await intruder.ask(member as `0x${string}`, "model", modelHash)) instanceof Uint8Array);
  assert.ok(
    (await intruder.ask(member as `0x${string}`, "update", String(included[1]?.sha256) as Bytes32)) instanceof
      Uint8Array,
  );
  assert.ok((await intruder.fetch(String(included[1]?.cid))) instanceof Uint8Array);
  // Acts that do no harm: it is a member already, and perhaps not absent. Nobody says that it may not act.
  const { taskId } = await intruder.task();
  for (const type of ["comeBack", "join"] as const)
    assert.doesNotMatch(String(await intruder.act({ type, taskId })), NOT_ALLOWED, type);
  scene.say(`clinic-${REVOKED + 1}'s daemon was killed; a program with its keys reads files and blocks of round 1`);
});

test("revoked, it gets neither files nor blocks of any round, and the ledger takes none of its acts", async () => {
  await scene.daemons[0]?.until(
    "round",
    (it) => it.event === "phase" && it.phase === "submit",
    scene.daemons[0].events.length,
  );
  const licensor = { ...scene.swarm.options, home: scene.swarm.at.licensors[0] as string };
  await scene.swarm.commands.run(
    Promise.resolve({ run: revoke.run }),
    licensor,
    scene.swarm.clinics[REVOKED] as `0x${string}`,
  );
  revokedIn = scene.lastRound() + 1;
  scene.say(`its licence was revoked in round ${revokedIn}`);
  for (let tried = 0, from = revokedIn + 1; tried < TRIES; tried++, from = scene.lastRound() + 1) {
    await scene.daemons[0]?.final(from);
    const task = await intruder.task();
    const final = task.history.findLast(({ round }) => round >= from);
    assert.ok(final);
    const { modelHash, included } = final;
    const [update] = included;
    assert.ok(update);
    const asked = MEMBERS.flatMap((member) => {
      const account = scene.swarm.clinics[member] as `0x${string}`;
      return [intruder.ask(account, "model", modelHash), intruder.ask(account, "update", update.sha256)];
    });
    const answers = await Promise.all([...asked, intruder.fetch(update.cid)]);
    for (const answer of answers) assert.equal(typeof answer, "string", "no bytes came");
    const reasons = await tryActs();
    for (const reason of reasons) assert.match(String(reason), NOT_ALLOWED);
    scene.say(
      `round ${final.round}: it got ${[...new Set(answers)].join(", ")}; its acts were refused: ${[...new Set(reasons)].join(", ")}`,
    );
  }
});

test("nothing of it is on the ledger since; one model a round at the other three, and the audit is right", async () => {
  const { history } = await intruder.task();
  for (const { round, included, voters } of history.filter((it) => it.round > revokedIn)) {
    assert.ok(!included.some(({ member }) => member === REVOKED), `round ${round}`);
    assert.equal((voters >> BigInt(REVOKED)) & 1n, 0n, `round ${round}`);
  }
  await intruder[Symbol.asyncDispose]();
  await scene.settle({ honest: MEMBERS });
});

/** All acts of a member, each with what the open attempt asks for at this moment. @returns the reasons for which they were refused */
async function tryActs(): Promise<(string | undefined)[]> {
  const { taskId, attempt, model } = await intruder.task();
  assert.ok(attempt);
  const ref = { taskId, round: attempt.round, attempt: attempt.attempt, seen: attempt.seen };
  const file = `0x${"5a".repeat(32)}` as const;
  return [
    await intruder.act({ type: "submit", ref, sha256: file, cid: "bafkreiintruder", weight: 1 }),
    await intruder.act({ type: "attest", ref, held: 1n, refused: 0n }),
    await intruder.act({ type: "vote", ref, modelHash: model, evaluation: 65_535 }),
    await intruder.act({ type: "comeBack", taskId }),
    await intruder.act({ type: "join", taskId }),
  ];
}

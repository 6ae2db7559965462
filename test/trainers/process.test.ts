import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { commandWords } from "../../node/adapters/process/command.ts";
import { trainerEnvironment } from "../../node/adapters/process/environment.ts";
import { until } from "../ports/support.ts";
import { isAlive, openFake } from "./support/trainer.ts";

/** A trainer's process: what it is given, how it is kept apart, and that it ends. */

const { signal } = new AbortController();
const linux = process.platform === "linux";

it("a command is divided as it is typed, and nothing in it means anything else", () => {
  assert.deepEqual(commandWords("python3 trainer.py"), ["python3", "trainer.py"]);
  assert.deepEqual(commandWords(`  "/opt/my python"  -c 'a "b" $HOME; rm *' x""y `), [
    "/opt/my python",
    "-c",
    'a "b" $HOME; rm *',
    "xy",
  ]);
  assert.deepEqual(commandWords("a ''"), ["a", ""]);
  for (const command of ["", "  ", "a 'b"]) assert.throws(() => commandWords(command), { code: "TRAINER_COMMAND" });
});

it("it sees none of the node's variables, but those that the clinic names", async () => {
  const environment = { ...process.env, SWARM_PASSWORD: "secret", AWS_SECRET: "secret", CLINIC_GPU: "0", LC_ALL: "C" };
  await using fake = await openFake("environment", {
    settings: { environment: ["CLINIC_GPU"] },
    init: { environment },
  });
  await assert.rejects(fake.trainer.train(fake.base, 1, { signal }), ({ message }: Error) => {
    assert.match(message, /CLINIC_GPU/);
    assert.match(message, /LC_ALL/);
    assert.doesNotMatch(message, /SWARM|AWS|NODE_/);
    return true;
  });
  for (const name of ["SWARM_PASSWORD", "NODE_OPTIONS"])
    assert.throws(() => trainerEnvironment({}, [name], "/tmp"), { code: "TRAINER_ENVIRONMENT" });
});

it("its folder is readable by this user alone, and gone when the learner is closed", async () => {
  await using fake = await openFake();
  if (process.platform !== "win32") assert.equal((await stat(fake.folder)).mode & 0o777, 0o700);
  await fake.trainer.close();
  await assert.rejects(stat(fake.folder), { code: "ENOENT" });
});

it("one that died is started again, and the request after it is answered", async () => {
  await using fake = await openFake("die");
  await assert.rejects(fake.trainer.train(fake.base, 1, { signal }), {
    code: "TRAINER_CRASHED",
    message: /exit code 5/,
  });
  await assert.rejects(fake.trainer.train(fake.base, 1, { signal }), {
    code: "TRAINER_FAILED",
    message: /alive again/,
  });
});

it("one that dies again and again is given growing pauses", async () => {
  await using fake = await openFake("die-always", { limits: { firstPauseMs: 1, lastPauseMs: 600_000 } });
  const crash = () => assert.rejects(fake.trainer.train(fake.base, 1, { signal }), { code: "TRAINER_CRASHED" });
  await crash();
  await crash();
  await crash();
  const failures = fake.lines.filter(({ level }) => level === "warn").map(({ context }) => context["failures"]);
  assert.deepEqual(failures, [1, 2, 3]);
});

it("a pause ends when the learner is closed", async () => {
  await using fake = await openFake("die", { limits: { firstPauseMs: 600_000, lastPauseMs: 600_000 } });
  await assert.rejects(fake.trainer.train(fake.base, 1, { signal }), { code: "TRAINER_CRASHED" });
  const waiting = fake.trainer.train(fake.base, 1, { signal });
  const closed = assert.rejects(waiting, { code: "LEARNER_CLOSED" });
  await fake.trainer.close();
  await closed;
});

it("closing ends what is under way", async () => {
  await using fake = await openFake("hang");
  const busy = fake.trainer.train(fake.base, 1, { signal });
  const queued = fake.trainer.train(fake.base, 2, { signal });
  const rejected = Promise.all([busy, queued].map((each) => assert.rejects(each, { code: "LEARNER_CLOSED" })));
  await fake.trainer.close();
  await rejected;
});

it("what it started ends with it", { skip: process.platform === "win32" }, async () => {
  await using fake = await openFake("offspring");
  const error = await fake.trainer.train(fake.base, 1, { signal }).catch((cause: Error) => cause);
  const pids =
    /(\d+) (\d+)$/
      .exec((error as Error).message)
      ?.slice(1)
      .map(Number) ?? [];
  assert.equal(pids.length, 2);
  assert.ok(pids.every(isAlive));
  await fake.trainer.close();
  await until(() => !pids.some(isAlive));
});

it(
  "without network it cannot reach this machine either; where the clinic allows it, it can",
  { skip: !linux },
  async (t) => {
    const server = createServer((socket) => socket.end());
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    t.after(() => server.close());
    const args = [String((server.address() as AddressInfo).port)];
    const answer = async (network: "none" | "allowed") => {
      await using fake = await openFake("network", { args, settings: { network } });
      const error = await fake.trainer.train(fake.base, 1, { signal }).catch((cause: Error) => cause);
      return { said: (error as Error).message, on: fake.trainer.protections.noNetwork };
    };
    const allowed = await answer("allowed");
    assert.match(allowed.said, /connected/);
    assert.ok(!allowed.on);
    const none = await answer("none");
    if (!none.on) return t.skip("this machine allows no namespaces");
    assert.doesNotMatch(none.said, /connected/);
  },
);

it("the node's keys are hidden from it, and so is the daemon's memory", { skip: !linux }, async (t) => {
  const keys = await mkdtemp(join(tmpdir(), "swarm-keys-"));
  t.after(() => rm(keys, { recursive: true }));
  await mkdir(join(keys, "inner"));
  await writeFile(join(keys, "operator.json"), "secret", { mode: 0o600 });
  await using fake = await openFake("peek", { args: [keys, String(process.pid)], init: { hidden: [keys] } });
  if (!fake.trainer.protections.keysHidden) return t.skip("this machine allows no namespaces");
  await assert.rejects(fake.trainer.train(fake.base, 1, { signal }), { message: /: (nothing|EACCES) EACCES$/ });
});

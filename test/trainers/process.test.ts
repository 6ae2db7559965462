import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { commandWords } from "../../node/adapters/process/command.ts";
import { trainerEnvironment } from "../../node/adapters/process/environment.ts";
import type { Protections } from "../../node/adapters/process/protections.ts";
import { initialLocal } from "../../node/core/task/initialModel.ts";
import { localTensorSpecs, tensorSpecs } from "../../node/core/task/tensors.ts";
import { firstLines, makeTempFolder, until } from "../ports/support.ts";
import { taskDocument, taskInput } from "../task/fixture.ts";
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

it(
  "it ends with the daemon, also where that is killed and it does not look at its input",
  { skip: !linux },
  async (t) => {
    // What is killed cleans nothing up.
    const root = await makeTempFolder(t);
    const holder = spawn(process.execPath, [join(import.meta.dirname, "support/holder.ts")], {
      env: { ...process.env, TMPDIR: root },
      stdio: ["ignore", "pipe", "inherit"],
    });
    t.after(() => holder.kill("SIGKILL"));
    const [line] = await firstLines(holder.stdout, 1);
    const { pid, protections } = JSON.parse(line as string) as { pid: number; protections: Protections };
    assert.ok(isAlive(pid));
    holder.kill("SIGKILL");
    if (!protections.endsWithDaemon) {
      process.kill(pid, "SIGKILL");
      return t.skip("this machine has no setpriv");
    }
    await until(() => !isAlive(pid));
  },
);

it("layers that the task leaves at each node are given and taken beside the shared ones", async () => {
  const layers = [
    { type: "batchNormalization", local: true },
    { type: "dense", units: 2 },
  ] as const;
  const doc = taskDocument({ model: { layers: [...layers], loss: "softmaxCrossEntropy" } });
  await using fake = await openFake("", { document: doc });
  const first = await fake.trainer.train(fake.base, 1, { signal });
  assert.deepEqual(first.weights.specs, tensorSpecs(doc));
  assert.deepEqual(first.own?.specs, localTensorSpecs(doc));
  assert.deepEqual(
    first.own?.values,
    initialLocal(doc).values.map((value) => value + 1),
  );
  const { own } = await fake.trainer.train(fake.base, 2, { signal, ...(first.own ? { own: first.own } : {}) });
  assert.deepEqual(
    own?.values,
    first.own?.values.map((value) => value + 1),
  );
  const foreign = { signal, own: fake.base };
  await assert.rejects(fake.trainer.train(fake.base, 3, foreign), { code: "LEARNER_SHAPES" });
});

it("R4: a task whose members agree on statistics is refused, since no trainer could give them", async () => {
  const data = { ...taskInput().data, normalize: { agreed: { low: 0, high: 1 } } };
  await assert.rejects(openFake("", { document: taskDocument({ data }) }), { code: "TRAINER_TASK" });
});

import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { describe, it } from "node:test";
import { until } from "../ports/support.ts";
import { isAlive, openFake } from "./support/trainer.ts";

/** Trainers that do one thing wrong: the error names it, the process is gone or goes on, and nothing of it is used. */

const { signal } = new AbortController();

describe("a trainer that cannot start is what creating a learner fails with", () => {
  for (const [misdeed, code, message] of [
    ["exit-at-start", "TRAINER_CRASHED", /exit code 3.*there is no such framework here/],
    ["other-version", "TRAINER_PROTOCOL", /version 2 of the contract, this node speaks 1/],
    ["bad-engine", "TRAINER_PROTOCOL", /engine\.name/],
    ["too-few-rows", "PRIVACY_TOO_FEW_RECORDS", /has 31 records, the task asks for 32/],
    ["data-failed", "TRAINER_FAILED", /cannot use the rows: no column/],
  ] as const) {
    it(misdeed, () => assert.rejects(openFake(misdeed), { code, message }));
  }

  it("hang-at-start", () =>
    assert.rejects(openFake("hang-at-start", { limits: { startMs: 500 } }), { code: "TRAINER_TIMEOUT" }));

  it("no such program, or no command at all", async () => {
    for (const command of ["no-such-program-anywhere", "./none.sh", "", '"python3', '""'])
      await assert.rejects(openFake("", { settings: { command } }), { code: "TRAINER_COMMAND" }, command);
  });

  it("told to give up, it ends with the signal's reason, and leaves no process", async () => {
    const reason = new Error("never mind");
    const stop = new AbortController();
    const starting = openFake("hang-at-start", { init: { signal: stop.signal } });
    setTimeout(() => stop.abort(reason), 300);
    await assert.rejects(starting, reason);
  });
});

describe("what breaks the contract ends the process; the next request starts another one", () => {
  for (const [misdeed, message] of [
    ["flood", /messages a second/],
    ["long-line", /a line is longer than 65536 bytes/],
    ["no-json", /is no JSON \("Epoch 1\/10"\)/],
    ["no-message", /is not as the contract says \(type/],
    ["other-request", /"trained" without being asked/],
    ["wrong-answer", /answers "cancelled" to "train"/],
    ["not-finite-loss", /loss/],
    ["beyond-range", /validation\.accuracy/],
  ] as const) {
    it(misdeed, async () => {
      await using fake = await openFake(misdeed);
      const train = () => fake.trainer.train(fake.base, 1, { signal });
      await assert.rejects(train(), { code: "TRAINER_PROTOCOL", message });
      await assert.rejects(train(), { code: "TRAINER_PROTOCOL", message });
      assert.deepEqual(await readdir(fake.folder), ["task.json"]);
    });
  }

  it("speaks-unasked", async () => {
    await using fake = await openFake("speaks-unasked");
    const warned = () => fake.lines.find(({ level }) => level === "warn");
    await until(() => warned() !== undefined);
    assert.match(String(warned()?.context["error"]), /"cancelled" without being asked/);
  });
});

describe("files that are not what was asked for are not used, and the trainer may try again", () => {
  for (const [misdeed, message] of [
    ["no-file", /weights\.safetensors cannot be used: it is missing/],
    ["link", /it is a link/],
    ["folder", /./],
    ["pipe", /it is no ordinary file/],
    ["empty", /ends after 0 bytes/],
    ["huge", /claims a header of 9223372036854775807 bytes/],
    ["renamed", /0\.dense\.biasx.* stands where/],
    ["unsorted", /not in the order of their names|not written in the one way/],
    ["reshaped", /has shape \[1, 4\] where the task has \[4\]/],
    ["lacking", /stands where|missing/],
  ] as const) {
    it(misdeed, { skip: process.platform === "win32" }, async () => {
      await using fake = await openFake(misdeed);
      const train = () => fake.trainer.train(fake.base, 1, { signal });
      await assert.rejects(train(), { code: "TRAINER_ANSWER", message });
      await assert.rejects(train(), { code: "TRAINER_ANSWER", message });
      assert.deepEqual(await readdir(fake.folder), ["task.json"]);
      assert.equal(fake.lines.filter(({ message }) => message === "trainer is ready").length, 1);
    });
  }
});

describe("figures are held against the task and the trainer's own hello", () => {
  for (const [misdeed, code, message] of [
    ["few-samples", "PRIVACY_TOO_FEW_RECORDS", /trained on 31 records/],
    ["many-samples", "TRAINER_ANSWER", /trained on 41 rows, and said that it has 40/],
    ["no-validation", "TRAINER_ANSWER", /evaluated 0 rows, and said that it has 8/],
    ["much-validation", "TRAINER_ANSWER", /evaluated 9 rows/],
    ["not-a-number", "TRAINING_DIVERGED", /not finite/],
    ["diverged", "TRAINING_DIVERGED", /nan/],
  ] as const) {
    it(misdeed, async () => {
      await using fake = await openFake(misdeed);
      await assert.rejects(fake.trainer.train(fake.base, 1, { signal }), { code, message });
      if (!misdeed.endsWith("-validation")) return;
      await assert.rejects(fake.trainer.evaluate(fake.base, { signal }), { code, message });
    });
  }
});

describe("limits", () => {
  it("a request that takes too long ends the process", async () => {
    await using fake = await openFake("hang", { limits: { requestMs: 300 } });
    await assert.rejects(fake.trainer.train(fake.base, 1, { signal }), { code: "TRAINER_TIMEOUT" });
  });

  it("a trainer that hears neither cancel nor SIGTERM is killed, and the next request gets another one", async () => {
    await using fake = await openFake("deaf", { limits: { cancelMs: 200, stopMs: 200 } });
    const reason = new Error("the round is over");
    const stop = new AbortController();
    const aborted = fake.trainer.train(fake.base, 1, { signal: stop.signal, onProgress: () => stop.abort(reason) });
    const next = fake.trainer.evaluate(fake.base, { signal });
    await assert.rejects(aborted, reason);
    await assert.rejects(next, { code: "TRAINER_FAILED", message: /alive again/ });
    const pid = fake.lines.findLast(({ message }) => message === "trainer is ready")?.context["pid"] as number;
    assert.ok(isAlive(pid));
    await fake.trainer.close();
    assert.ok(!isAlive(pid));
  });

  it("too much memory ends the process", { skip: process.platform !== "linux" }, async () => {
    await using fake = await openFake("much-memory", { settings: { maxMemoryMiB: 200 } });
    await assert.rejects(fake.trainer.train(fake.base, 1, { signal }), {
      code: "TRAINER_MEMORY",
      message: /200 are allowed/,
    });
  });

  it("too much disk ends the process, and what it wrote is gone", async () => {
    await using fake = await openFake("much-disk", { settings: { maxDiskMiB: 5 } });
    await assert.rejects(fake.trainer.train(fake.base, 1, { signal }), {
      code: "TRAINER_DISK",
      message: /5 are allowed/,
    });
    assert.deepEqual(await readdir(fake.folder), ["task.json"]);
  });

  it("what it says on standard error goes to the log, in part, and cannot command a terminal", async () => {
    await using fake = await openFake("chatter");
    await assert.rejects(fake.trainer.train(fake.base, 1, { signal }), { code: "TRAINER_FAILED" });
    await fake.trainer.close();
    const said = fake.lines.filter(({ message }) => message === "the trainer says");
    assert.ok(said.length > 100 && said.length < 1000, `${said.length} lines`);
    assert.ok(said.every(({ context }) => !String(context["text"]).includes("\u001b")));
    const leftOut = fake.lines.reduce((sum, { context }) => sum + Number(context["linesLeftOut"] ?? 0), 0);
    assert.ok(leftOut + said.length >= 5000, `${leftOut} left out, ${said.length} said`);
  });
});

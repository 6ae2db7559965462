import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { test } from "node:test";
import { createLiveText, isLive, type TerminalStream } from "../../node/adapters/terminal/liveText.ts";
import { liveOutput } from "../../node/cli/output/liveOutput.ts";
import { createOutput } from "../../node/cli/output/output.ts";
import { liveRun } from "../../node/cli/liveRun.ts";
import { statusLine } from "../../node/cli/statusLine.ts";
import { taskStatus } from "../../node/cli/taskStatus.ts";
import { watchLive } from "../../node/cli/watchLive.ts";
import { timeLeftWords } from "../../node/cli/timeLeft.ts";
import type { FinalRound } from "../../node/core/ledger/view/task.ts";
import { bar, clock } from "../../node/cli/words/bar.ts";
import { liveStatus } from "../../node/cli/words/liveStatus.ts";
import { account, HASH, ids, joined, ledger, opened, submitted, TASK } from "../cli/support/ledger.ts";
import { screen } from "./support/screen.ts";

// Machines that build and test set it; terminals do not.
delete process.env["CI"];

/** A terminal of so many rows, and what stands on it. */
function terminal(rows = 24) {
  let written = "";
  const stream = new Writable({ write: (part, _encoding, done) => ((written += String(part)), done()) });
  return {
    stream: Object.assign(stream, { isTTY: true, columns: 120, rows }) as TerminalStream,
    seen: () => screen(written),
  };
}

test("lines at the end are drawn in place, and what is printed meanwhile stands above them", () => {
  const { stream, seen } = terminal();
  using live = createLiveText(stream);
  const out = liveOutput(createOutput(false, { out: stream, err: stream }), live);
  out.say("started");
  live.show("round 1\nwaiting");
  live.show("round 1\ntraining");
  out.say("round 1 final");
  out.note("a warning");
  live.show("round 2");
  assert.deepEqual(seen(), ["started", "round 1 final", "a warning", "round 2"]);
  live.show("");
  out.say("stopped");
  live.end();
  live.show("too late");
  out.say("bye");
  assert.deepEqual(seen(), ["started", "round 1 final", "a warning", "stopped", "bye"]);
});

test("only a terminal that can move its cursor is drawn on", () => {
  const { stream } = terminal();
  assert.equal(isLive(stream, {}), true);
  assert.equal(isLive(stream, { TERM: "dumb" }), false);
  assert.equal(isLive(stream, { CI: "true" }), false);
  assert.equal(isLive(new Writable() as TerminalStream, {}), false);
});

test("the view of a task has its phase with the time left, who acted and who has not yet", () => {
  const { view, task, now } = ledger(...joined(4), opened, submitted(0), submitted(2));
  const names = new Map([[account(1), "clinic-b"]]);
  const text = liveStatus(taskStatus(view, task, now + 41, { names }), now + 41);
  const [head, phase, awaited, ...rest] = text.split("\n");
  assert.match(head ?? "", /^Task small {2}0x7777777777 {2}round 1 of 5$/);
  assert.match(phase ?? "", /^ {2}submit {2}█{10}░{10} {2}0:43 left {2}2 of 4 submitted$/);
  assert.equal(awaited, "  not yet: clinic-b and 0x444444..4444");
  assert.deepEqual(rest, []);
  assert.match(
    liveStatus(taskStatus(view, task, now + 900, { names }), now + 900),
    /time is over .*\n {2}missing: clinic-b.*\n {2}waiting for any node/,
  );
});

test("the view of a task that is over says so, as `swarm status` does", () => {
  const { view, task, now } = ledger(...joined(4), {
    type: "TaskFinished",
    taskId: TASK,
    rounds: 5,
    modelHash: HASH("b"),
  });
  assert.match(liveStatus(taskStatus(view, task, now), now), /^Task small {2}0x7777777777 {2}all 5 rounds are final\n/);
});

test("the view draws itself anew with each update and each second", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const { view, now } = ledger(...joined(4), opened);
  let time = now;
  const { stream, seen } = terminal();
  using live = createLiveText(stream);
  async function* updates() {
    yield { view, isUp: true };
    assert.match(seen().join("\n"), /1:26 left/);
    time += 10;
    t.mock.timers.tick(1000);
    assert.match(seen().join("\n"), /1:16 left/);
    assert.equal(seen().filter((line) => line.includes("Task small")).length, 1);
    yield { view, isUp: false };
    time += 120;
    t.mock.timers.tick(1000);
    const away = seen().join("\n");
    assert.match(away, /submit {2}waiting for the chain's endpoint, which does not answer\n/);
    assert.match(away, /has not answered for 2 min; what is shown was final before$/);
    assert.doesNotMatch(away, /left|is over|not yet|missing/);
    yield { view, isUp: true };
    assert.match(seen().join("\n"), /time is over/);
  }
  await watchLive(updates(), live, { names: new Map(), oldAfter: 60 }, {}, () => time);
});

test("a daemon's line has round, phase, time left, how far its training is, and whom it waits for", () => {
  const { view, now } = ledger(...joined(4), opened, submitted(0), submitted(2), submitted(3));
  // This machine's clock is five seconds behind the chain's.
  const here = (now - 5) * 1000;
  const { observer, text } = statusLine({ taskId: TASK, now: () => here });
  assert.equal(text(here), "reading the ledger");
  observer.ledger?.(view, now);
  assert.equal(text(here), "round 1/5  submit  1:23 left  waiting for submissions of 0x222222..2222");
  observer.training?.({ round: 1, epoch: 2, epochs: 4, batch: 5, batches: 10, loss: 1 });
  assert.match(text(here + 3_000), /^round 1\/5 {2}submit {2}1:20 left {2}training pass 2 of 4, 37 % {2}waiting/);
  observer.training?.({ round: 1, epoch: 4, epochs: 4, batch: 10, batches: 10, loss: 1 });
  assert.doesNotMatch(text(here), /training/);
  observer.connection?.({ up: false });
  assert.equal(text(here), "the chain's endpoint does not answer");
  observer.connection?.({ up: true });
  observer.finished?.({ rounds: 5, modelHash: ids.taskId, evaluation: undefined });
  assert.equal(text(here), "");
});

test("once three rounds are final, a daemon's line says about how long the others will take", () => {
  const at = (round: number) => ({ round, at: { timestamp: 1_000 + 60 * round } }) as FinalRound;
  const words = (rounds: number, ...final: FinalRound[]): string =>
    timeLeftWords({ history: final, params: { ...task.params, rounds }, phase: "running" });
  const { task, view, now } = ledger(...joined(4), opened);
  assert.deepEqual([words(9, at(1), at(2)), words(3, at(1), at(2), at(3))], ["", ""]);
  assert.equal(words(9, at(1), at(2), at(3)), "about 6 min to go");
  assert.equal(words(4, at(1), at(2), at(3)), "about 1 min to go");
  task.history.push(at(1), at(2), at(3));
  const { observer, text } = statusLine({ taskId: TASK, now: () => now * 1000 });
  observer.ledger?.(view, now);
  assert.match(text(now * 1000), /^round 1\/5 \(about 2 min to go\) {2}submit {2}/);
});

test("the daemon's line goes when it is told to stop, and is not drawn for programs or log files", () => {
  const { stream, seen } = terminal();
  const stop = new AbortController();
  const cli = (isJson: boolean, verbose = false) => ({
    out: createOutput(isJson, { out: stream, err: stream }),
    verbose,
    signal: stop.signal,
  });
  for (const other of [cli(true), cli(false, true)]) {
    using run = liveRun(other, stream);
    assert.equal(run.cli, other);
    assert.deepEqual(run.begin({ taskId: TASK }), {});
  }
  using run = liveRun(cli(false), stream);
  run.cli.out.say("ready");
  const observer = run.begin({ taskId: TASK });
  assert.deepEqual(seen(), ["ready", "reading the ledger"]);
  run.cli.out.say("round 1/5 opened");
  assert.deepEqual(seen(), ["ready", "round 1/5 opened", "reading the ledger"]);
  observer.connection?.({ up: false });
  run.cli.out.say("oh");
  assert.equal(seen().at(-1), "the chain's endpoint does not answer");
  stop.abort();
  observer.connection?.({ up: true });
  run.cli.out.say("stopping");
  assert.deepEqual(seen(), ["ready", "round 1/5 opened", "oh", "stopping"]);
});

test("bars and clocks", () => {
  assert.deepEqual([bar(0, 4), bar(0.5, 4), bar(7, 4), bar(-1, 4)], ["░░░░", "██░░", "████", "░░░░"]);
  assert.deepEqual(
    [clock(0), clock(0.2), clock(61), clock(3_729), clock(-4)],
    ["0:00", "0:01", "1:01", "1:02:09", "0:00"],
  );
});

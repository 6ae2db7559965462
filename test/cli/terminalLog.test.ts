import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { daemonLogger } from "../../node/cli/daemonLogger.ts";
import { createOutput } from "../../node/cli/output/output.ts";
import { terminalLog } from "../../node/cli/terminalLog.ts";
import { SwarmError } from "../../node/core/errors.ts";
import { makeTempFolder } from "../ports/support.ts";

const lines = (): { said: string[]; clock: { at: number; now(): number }; log: ReturnType<typeof terminalLog> } => {
  const said: string[] = [];
  const clock = { at: 0, now: () => clock.at };
  // The time of day in front depends on where the test runs.
  return { said, clock, log: terminalLog(clock, (line) => said.push(line.replace(/^\d\d:\d\d:\d\d /, ""))) };
};

test("a warning is one line: the message and the error's reason, cut where it is long, without stack and data", () => {
  const { said, log } = lines();
  log.warn("could not get an update; trying again", {
    key: "open/1.0",
    error: new SwarmError("PEER_TIMEOUT", "no answer\nin time", { peer: "16Uiu2" }, new Error("cause")),
  });
  log.error("merge failed", { error: new Error("x".repeat(1_000)) });
  assert.deepEqual(said, [
    "warning: could not get an update; trying again: no answer in time",
    `error: merge failed: ${"x".repeat(200)}...`,
  ]);
});

test("what a message says already is not said twice, and what others wrote cannot move the cursor", () => {
  const { said, log } = lines();
  const error = new Error("WrongPhase\u001b[2J");
  log.warn(`the ledger refused to vote: ${error.message}`, { error });
  assert.deepEqual(said, ["warning: the ledger refused to vote: WrongPhase\\u{1b}[2J"]);
});

test("the same warning within a minute is counted, and told with its count when it comes later or the daemon ends", () => {
  const { said, clock, log } = lines();
  for (clock.at = 0; clock.at < 60_000; clock.at += 5_000) log.child({ peer: "a" }).warn("no chain");
  assert.deepEqual(said, ["warning: no chain"]);
  log.warn("no chain");
  assert.deepEqual(said.slice(1), ["warning: no chain (11 more times)"]);
  log.warn("no chain");
  log.flush();
  assert.deepEqual(said.slice(2), ["warning: no chain (1 more time)"]);
  log.flush();
  assert.equal(said.length, 3, "nothing is left to tell");
});

test("a count is told, too, when another warning comes after the minute; different reasons are different warnings", () => {
  const { said, clock, log } = lines();
  const failed = (reason: string) => log.warn("could not train", { error: new Error(reason) });
  failed("too slow");
  failed("no rows");
  failed("too slow");
  clock.at = 61_000;
  failed("no room");
  assert.deepEqual(said, [
    "warning: could not train: too slow",
    "warning: could not train: no rows",
    "warning: could not train: too slow (1 more time)",
    "warning: could not train: no room",
  ]);
});

test("only warnings and errors reach the terminal", () => {
  const { said, log } = lines();
  log.info("round opened");
  log.debug("detail");
  assert.deepEqual(said, []);
});

test("a daemon's last word comes after the warnings that were counted and not told yet", async (t) => {
  const said: string[] = [];
  const write = (text: string): void => void said.push(text.trimEnd().replace(/^\d\d:\d\d:\d\d /, ""));
  const out = createOutput(false, { out: { write }, err: { write } });
  const cli = { out, verbose: false, signal: new AbortController().signal };
  {
    using logger = daemonLogger(cli, { log: join(await makeTempFolder(t), "daemon.log") });
    logger.atEnd(() => out.say("stopped"));
    logger.warn("no chain");
    logger.warn("no chain");
  }
  assert.deepEqual(said, ["warning: no chain", "warning: no chain (1 more time)", "stopped"]);
});

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createClock } from "../../node/adapters/system/clock.ts";
import { createLogger } from "../../node/adapters/system/logger.ts";
import { createRandom } from "../../node/adapters/system/random.ts";
import { SwarmError } from "../../node/core/errors.ts";

const logged = (init: { level?: "debug" | "warn"; pretty?: boolean } = {}) => {
  const lines: string[] = [];
  return { lines, logger: createLogger({ ...init, destination: { write: (line) => void lines.push(line) } }) };
};

test("a log line is one JSON object: level, time, message, then context", () => {
  const { lines, logger } = logged();
  logger.child({ node: "north" }).info("The round is final", { round: 3, mask: 5n, hash: new Uint8Array(32) });
  assert.equal(lines.length, 1);
  const { time, ...line } = JSON.parse(lines[0] ?? "") as Record<string, unknown>;
  assert.match(String(time), /^\d{4}-\d\d-\d\dT/);
  assert.deepEqual(line, {
    level: "info",
    node: "north",
    msg: "The round is final",
    round: 3,
    mask: "5",
    hash: "32 bytes",
  });
});

test("an error is logged with its code, data and causes", () => {
  const { lines, logger } = logged();
  logger.warn("A fetch failed", {
    error: new SwarmError("PEER_TIMEOUT", "no answer", { peer: "x", size: 1n }, new Error("deeper")),
  });
  const { error } = JSON.parse(lines[0] ?? "") as { error: Record<string, unknown> };
  assert.equal(error.code, "PEER_TIMEOUT");
  assert.deepEqual(error.data, { peer: "x", size: "1" });
  assert.equal((error.cause as { message: string }).message, "deeper");
});

test("what is named like a secret is not written, wherever it stands", () => {
  const { lines, logger } = logged();
  logger.error("Should not happen", {
    password: "hunter22",
    keys: { privateKey: "0xdead", deep: { ageIdentity: "AGE-SECRET" } },
  });
  logger.child({ passphrase: "correct horse" }).error("Nor this");
  assert.doesNotMatch(lines.join(""), /hunter22|0xdead|AGE-SECRET|correct horse/);
});

test("lines below the level are left out; pretty ones are for people", () => {
  const { lines, logger } = logged({ level: "warn", pretty: true });
  logger.info("Quiet");
  logger.warn("Loud", { peers: 2 });
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? "", /WARN.*Loud[\s\S]*peers: 2/);
});

test("a log file is made with its folder, readable by its owner only, and appended to", (t) => {
  const dir = mkdtempSync(join(tmpdir(), "log-"));
  t.after(() => rmSync(dir, { recursive: true }));
  const file = join(dir, "deep", "node.log");
  createLogger({ destination: file }).info("one");
  createLogger({ destination: file }).info("two");
  assert.equal(readFileSync(file, "utf8").trim().split("\n").length, 2);
  if (process.platform !== "win32") assert.equal(statSync(file).mode & 0o777, 0o600);
});

test(
  "a full disk ends no program that logs: lines are counted, and it is said once",
  { skip: process.platform !== "linux" },
  () => {
    const source = `
      import { createLogger } from ${JSON.stringify(new URL("../../node/adapters/system/logger.ts", import.meta.url).href)};
      const logger = createLogger({ destination: "/dev/full" });
      for (let i = 0; i < 3; i++) logger.info("line", { i });
      console.log("goes on");`;
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", source], {
      encoding: "utf8",
    });
    assert.deepEqual({ status, stdout }, { status: 0, stdout: "goes on\n" }, stderr);
    assert.match(stderr, /^warning: the log \/dev\/full cannot be written: ENOSPC[^\n]*\n$/);
  },
);

test("a program whose standard error is on a full disk goes on, too", { skip: process.platform !== "linux" }, () => {
  const source = `
    import { createLogger } from ${JSON.stringify(new URL("../../node/adapters/system/logger.ts", import.meta.url).href)};
    const logger = createLogger({ pretty: false });
    for (let i = 0; i < 3; i++) logger.warn("line", { i });
    console.log("goes on");`;
  const full = openSync("/dev/full", "w");
  const { status, stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", source], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", full],
  });
  closeSync(full);
  assert.deepEqual({ status, stdout }, { status: 0, stdout: "goes on\n" });
});

test("sleeping ends with the signal's own reason", async () => {
  const clock = createClock();
  const controller = new AbortController();
  const reason = new SwarmError("PEER_CLOSED", "closing");
  const sleeping = clock.sleep(2 ** 40, controller.signal);
  controller.abort(reason);
  await assert.rejects(sleeping, (error) => error === reason);
  await assert.rejects(clock.sleep(1, controller.signal), (error) => error === reason);
  await clock.sleep(0, new AbortController().signal);
  await clock.sleep(2, new AbortController().signal);
});

test("random bytes have the asked length and differ", () => {
  const random = createRandom();
  assert.equal(random.bytes(0).length, 0);
  assert.equal(random.bytes(16).length, 16);
  assert.notDeepEqual(random.bytes(32), random.bytes(32));
});

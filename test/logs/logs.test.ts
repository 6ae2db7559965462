import assert from "node:assert/strict";
import { appendFile, mkdir, rename, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { gzipSync } from "node:zlib";
import { followFile } from "../../node/adapters/system/followFile.ts";
import { logFiles } from "../../node/adapters/system/logHistory.ts";
import { run } from "../../node/cli/commands/logs.ts";
import { harmless, isWanted, type LogLevel, parseEntry } from "../../node/cli/logRecord.ts";
import { createOutput } from "../../node/cli/output/output.ts";
import { since } from "../../node/cli/parseSince.ts";
import { hasCode, makeTempFolder } from "../ports/support.ts";

const line = (msg: string, level = "info", time = "2026-11-26T12:00:00.000Z"): string =>
  `${JSON.stringify({ level, time, msg })}\n`;

async function shown(
  home: string,
  options: { level?: LogLevel; since?: number; json?: boolean; verbose?: boolean } = {},
) {
  let text = "";
  const out = createOutput(options.json === true, {
    out: { write: (part) => void (text += part) },
    err: { write: () => undefined },
  });
  const signal = new AbortController().signal;
  await run({ out, verbose: options.verbose === true, signal }, { level: "info", ...options, home });
  return text.trimEnd().split("\n");
}

async function homeWith(t: TestContext, files: Record<string, string | Buffer>): Promise<string> {
  const home = await makeTempFolder(t);
  await mkdir(home, { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(join(home, name), content);
  return home;
}

test("rotated files come first, oldest first, packed or not", async (t) => {
  const home = await homeWith(t, {
    "daemon.log": line("fourth"),
    "daemon.log.1": line("third"),
    "daemon.log.10.gz": gzipSync(line("first")),
    "daemon.log.2.gz": gzipSync(line("second")),
    "daemon.log.old": line("not one of them"),
    "other.log.1": line("nor this"),
  });
  const messages = (await shown(home, { json: true })).map((text) => (JSON.parse(text) as { msg: string }).msg);
  assert.deepEqual(messages, ["first", "second", "third", "fourth"]);
  const dated = await homeWith(t, { "daemon.log-20261101.gz": "", "daemon.log-20261008": "", "daemon.log": "" });
  assert.deepEqual(
    (await logFiles(join(dated, "daemon.log"))).map((file) => file.slice(dated.length + 1)),
    ["daemon.log-20261008", "daemon.log-20261101.gz", "daemon.log"],
  );
});

test("lines are shown from a level and a time on; what cannot be read is shown as it is", async (t) => {
  const home = await homeWith(t, {
    "daemon.log":
      line("detail", "debug") +
      line("old", "error", "2026-11-25T00:00:00Z") +
      line("news") +
      line("trouble", "warn") +
      '{"level":"in',
  });
  assert.deepEqual(
    (await shown(home)).map((text) => text.replace(/^\[.*?\] /, "")),
    ["ERROR: old", "INFO: news", "WARN: trouble", '{"level":"in'],
  );
  const from = Date.parse("2026-11-26T00:00:00Z");
  assert.equal((await shown(home, { level: "warn", since: from })).length, 2);
  assert.equal((await shown(home, { level: "debug" })).length, 5);
  assert.deepEqual(JSON.parse((await shown(home, { json: true })).at(-1) ?? ""), { unreadable: '{"level":"in' });
});

test("a peer's words cannot move the terminal's cursor", async (t) => {
  const home = await homeWith(t, {
    "daemon.log": `${JSON.stringify({ level: "info", msg: "a\u001B[2Jb", peer: ["\u202Ex"] })}\nbroken\u001B[1A\n`,
  });
  const text = (await shown(home)).join("\n");
  // oxlint-disable-next-line no-control-regex -- the point of the test
  assert.doesNotMatch(text, /[\u001B\u202E]/);
  assert.match(text, /a\\u\{1b\}\[2Jb/);
  assert.deepEqual(harmless({ n: 1, b: [true, null] }), { n: 1, b: [true, null] });
});

test("a record is one line: the error's reason and code, and the facts that there are; its stack comes with --verbose", async (t) => {
  const error = {
    message: "no answer\nin time",
    code: "PEER_TIMEOUT",
    stack: "Error: no answer\n    at fetch",
    data: {},
  };
  const records = [
    { msg: "could not get an update", round: 3, peer: `0x${"ab".repeat(20)}`, error },
    { msg: "round opened", round: 1, members: 4, notEligible: [], phase: undefined, seconds: null },
    { msg: "finished", at: 1_800_000_123.5, evaluation: { rows: 22, loss: 0.162807721, auc: [] }, data: {} },
    { msg: "left out: no answer\nin time", error, missing: ["a", "b"] },
  ];
  const text = records.map((record) => `${JSON.stringify({ level: "warn", ...record })}\n`).join("");
  const home = await homeWith(t, { "daemon.log": text });
  assert.deepEqual(await shown(home), [
    "WARN: could not get an update: no answer in time (PEER_TIMEOUT)  round 3  peer 0xababab..abab",
    "WARN: round opened  round 1  members 4",
    "WARN: finished  at 1800000124  evaluation (rows 22, loss 0.1628)",
    "WARN: left out: no answer in time (PEER_TIMEOUT)  missing a, b",
  ]);
  const whole = await shown(home, { verbose: true });
  assert.match(whole.join("\n"), /at fetch/);
});

test("a node that never ran has no log, and says so", async (t) => {
  await assert.rejects(shown(await makeTempFolder(t)), hasCode("FILE_MISSING"));
});

test("following sees what is appended, and goes on after the file was cut or replaced", async (t) => {
  const path = join(await makeTempFolder(t), "daemon.log");
  const stop = new AbortController();
  const lines = followFile(path, 0, stop.signal);
  const next = async (): Promise<string | undefined> => (await lines.next()).value as string | undefined;
  const first = next();
  await writeFile(path, "one\ntw");
  assert.equal(await first, "one");
  const second = next();
  await appendFile(path, "o\n");
  assert.equal(await second, "two");
  const third = next();
  await truncate(path);
  await appendFile(path, "3\n");
  assert.equal(await third, "3");
  const fourth = next();
  await rename(path, `${path}.1`);
  await writeFile(path, "four, longer than before\n");
  assert.equal(await fourth, "four, longer than before");
  const last = next();
  stop.abort();
  assert.equal(await last, undefined);
});

test("times are given as ago, as a day or as a moment", () => {
  const now = Date.parse("2026-11-26T12:00:00Z");
  assert.equal(since("30m", now), now - 1_800_000);
  assert.equal(since("7d", now), now - 7 * 86_400_000);
  assert.equal(since("2026-11-26", now), now - 12 * 3_600_000);
  assert.equal(since("2026-11-26T13:00:00+02:00", now), now - 3_600_000);
  for (const text of ["", "7", "2w", "yesterday", "2026-13-01", "2026-11-26T12:00"])
    assert.throws(() => since(text, now), /A time ago such as/, text);
});

test("an entry without a level or a time is shown", () => {
  assert.equal(isWanted(parseEntry('{"msg":"x"}'), { level: "error", since: 5 }), true);
  assert.equal(parseEntry("[1]").record, undefined);
});

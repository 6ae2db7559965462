import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { after, before, test } from "node:test";
import { PROTOCOL_VERSION } from "../../node/core/primitives.ts";
import { writeRows } from "./support/files.ts";
import { type Desk, openDesk } from "./support/swarm.ts";
import { done, typing } from "./support/typing.ts";

/** What is said of a line that names no command, or gives it something else than it takes. */

let desk: Desk;
before(async () => void (desk = await openDesk()));
after(async () => desk[Symbol.asyncDispose]());
const { run, refused } = typing(() => desk);

test("a command that is a slip of the hand away is suggested, and nothing farther off", async () => {
  for (const [line, meant] of [
    ["stauts", "status"],
    ["node shwo", "show"],
    ["tsk show", "task"],
  ] as const)
    assert.match(await refused(line, 2, "USAGE_INVALID"), new RegExp(`Did you mean ${meant}\\?`), line);
  const said = await refused("task quit", 2, "USAGE_INVALID");
  assert.equal(said, "unknown command 'quit'; swarm task has create, approve, show, list, join");
  for (const line of ["node stop", "task leave", "config", "frobnicate"])
    assert.doesNotMatch(await refused(line, 2, "USAGE_INVALID"), /Did you mean/, line);
});

test("what people look for that is no command is answered by what to do instead", async () => {
  assert.match(await refused("node stop", 2, "USAGE_INVALID"), /Ctrl-C in its terminal, or by SIGTERM/);
  assert.match(await refused("config", 2, "USAGE_INVALID"), /node\.yaml/);
});

test("an account that is none is said in the words of who types it", async () => {
  assert.equal(
    await refused("license grant 0x1234 --home a", 2, "USAGE_INVALID"),
    `'0x1234' is not what <account> takes. An account is 0x and 40 hex digits, as "swarm account show --home <folder>" prints it.`,
  );
});

test("the version is the program's, as reports have it, and the protocol's", async () => {
  const { version } = JSON.parse(await readFile(resolve(import.meta.dirname, "../../package.json"), "utf8"));
  assert.equal((await run("--version")).stdout, `swarm ${version}, protocol ${PROTOCOL_VERSION}\n`);
});

test("a node with rows is told of its licence as a clinic, one without also as an auditor", async () => {
  await writeRows(desk.dir, "rows.csv", 2);
  assert.doesNotMatch(done(await run("node init --home clinic --data rows.csv")).stdout, /audit/);
  assert.match(done(await run("node init --home other")).stdout, /needs none: tell the authority.* --auditor/);
});

test("options that a command cannot do without stand in its usage", async () => {
  assert.match(
    (await run("data check --help")).stdout,
    /^Usage: swarm data check --task <file> \[options\] \[rows\]$/m,
  );
  assert.match((await run("status --help")).stdout, /^Usage: swarm status \[options\]$/m);
});

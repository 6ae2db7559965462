import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";

/** How a command's process ends: signals, a parent that goes, errors of the file system. */

const PERFORM = new URL("../../node/cli/perform.ts", import.meta.url).href;
/** Says when it was told to stop, and ends when its standard input does. */
const SLOW = `async ({ out, signal }) => {
  signal.addEventListener("abort", () => out.say("stopping"));
  out.say("ready");
  for await (const _ of process.stdin);
}`;

interface Command {
  process: ChildProcess;
  shows(text: string): Promise<void>;
  ended: Promise<{ code: number | null; signal: string | null; out: string; err: string }>;
}

function command(action: string, stdio: "pipe" | "ipc" = "pipe"): Command {
  const source = `import { perform } from ${JSON.stringify(PERFORM)}; await perform({}, ${action});`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", source], {
    stdio: ["pipe", "pipe", "pipe", ...(stdio === "ipc" ? (["ipc"] as const) : [])],
  });
  let out = "";
  let err = "";
  child.stderr?.on("data", (chunk) => (err += chunk));
  const shown = new Set<() => void>();
  child.stdout?.on("data", (chunk) => {
    out += chunk;
    for (const look of shown) look();
  });
  const ended = once(child, "close").then(([code, signal]) => ({ code, signal, out, err }));
  const shows = (text: string): Promise<void> =>
    new Promise((done, fail) => {
      const look = (): void => void (out.includes(text) && done());
      shown.add(look);
      look();
      void ended.then(() => fail(new Error(`ended without ${text}: ${out}${err}`)));
    });
  return { process: child, ended, shows };
}

const noSignals = { timeout: 60_000, skip: process.platform === "win32" };

test("SIGHUP stops a command in order, as SIGTERM does", noSignals, async () => {
  const it = command(SLOW);
  await it.shows("ready");
  it.process.kill("SIGHUP");
  await it.shows("stopping");
  it.process.stdin?.end();
  assert.deepEqual(await it.ended, { code: 0, signal: null, out: "ready\nstopping\n", err: "" });
});

test("a signal that comes twice at once counts once", noSignals, async () => {
  const it = command(SLOW);
  await it.shows("ready");
  it.process.kill("SIGTERM");
  it.process.kill("SIGHUP");
  await it.shows("stopping");
  it.process.stdin?.end();
  assert.equal((await it.ended).code, 0);
});

test("a command with a channel to its parent stops when the parent has gone", noSignals, async () => {
  const it = command(SLOW, "ipc");
  await it.shows("ready");
  // After this no "close" comes here any more.
  const exit = once(it.process, "exit");
  it.process.disconnect();
  await it.shows("stopping");
  it.process.stdin?.end();
  assert.deepEqual(await exit, [0, null]);
});

test("a channel to its parent keeps no command from ending", async () => {
  assert.equal((await command(`async () => undefined`, "ipc").ended).code, 0);
});

for (const [what, action, code, says] of [
  ["is missing", `(await import("node:fs/promises")).readFile("/no/such/file")`, 2, /error: \/no\/such\/file .*ENOENT/],
  ["is a folder", `(await import("node:fs/promises")).readFile("/")`, 2, /error:.*EISDIR/],
  ["is on a full disk", `(await import("node:fs/promises")).writeFile("/dev/full", "x")`, 1, /error: no room left/],
] as const) {
  test(`a file that ${what} is no bug of the program`, { skip: process.platform !== "linux" }, async () => {
    const result = await command(`async () => { await ${action}; }`).ended;
    assert.equal(result.code, code, result.err);
    assert.match(result.err, says);
    assert.doesNotMatch(result.err, /bug/);
  });
}

test("what the program does not know stays a bug", async () => {
  const result = await command(`async () => { throw new TypeError("x is not y"); }`).ended;
  assert.equal(result.code, 1);
  assert.match(result.err, /this is a bug[\s\S]*x is not y/);
});

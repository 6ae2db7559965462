import assert from "node:assert/strict";
import { existsSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { ended, makeProject, type Project, says } from "./project.ts";

let project: Project;
beforeEach(() => {
  project = makeProject();
  project.write(
    "hello.ts",
    "const text: string = `hello ${process.argv.slice(2).join(',')}`;\nconsole.log(text);\nprocess.exitCode = 3;\n",
  );
});
afterEach(() => rmSync(project.dir, { recursive: true }));

const run = (args: readonly string[], env: Record<string, string> = {}) => ended(project.launch(args, { env }));

test("the first run installs the runtime's packages only, says so, then runs the script with its arguments and status", async () => {
  const { status, out, err } = await run(["hello.ts", "a", "--b"]);
  assert.equal(out, "hello a,--b\n");
  assert.equal(status, 3);
  assert.match(err, /first run: installing packages/);
  assert.equal(project.npmCalls().length, 1);
  assert.match(project.npmCalls()[0] ?? "", /^ci --omit=dev --ignore-scripts --include=optional/);
  assert.deepEqual(await run(["hello.ts"]), { status: 3, out: "hello \n", err: "" });
  assert.equal(project.npmCalls().length, 1);
});

test("tests and builds install what else they need, once", async () => {
  await run(["--development", "--setup-only"]);
  assert.equal(project.npmCalls().length, 1);
  assert.doesNotMatch(project.npmCalls()[0] ?? "", /omit/);
  await run(["--setup-only"]);
  await run(["--development", "--setup-only"]);
  assert.equal(project.npmCalls().length, 1);
});

test("development packages are added to a runtime that is installed", async () => {
  await run(["--setup-only"]);
  await run(["--development", "--setup-only"]);
  assert.match(project.npmCalls()[1] ?? "", /^install --no-save .*--include=dev/);
});

test("an install that fails stops everything, and the next run repeats it", async () => {
  const broken = await run(["hello.ts"], { NPM_DIES: "1" });
  assert.equal(broken.status, 9);
  assert.equal(broken.out, "");
  assert.match(broken.err, /failed/);
  assert.ok(!existsSync(join(project.dir, ".swarm", "setup.lock")));
  const again = await run(["hello.ts"]);
  assert.equal(again.status, 3);
  assert.match(again.err, /unfinished/);
});

test("a package of another version than the lock file's is installed again", async () => {
  await run(["--setup-only"]);
  writeFileSync(
    join(project.dir, "package-lock.json"),
    JSON.stringify({ packages: { "node_modules/used": { version: "1.0.1" } } }),
  );
  await run(["--setup-only"]);
  assert.equal(project.npmCalls().length, 2);
});

test("of two that start at once one installs and the other waits", async () => {
  const both = await Promise.all([run(["hello.ts"], { NPM_TAKES: "400" }), run(["hello.ts"], { NPM_TAKES: "400" })]);
  assert.deepEqual(
    both.map(({ status }) => status),
    [3, 3],
  );
  assert.equal(project.npmCalls().length, 1);
});

test("the lock of a set-up that was killed does not stop the next", async () => {
  // No process has this id: the largest that Linux gives is 2^22.
  project.write(".swarm/setup.lock", `${2 ** 30}\n`);
  assert.equal((await run(["hello.ts"])).status, 3);
});

test("the project's own command is linked for npx", { skip: process.platform === "win32" }, async () => {
  await run(["--setup-only"]);
  assert.equal(
    readlinkSync(join(project.dir, "node_modules", ".bin", "swarm")),
    join("..", "..", "scripts", "swarm.mjs"),
  );
});

test(
  "a signal reaches the script once; the launcher waits for its end and takes over its status",
  { skip: process.platform === "win32" },
  async () => {
    project.write(
      "slow.ts",
      `let n = 0; setInterval(() => {}, 1000);
    process.on("SIGTERM", () => { n += 1; if (n === 1) setTimeout(() => { console.log("signals", n); process.exit(5); }, 300); });
    console.log("ready");`,
    );
    await run(["--setup-only"]);
    const child = project.launch(["slow.ts"]);
    const all = ended(child);
    await says(child, "ready");
    child.kill("SIGTERM");
    assert.deepEqual(await all, { status: 5, out: "ready\nsignals 1\n", err: "" });
  },
);

test("a second signal is passed on too", { skip: process.platform === "win32" }, async () => {
  project.write(
    "stubborn.ts",
    `let n = 0; setInterval(() => {}, 1000);
    process.on("SIGTERM", () => { n += 1; console.log("got", n); if (n === 2) process.exit(6); });
    console.log("ready");`,
  );
  await run(["--setup-only"]);
  const child = project.launch(["stubborn.ts"]);
  const all = ended(child);
  await says(child, "ready");
  child.kill("SIGTERM");
  await says(child, "got 1");
  // Within 200 ms two signals count as one: npm passes on what its whole group got.
  await new Promise((done) => setTimeout(done, 250));
  child.kill("SIGTERM");
  assert.equal((await all).status, 6);
});

test(
  "a script that a signal killed gives 128 and the signal's number",
  { skip: process.platform === "win32" },
  async () => {
    project.write("victim.ts", `process.kill(process.pid, "SIGKILL");`);
    assert.equal((await run(["victim.ts"])).status, 137);
  },
);

test("wrong use of the launcher is explained", async () => {
  const { status, err } = await run(["--nonsense"]);
  assert.equal(status, 1);
  assert.match(err, /unknown option --nonsense/);
  assert.equal((await run([])).status, 1);
});

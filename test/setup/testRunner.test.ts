import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { after, before, test } from "node:test";
import { ended, makeProject, type Project } from "./project.ts";

let project: Project;
before(() => {
  project = makeProject();
  project.write(
    "test/good.test.ts",
    `import { test, suite } from "node:test"; suite("s", () => { test("a", () => {}); test("b", () => {}); }); test("c", { skip: true }, () => {});`,
  );
  project.write(
    "test/deep/bad.test.ts",
    `import { test } from "node:test"; test("d", () => { throw new Error("no"); }); test("e", () => {});`,
  );
  project.write("test/broken/broken.test.ts", `import "./nothing.ts";`);
  project.write("test/faults/long.test.ts", `import { test } from "node:test"; test("takes minutes", () => {});`);
});
after(() => rmSync(project.dir, { recursive: true }));

const run = async (...args: string[]) => {
  const { status, out, err } = await ended(project.launch(["scripts/test.ts", ...args]));
  return { status, last: out.trim().split("\n").at(-1), err };
};

test("tests are counted, not suites or files, and the last line says how many", async () => {
  const { status, last } = await run("test/good.test.ts");
  assert.deepEqual({ status, last }, { status: 0, last: "2 passed, 0 failed, 1 skipped" });
});

test("a failing test gives a failing status, folders are searched", async () => {
  const { status, last } = await run("test/deep", "test/good.test.ts");
  assert.deepEqual({ status, last }, { status: 1, last: "3 passed, 1 failed, 1 skipped" });
});

test("a file that cannot be loaded counts as failed", async () => {
  const { status, last } = await run("test/broken");
  assert.deepEqual({ status, last }, { status: 1, last: "0 passed, 1 failed" });
});

test("a name pattern picks tests; picking none is a failure, not a success", async () => {
  const one = await run("test/good.test.ts", "--test-name-pattern=^s a$");
  assert.deepEqual({ status: one.status, last: one.last }, { status: 0, last: "1 passed, 0 failed" });
  assert.equal((await run("test/good.test.ts", "--test-name-pattern=nothing")).status, 1);
});

test("a path that does not exist is named", async () => {
  const { status, err } = await run("test/none");
  assert.equal(status, 1);
  assert.match(err, /there is no test\/none/);
});

test("fault scenarios run where they are named only", async () => {
  assert.match((await run("test", "--test-name-pattern=minutes")).last ?? "", /^0 passed/);
  assert.equal((await run("test/faults")).last, "1 passed, 0 failed");
});

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { scenarios } from "../../scripts/testing/faultScenarios.ts";
import { ended } from "./project.ts";

const ROOT = join(import.meta.dirname, "../..");

const faults = (...args: string[]) =>
  ended(
    spawn(process.execPath, [join(ROOT, "scripts/faults.ts"), ...args], {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "pipe"],
    }),
  );

test("every fault scenario is listed, and every one listed is there", () => {
  const files = globSync("test/faults/*.test.ts", { cwd: ROOT }).map((file) => basename(file, ".test.ts"));
  assert.deepEqual(scenarios.map(({ name }) => name).sort(), files.sort());
});

test("--list names them without running any, --quick those of every change", async () => {
  const all = await faults("--list");
  assert.equal(all.status, 0, all.err);
  const lines = all.out.trim().split("\n");
  assert.equal(lines.length, scenarios.length);
  for (const [i, { name, about }] of scenarios.entries())
    assert.ok(lines[i]?.startsWith(`${name} `) && lines[i].endsWith(about), lines[i]);
  const quick = (await faults("--list", "--quick")).out.trim().split("\n");
  assert.deepEqual(
    quick.map((line) => line.split(" ")[0]),
    scenarios.filter((scenario) => scenario.quick).map(({ name }) => name),
  );
  assert.ok(quick.length < scenarios.length);
});

test("a name that there is not, and an option that there is not, run nothing", async () => {
  const name = await faults("nothing");
  assert.equal(name.status, 2);
  assert.match(name.err, /there is no scenario nothing: see npm run test:faults -- --list/);
  assert.equal((await faults("--nothing")).status, 2);
});

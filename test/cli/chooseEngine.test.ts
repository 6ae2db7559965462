import assert from "node:assert/strict";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, test } from "node:test";
import { readyFile } from "../../node/adapters/tfjs/native/folder.ts";
import { chooseEngine } from "../../node/cli/chooseEngine.ts";
import type { TaskDocument } from "../../node/core/task/document.ts";
import type { Logger } from "../../node/ports/logger.ts";
import { temporaryFolder } from "../learner/rows.ts";
import { documentOf } from "../task/fixture.ts";

const folder = await temporaryFolder();
const { signal } = new AbortController();
const document = documentOf([{ type: "dense", units: 3 }]);
const other = documentOf([
  { type: "dense", units: 8 },
  { type: "dense", units: 3 },
]);

afterEach(() => delete process.env.SWARM_NATIVE);

/** A choice, and what was logged about it. */
async function choose(setting: "auto" | "wasm" | "native", file: string, task: TaskDocument = document) {
  const lines: string[] = [];
  const say = (text: string): void => void lines.push(text);
  const logger: Logger = { debug: say, info: say, warn: say, error: say, child: () => logger };
  const engine = await chooseEngine(setting, { document: task, file: join(folder, file), logger, signal });
  return { engine, lines };
}

const without = (): void => void (process.env.SWARM_NATIVE = join(folder, "nothing"));

/** An engine that seems to be there and does not load. */
async function withBroken(): Promise<void> {
  const built = join(folder, "broken");
  const pkg = join(built, "node_modules", "@tensorflow", "tfjs-node");
  await mkdir(pkg, { recursive: true });
  await writeFile(join(pkg, "index.js"), 'throw new Error("no libraries");');
  await writeFile(readyFile(built), "{}");
  process.env.SWARM_NATIVE = built;
}

test("what an operator asks for is taken; an engine that is not there is an error, never another one instead", async () => {
  without();
  assert.equal((await choose("wasm", "asked.json")).engine, "wasm");
  await assert.rejects(choose("native", "asked.json"), { code: "TRAINING_ENGINE", message: /setup:native/ });
});

test("auto without the native engine is wasm, and one line says why", async () => {
  without();
  const { engine, lines } = await choose("auto", "alone.json");
  assert.equal(engine, "wasm");
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? "", /native one is not used: .*setup:native/);
});

test("auto measures what is there, warns of what does not load, and keeps the choice in a file of its own", async () => {
  await withBroken();
  const { engine, lines } = await choose("auto", "kept.json");
  assert.equal(engine, "wasm");
  assert.match(lines.join("\n"), /native engine does not work here: .*no libraries/);
  const file = join(folder, "kept.json");
  const kept = JSON.parse(await readFile(file, "utf8")) as { engine: string; ms: { wasm: number } };
  assert.equal(kept.engine, "wasm");
  assert.ok(kept.ms.wasm > 0);
  if (process.platform !== "win32") assert.equal((await stat(file)).mode & 0o777, 0o600);
});

test("a kept choice holds over restarts, for the same model", async () => {
  await withBroken();
  const file = join(folder, "model.json");
  await choose("auto", "model.json");
  const { model } = JSON.parse(await readFile(file, "utf8")) as { model: string };
  await writeFile(file, JSON.stringify({ engine: "native", model, ms: { wasm: 2, native: 1 } }));
  const { engine, lines } = await choose("auto", "model.json");
  assert.equal(engine, "native");
  assert.match(lines.join("\n"), /fastest when measured/);
  assert.equal((await choose("auto", "model.json", other)).engine, "wasm");
});

test("a file that says nothing is made anew", async () => {
  await withBroken();
  for (const text of ["", "{", '{"engine":"gpu"}']) {
    await writeFile(join(folder, "torn.json"), text);
    assert.equal((await choose("auto", "torn.json")).engine, "wasm");
  }
});

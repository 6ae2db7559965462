import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { z } from "zod";
import { readNodeFile, writeNodeFile } from "../../node/adapters/taskfile/nodeFile.ts";
import { nodeJsonSchema, nodeSchema } from "../../node/adapters/taskfile/nodeSchema.ts";
import { schemaOf, schemaText } from "../../node/cli/commands/schema.ts";
import { read, root } from "../docs/support/walk.ts";
import { makeTempFolder } from "../ports/support.ts";

const EXAMPLES = ["wdbc/task.yaml", "digits/task.yaml", "digits-cnn/task.yaml", "trainers/digits-linear.yaml"];

test("the committed schemas are what the program prints", () => {
  for (const name of ["node", "task"] as const) {
    assert.equal(
      read(`docs/schema/${name}.json`),
      schemaText(name),
      `npx swarm schema ${name} > docs/schema/${name}.json`,
    );
  }
});

test("each field of node.yaml is described, and unknown ones are refused", () => {
  const { properties = {}, additionalProperties, required } = nodeJsonSchema();
  assert.deepEqual(Object.keys(properties), Object.keys(nodeSchema.shape));
  for (const [name, { description }] of Object.entries(properties))
    assert.match(String(description), /^[A-Z].*\.?$/, name);
  assert.equal(additionalProperties, false);
  assert.deepEqual(required, ["listen"]);
});

test("a written node.yaml names the schema, at a place that exists, and is read back", async (t) => {
  const path = join(await makeTempFolder(t), "node.yaml");
  const settings = { listen: ["/ip4/127.0.0.1/tcp/1"], metrics: 9464 };
  await writeNodeFile(path, settings);
  const [line = ""] = (await readFile(path, "utf8")).split("\n");
  const [, url = ""] = /^# yaml-language-server: \$schema=(file:\S+)$/.exec(line) ?? [];
  assert.equal(fileURLToPath(url), join(root, "docs/schema/node.json"));
  assert.deepEqual(await readNodeFile(path), settings);
});

test("the schemas take what the program takes, and refuse what it refuses, as another reader of them sees it", async (t) => {
  const task = z.fromJSONSchema(schemaOf("task") as Parameters<typeof z.fromJSONSchema>[0]);
  for (const example of EXAMPLES) {
    const text = read(`examples/${example}`);
    assert.match(text, /^# yaml-language-server: \$schema=\.\.\/\.\.\/docs\/schema\/task\.json\n/);
    const document = parse(text) as Record<string, unknown>;
    assert.equal(task.safeParse(document).success, true, example);
    assert.equal(task.safeParse({ ...document, surprise: 1 }).success, false);
    assert.equal(task.safeParse({ ...document, version: 99 }).success, false);
  }
  const node = z.fromJSONSchema(schemaOf("node") as Parameters<typeof z.fromJSONSchema>[0]);
  const listen = ["/ip4/127.0.0.1/tcp/1"];
  const path = join(await makeTempFolder(t), "node.yaml");
  // That reader does not know \p{L} of what accounts may be called, so no valid names are here.
  for (const settings of [
    { listen },
    { listen, metrics: 9464, engine: "auto" },
    { listen, trainer: { command: "./t.py", maxMinutes: 5 } },
    {},
    { listen: [] },
    { listen, metrics: 70_000 },
    { listen, metrics: "here" },
    { listen, engine: "gpu" },
    { listen, names: { nobody: "clinic-b" } },
    { listen, listn: 1 },
  ]) {
    await writeFile(path, JSON.stringify(settings));
    const taken = await readNodeFile(path).then(
      () => true,
      () => false,
    );
    assert.equal(node.safeParse(settings).success, taken, JSON.stringify(settings));
  }
});

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { readNodeFile, setInNodeFile } from "../../node/adapters/taskfile/nodeFile.ts";
import { nameIn, namesOf } from "../../node/cli/names.ts";

const A = `0x${"aB".repeat(20)}`;
const B = `0x${"0c".repeat(20)}`;
const LISTEN = "listen: [/ip4/127.0.0.1/tcp/1]\n";
let dir: string;
const file = async (text: string): Promise<string> => {
  const path = join(dir, "node.yaml");
  await writeFile(path, LISTEN + text);
  return path;
};

before(async () => {
  dir = await mkdtemp(join(tmpdir(), "swarm-node-file-"));
});
after(() => rm(dir, { recursive: true, force: true }));

test("names are for accounts in any letters, with or without quotes, and stay when another setting changes", async () => {
  const path = await file(`names:\n  ${A}: clinic-a\n  "${B}": Zürich 2\n`);
  await setInNodeFile(path, { task: `0x${"7".repeat(64)}` });
  const nameOf = nameIn(namesOf(await readNodeFile(path)));
  assert.deepEqual(
    [nameOf(A.toLowerCase() as "0x"), nameOf(B as "0x"), nameOf(`0x${"12".repeat(20)}`)],
    ["clinic-a", "Zürich 2", "0x121212..1212"],
  );
});

test("a file without names has none", async () => {
  assert.equal(namesOf(await readNodeFile(await file(""))).size, 0);
});

test("the engine is one of those that there are", async () => {
  assert.equal((await readNodeFile(await file("engine: native\n"))).engine, "native");
  await assert.rejects(readNodeFile(await file("engine: gpu\n")), { code: "NODE_FILE_INVALID", message: /engine: / });
});

test("a field that there is not is named with line and column, and with the one that was meant", async () => {
  const path = await file("dta: rows.csv\nfrobnicate: 1\n");
  const message = `${path}:2:1: dta: is no setting of a node; did you mean "data"?
${path}:3:1: frobnicate: is no setting of a node; allowed are network, rpc, listen, announce, data, task, engine, trainer, metrics, names`;
  await assert.rejects(readNodeFile(path), { code: "NODE_FILE_INVALID", message });
  await assert.rejects(readNodeFile(await file('rpc: "127.0.0.1:8545"\n')), {
    message: /node\.yaml:2:1: rpc: must be a URL/,
  });
});

for (const [what, text, says] of [
  ["a key that is no account", "  0x12: clinic-a", /names\.0x12: .*0x and 40 hex digits/s],
  ["a name that would move the cursor", `  ${A}: "a\\e[31m"`, /names\.0x.*1 to 40 letters/s],
  ["an empty name", `  ${A}: ""`, /1 to 40 letters/],
  ["a name of two accounts", `  ${A}: same\n  ${B}: same`, /names: must have every account and every name once/],
  ["an account twice", `  ${A}: one\n  ${A.toLowerCase()}: two`, /names: must have every account and every name once/],
] as const) {
  test(`NODE_FILE_INVALID: ${what}`, async () => {
    const error = await readNodeFile(await file(`names:\n${text}\n`)).catch((reason: unknown) => reason);
    assert.equal((error as { code?: string }).code, "NODE_FILE_INVALID", String(error));
    assert.match((error as Error).message, says);
  });
}

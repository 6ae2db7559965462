import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { readNodeFile } from "../../node/adapters/taskfile/nodeFile.ts";
import { homeOf } from "../../node/cli/home.ts";
import { chooseTrainer, commandOf } from "../../node/cli/trainer.ts";
import { protectionWords } from "../../node/cli/words/protections.ts";
import { temporaryFolder } from "../learner/rows.ts";

const folder = await temporaryFolder();
const home = homeOf({ home: folder });

async function settings(trainer: string) {
  const path = join(folder, "node.yaml");
  await writeFile(path, `listen: [/ip4/127.0.0.1/tcp/4001]\n${trainer}\n`);
  return readNodeFile(path);
}

test("a trainer in node.yaml is a command, or one with bounds, and runs in the node's folder", async () => {
  const short = await settings("trainer: python3 trainer.py");
  assert.deepEqual(chooseTrainer(short, home, undefined), { settings: { command: "python3 trainer.py" }, cwd: folder });
  const long = await settings(
    "trainer: { command: ./t, environment: [GPU], network: allowed, maxMemoryMiB: 100, maxMinutes: 0.5 }",
  );
  const bounds = { environment: ["GPU"], network: "allowed", maxMemoryMiB: 100, maxMinutes: 0.5 };
  assert.deepEqual(chooseTrainer(long, home, undefined), { settings: { command: "./t", ...bounds }, cwd: folder });
  assert.deepEqual([commandOf(short), commandOf(long)], ["python3 trainer.py", "./t"]);
});

test("one on the command line runs where it was typed, within the same bounds", async () => {
  const long = await settings("trainer: { command: ./t, maxMemoryMiB: 100 }");
  const cwd = process.cwd();
  assert.deepEqual(chooseTrainer(long, home, "./other"), { settings: { command: "./other", maxMemoryMiB: 100 }, cwd });
  const none = await settings("");
  assert.deepEqual(chooseTrainer(none, home, "./other"), { settings: { command: "./other" }, cwd });
  assert.equal(chooseTrainer(none, home, undefined), undefined);
});

test("what makes no sense in node.yaml is refused with the field's name", async () => {
  for (const trainer of [
    "trainer: ''",
    "trainer: {}",
    "trainer: { command: t, memory: 5 }",
    "trainer: { command: t, network: some }",
    "trainer: { command: t, environment: [A=B] }",
  ])
    await assert.rejects(settings(trainer), { code: "NODE_FILE_INVALID", message: /trainer/ });
});

test("people are told which protections are on and which are not", () => {
  const all = { noNetwork: true, keysHidden: true, endsWithDaemon: true, memoryLimited: true };
  assert.deepEqual(protectionWords(all), [
    "the trainer is kept apart: without network, the node's keys are hidden, ends with this daemon, memory limited",
  ]);
  const [on, off] = protectionWords({ ...all, noNetwork: false, keysHidden: false });
  assert.equal(on, "the trainer is kept apart: ends with this daemon, memory limited");
  assert.match(off ?? "", /but not: the network can be reached; the node's keys can be read/);
  assert.equal(
    protectionWords({ noNetwork: false, keysHidden: false, endsWithDaemon: false, memoryLimited: false }).length,
    1,
  );
});

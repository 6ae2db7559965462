import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Cli } from "../../node/cli/cli.ts";
import { type DoctorOptions, run } from "../../node/cli/commands/doctor.ts";
import type { Finding } from "../../node/cli/doctor/check.ts";
import { judgeClock } from "../../node/cli/doctor/clock.ts";
import { checkKeys } from "../../node/cli/doctor/keys.ts";
import { checkArithmetic, checkNode } from "../../node/cli/doctor/machine.ts";

let dir: string;
before(async () => {
  dir = await mkdtemp(join(tmpdir(), "swarm-doctor-"));
  process.env.SWARM_NATIVE = join(dir, "no-native");
});
after(async () => {
  delete process.env.SWARM_NATIVE;
  await rm(dir, { recursive: true, force: true });
});

interface Report {
  ok: boolean;
  findings: Finding[];
}

async function doctor(options: DoctorOptions = {}) {
  let report: Report | undefined;
  const said: string[] = [];
  const out: Cli["out"] = {
    isJson: true,
    say: (text) => void said.push(text),
    note: () => undefined,
    json: (value) => void (report = value as Report),
  };
  const exitCode = await run({ out, verbose: false, signal: new AbortController().signal }, options);
  assert.ok(report !== undefined);
  const stateOf = (name: string) => report?.findings.find((finding) => finding.name === name)?.state;
  return { exitCode, report, stateOf, text: said.join("\n") };
}

test("says what there is, how fast each engine trains the task's model, and that a node can run", async () => {
  const task = join(import.meta.dirname, "../../examples/digits-cnn/task.yaml");
  const { exitCode, report, stateOf, text } = await doctor({ task });
  assert.equal(exitCode, 0);
  assert.equal(report.ok, true);
  assert.equal(stateOf("training engine wasm"), "good");
  const engine = report.findings.find(({ name }) => name === "training engine wasm");
  assert.equal(engine?.data?.task, "digits-cnn");
  assert.ok((engine?.data?.ms as number) > 0);
  assert.equal(stateOf("training engine native"), "lacking");
  for (const name of ["Node.js", "arithmetic of merges", "disk", "clock"]) assert.equal(stateOf(name), "good", name);
  assert.match(text, /a node can run here/);
});

test(
  "key files that others can read, and a network that does not answer: exit code 1",
  { skip: process.platform === "win32" },
  async () => {
    const home = join(dir, "clinic");
    await mkdir(join(home, "keys"), { recursive: true, mode: 0o700 });
    await writeFile(join(home, "keys", "peer.key"), "", { mode: 0o600 });
    await chmod(join(home, "keys", "peer.key"), 0o644);
    const { exitCode, report, stateOf } = await doctor({ home, network: join(dir, "none.json") });
    assert.equal(exitCode, 1);
    assert.equal(report.ok, false);
    assert.equal(stateOf("key files"), "missing");
    assert.equal(stateOf("clock"), "missing");
    await chmod(join(home, "keys", "peer.key"), 0o600);
    assert.equal((await checkKeys(join(home, "keys"))).state, "good");
    assert.match((await checkKeys(join(dir, "nobody"))).text, /is missing/);
  },
);

test("a new node's folder: what its settings do not name yet is missing, with what to do", async () => {
  const home = join(dir, "new");
  await mkdir(join(home, "keys"), { recursive: true, mode: 0o700 });
  await writeFile(join(home, "node.yaml"), "listen: [/ip4/127.0.0.1/tcp/0]\n");
  const { exitCode, report, stateOf } = await doctor({ home });
  assert.equal(exitCode, 1);
  assert.deepEqual([stateOf("chain"), stateOf("rows"), stateOf("ports")], ["missing", "missing", "good"]);
  for (const { state, name, fix } of report.findings)
    if (name === "chain" || name === "rows") assert.match(fix ?? "", /node\.yaml/, state);
  await writeFile(join(home, "node.yaml"), "listn: []\n");
  assert.equal((await doctor({ home })).stateOf("settings"), "missing");
});

test("a node whose rows do not fit the task cannot run it", async () => {
  const home = join(dir, "misfit");
  await mkdir(join(home, "keys"), { recursive: true, mode: 0o700 });
  await writeFile(join(home, "node.yaml"), "listen: [/ip4/127.0.0.1/tcp/0]\ndata: rows.csv\n");
  await writeFile(join(home, "rows.csv"), "a,label\n1,0\n");
  const task = join(import.meta.dirname, "../../examples/wdbc/task.yaml");
  const { exitCode, stateOf, text } = await doctor({ home, task });
  assert.deepEqual([exitCode, stateOf("rows"), stateOf("rows for task")], [1, "good", "missing"]);
  assert.match(text, /^rows for task: .*rows\.csv:1: no column "mean_radius"/m);
});

test("a clock is wrong only where it is behind the last block by more than half a minute", () => {
  assert.equal(judgeClock(1000, 1031).state, "missing");
  assert.equal(judgeClock(1000, 1030).state, "good");
  assert.equal(judgeClock(100_000, 1000).state, "good");
  assert.equal(judgeClock(1000, undefined).state, "good");
});

test("versions of Node.js that do not run TypeScript, and kernels that there are not", () => {
  for (const [version, state] of [
    ["20.20.2", "missing"],
    ["22.17.9", "missing"],
    ["22.18.0", "good"],
    ["24.0.0", "good"],
  ] as const)
    assert.equal(checkNode(version).state, state, version);
  assert.equal(checkArithmetic(undefined).state, "good");
  assert.equal(checkArithmetic("gpu").state, "missing");
});

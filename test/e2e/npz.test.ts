import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { digitsNpz, digitsSection, readDigits } from "../data/support/digits.ts";
import { openSwarm, type TestSwarm } from "./support/swarm.ts";

/** Four real daemons whose clinics have their digits as arrays of NumPy's. */

const ROUNDS = 2;
const ROWS = 300;
let dir: string;
let swarm: TestSwarm;

before(async () => {
  dir = await mkdtemp(join(tmpdir(), "swarm-npz-"));
  const digits = await readDigits();
  const data: string[] = [];
  for (let site = 0; site < 4; site++) {
    const path = join(dir, `site-${site}.npz`);
    await writeFile(path, digitsNpz(digits, digits.lines.slice(site * ROWS, (site + 1) * ROWS)));
    data.push(path);
  }
  const layers = [{ type: "flatten" }, { type: "dense", units: 32, activation: "relu" }, { type: "dense", units: 10 }];
  const changes = {
    data: digitsSection,
    "model.layers": layers,
    "training.localEpochs": 5,
    "training.classWeights": "balanced",
    "training.split": { by: "content" },
  };
  swarm = await openSwarm(ROUNDS, changes, { seeded: true, data });
});

after(async () => {
  await swarm?.[Symbol.asyncDispose]();
  await rm(dir, { recursive: true, force: true });
});

test("a swarm learns from npz files, ends with one model, and the audit finds it right", async () => {
  const daemons = await swarm.runAll();
  const ends = await Promise.all(daemons.map((daemon) => daemon.final(ROUNDS)));
  const models = new Set(ends.map((event) => String((event as unknown as { modelHash: string }).modelHash)));
  assert.equal(models.size, 1, [...models].join(" "));
  assert.match([...models][0] as string, /^0x[0-9a-f]{64}$/);
  const { code, json, stderr } = await swarm.swarm("audit", "--home", swarm.at.auditor);
  assert.deepEqual([code, json.verdict], [0, "right"], stderr);
});

import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { openDisk } from "../../node/adapters/disk/openDisk.ts";
import { homeOf } from "../../node/cli/home.ts";
import { readOwnLayers, readOwnModel } from "../../node/cli/ownModel.ts";
import { encodeWeights } from "../../node/core/codec.ts";
import { initialLocal, initialWeights } from "../../node/core/task/initialModel.ts";
import { record } from "../../node/daemon/journal.ts";
import { silent } from "../learner/rows.ts";
import { documentOf, taskDocument } from "../task/fixture.ts";
import { HASH } from "./support/ledger.ts";

const dir = await mkdtemp(join(tmpdir(), "swarm-own-"));
after(() => rm(dir, { recursive: true, force: true }));
const TASK = HASH("7");
const document = documentOf([
  { type: "dense", units: 4 },
  { type: "batchNormalization", local: true },
  { type: "dense", units: 3 },
]);

/** Own layers of which each value is this one. */
const layers = (value: number) => ({
  ...initialLocal(document),
  values: initialLocal(document).values.slice().fill(value),
});

test("the own model and layers are those of the latest training for this task, while the daemon has the folder", async () => {
  const home = homeOf({ home: join(dir, "clinic") });
  await using disk = Object.assign(await openDisk(home.disk, { logger: silent }), {
    async [Symbol.asyncDispose](this: { close(): Promise<void> }) {
      await this.close();
    },
  });
  assert.deepEqual(await readOwnLayers(home, document, TASK), { own: initialLocal(document), trained: false });
  await assert.rejects(readOwnModel(home, document, TASK), { code: "LOCAL_MODEL_MISSING", message: /trained/ });

  const weights = initialWeights(document, 9);
  const sha256 = await disk.write("last-local", encodeWeights(weights));
  for (const [round, task, value] of [
    [2, TASK, 2],
    [1, TASK, 1],
    [5, HASH("8"), 5],
  ] as const) {
    const own = { round, base: HASH("a"), sha256: HASH("b"), weight: 1 };
    await record(disk, {
      type: "own",
      task,
      ...own,
      layers: await disk.write("own-layers", encodeWeights(layers(value))),
    });
  }
  const found = await readOwnModel(home, document, TASK);
  assert.deepEqual([found.sha256, found.round, found.weights.values], [sha256, 2, weights.values]);
  assert.deepEqual((await readOwnLayers(home, document, TASK))?.own.values, layers(2).values);
  // A task file says nothing of the ledger's tasks: then it is the latest training of all.
  assert.deepEqual((await readOwnLayers(home, document, undefined))?.own.values, layers(5).values);
  await assert.rejects(readOwnModel(home, taskDocument(), TASK), { code: "TASK_MODEL_MISFIT" });
});

test("a file that was altered is not taken for a model", async () => {
  const home = homeOf({ home: join(dir, "altered") });
  const disk = await openDisk(home.disk, { logger: silent });
  const sha256 = await disk.write("last-local", encodeWeights(initialWeights(document, 1)));
  await disk.close();
  const folder = join(home.disk, "files/last-local", sha256.slice(2, 4));
  await writeFile(join(folder, (await readdir(folder))[0] as string), "altered");
  await assert.rejects(readOwnModel(home, document, TASK), { code: "FILE_DAMAGED" });
});

test("without a folder a model of such a task is not whole; one of any other task is", async () => {
  await assert.rejects(readOwnLayers(undefined, document, TASK), { code: "MODEL_LACKS_LAYERS", message: /--home/ });
  assert.equal(await readOwnLayers(undefined, taskDocument(), TASK), undefined);
  await mkdir(join(dir, "empty"));
  await assert.rejects(readOwnModel(homeOf({ home: join(dir, "none") }), document, TASK), { code: "DISK_ABSENT" });
});

import assert from "node:assert/strict";
import { mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { FILES, openExchange, readTensors } from "../../node/adapters/process/exchange.ts";
import { encodeWeights } from "../../node/core/codec.ts";
import { SwarmError } from "../../node/core/errors.ts";
import { temporaryFolder } from "../learner/rows.ts";

const folder = await temporaryFolder();
const specs = [
  { name: "0.dense.bias", shape: [2] },
  { name: "0.dense.kernel", shape: [3, 2] },
];
const weights = { specs, values: Float32Array.from({ length: 8 }, (_, i) => i / 8) };
const bytes = encodeWeights(weights);

test(
  "a request's folder and files are this user's alone, and go with it",
  { skip: process.platform === "win32" },
  async () => {
    const parent = join(folder, "parent");
    await mkdir(parent);
    {
      await using exchange = await openExchange(parent, { base: weights, own: weights, settings: { round: 1 } });
      assert.equal((await stat(exchange.folder)).mode & 0o777, 0o700);
      const names = await readdir(exchange.folder);
      assert.deepEqual(names.sort(), [FILES.baseOwn, FILES.base, FILES.settings].sort());
      for (const name of names) assert.equal((await stat(join(exchange.folder, name))).mode & 0o777, 0o600, name);
      assert.deepEqual((await readTensors(exchange.folder, FILES.base, specs)).values, weights.values);
    }
    assert.deepEqual(await readdir(parent), []);
  },
);

test("whatever is done to a file's bytes, it gives finite values of the task's shapes, or a named error", async () => {
  const change = fc.record({ at: fc.nat({ max: bytes.length - 1 }), to: fc.nat({ max: 255 }) });
  const cut = fc.option(fc.nat({ max: bytes.length }), { nil: undefined });
  const tail = fc.uint8Array({ maxLength: 8 });
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 3 }), cut, tail, async (changes, end, more) => {
      const changed = Buffer.concat([bytes.subarray(0, end), more]);
      for (const { at, to } of changes) if (at < changed.length) changed[at] = to;
      await writeFile(join(folder, FILES.weights), changed);
      try {
        const read = await readTensors(folder, FILES.weights, specs);
        assert.deepEqual(read.specs, specs);
        assert.ok(read.values.length === 8 && read.values.every(Number.isFinite));
        taken++;
      } catch (error) {
        assert.ok(error instanceof SwarmError, String(error));
        assert.ok(["TRAINER_ANSWER", "TRAINING_DIVERGED"].includes(error.code), error.code);
      }
    }),
    { numRuns: 500 },
  );
  assert.ok(taken > 0, "some changes leave a file that is right");
});

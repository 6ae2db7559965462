import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import { SwarmError } from "../../node/core/errors.ts";
import { createPrng } from "../../node/core/prng.ts";
import { FORMATS } from "../../scripts/fuzz/formats.ts";
import { mutate } from "../../scripts/fuzz/mutate.ts";
import { Runner } from "../../scripts/fuzz/runner.ts";
import { fixture, temporaryFolder } from "./support/document.ts";

const folder = await temporaryFolder();
const bad = new Runner({ ms: 1500, mib: 384 }, join(import.meta.dirname, "support/badReader.ts"));
after(() => bad.close());

test("a reader that hangs, ends its process or takes too much memory is found out, and the next case runs", async () => {
  const run = async (format: string) => {
    const { result, fault } = await bad.run({ format, seed: 1, index: 1, folder });
    return [result, fault !== undefined];
  };
  assert.deepEqual(await run("honest"), ["DATA_HEADER", false]);
  assert.deepEqual(await run("hangs"), ["hung", true]);
  assert.deepEqual(await run("exits"), ["crashed", true]);
  assert.deepEqual(await run("grows"), ["read", true]);
  assert.deepEqual(await run("honest"), ["DATA_HEADER", false]);
});

test("damage follows from the seed, and leaves the valid file alone", () => {
  const bytes = fixture("labels.npy");
  const before = bytes.slice();
  assert.deepEqual(mutate(bytes, createPrng(3)), mutate(bytes, createPrng(3)));
  assert.notDeepEqual(mutate(bytes, createPrng(3)), mutate(bytes, createPrng(4)));
  assert.deepEqual(bytes, before);
});

test("forty damaged files of each format are read or refused by named errors, and some of each", async () => {
  for (const [format, attempt] of Object.entries(FORMATS)) {
    const results = new Set<string>();
    for (let index = 0; index < 40; index++) {
      const dir = join(folder, `${format}-${index}`);
      await mkdir(dir);
      try {
        await attempt(dir, createPrng(7, index, format.charCodeAt(0), format.length));
        results.add("read");
      } catch (error) {
        assert.ok(error instanceof SwarmError, `${format}, case ${index}: ${String(error)}`);
        results.add(error.code);
      }
    }
    assert.ok(results.size > 2, `${format}: ${[...results].join(", ")}`);
  }
});

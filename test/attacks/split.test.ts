import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { root } from "../../scripts/setup/place.mjs";

const csv = join(root, "examples/digits/data/digits.csv");
let dir: string;
before(async () => void (dir = await mkdtemp(join(tmpdir(), "split-"))));
after(() => rm(dir, { recursive: true }));

/** Runs the script. */
function split(...args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  return new Promise((done) => {
    execFile(
      process.execPath,
      [join(root, "scripts/split.ts"), ...args],
      { timeout: 60_000 },
      (error, stdout, stderr) => done({ code: error ? error.code : 0, stdout, stderr }),
    );
  });
}

describe("npm run split", () => {
  it("writes each row once, under the header, and the same files from the same seed", async () => {
    const lines = async (out: string, name: string): Promise<string[]> =>
      (await readFile(join(dir, out, name), "utf8")).trimEnd().split("\n");
    for (const out of ["a", "b"]) {
      const args = ["--label", "digit", "--sites", "3", "--least", "40", "--seed", "5", "--out", join(dir, out)];
      const { code, stdout, stderr } = await split(csv, ...args);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^test\.csv +451 +/m);
    }
    const names = (await readdir(join(dir, "a"))).sort();
    assert.deepEqual(names, ["site-1.csv", "site-2.csv", "site-3.csv", "test.csv"]);
    const [header, ...rows] = (await readFile(csv, "utf8")).trimEnd().split("\n");
    const written: string[] = [];
    for (const name of names) {
      const [first, ...own] = await lines("a", name);
      assert.equal(first, header);
      assert.ok(own.length >= 40);
      written.push(...own);
      assert.deepEqual(await lines("b", name), [first, ...own]);
    }
    assert.deepEqual(written.sort(), rows.sort());
  });

  it("says what is wrong with a column, a file and a number of sites", async () => {
    const out = ["--out", join(dir, "c")];
    const wrong: [string[], RegExp][] = [
      [[csv, "--label", "letter", ...out], /has no column "letter"/],
      [[join(dir, "none.csv"), "--label", "digit", ...out], /none\.csv/],
      [[csv, "--label", "digit", "--sites", "100", ...out], /1346 rows are too few for 100 sites/],
    ];
    for (const [args, message] of wrong) {
      const { code, stderr } = await split(...args);
      assert.equal(code, 2);
      assert.match(stderr, message);
    }
  });
});

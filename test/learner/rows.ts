import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { createPrng } from "../../node/core/prng.ts";

/** A folder that is gone after the test file. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "swarm-learner-"));
  after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes rows `a,b,c,y` of two classes that a plane divides. */
export async function writeRows(folder: string, rows: number, seed = 1): Promise<string> {
  const prng = createPrng(seed);
  const lines = Array.from({ length: rows }, () => {
    const [a, b, c] = [prng.float(), prng.float(), prng.float()].map((value) => 2 * value - 1) as [
      number,
      number,
      number,
    ];
    return `${a},${b},${c},${a + 2 * b - c > 0 ? "yes" : "no"}`;
  });
  const path = join(folder, `rows-${rows}-${seed}.csv`);
  await writeFile(path, ["a,b,c,y", ...lines, ""].join("\n"));
  return path;
}

/** A logger that keeps nothing. */
export const silent = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

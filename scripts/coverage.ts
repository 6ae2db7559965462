/**
 * `npm run coverage`: runs the contracts' tests on instrumented code and prints how much of each contract's lines they reached.
 * Exits with 1 below the threshold, or if a test fails.
 */
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** Percent of the lines of all contracts together. */
const THRESHOLD = 100;
const root = join(import.meta.dirname, "..");

interface FileCoverage {
  path: string;
  /** Line numbers. */
  missed: number[];
  lines: number;
}

function runTests(): Promise<number> {
  const cli = join(root, "node_modules/hardhat/dist/src/cli.js");
  const child = spawn(process.execPath, [cli, "test", "--coverage"], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  return new Promise((done, failed) => {
    child.once("error", failed);
    child.once("close", (status) => done(status ?? 1));
  });
}

/** @param lcov sections of `SF:path`, `DA:line,hits`..., `end_of_record` */
function parseLcov(lcov: string): FileCoverage[] {
  const sections = lcov.split("end_of_record").filter((section) => section.includes("SF:"));
  return sections.map((section) => {
    const hits = [...section.matchAll(/^DA:(\d+),(\d+)/gm)];
    const missed = hits.filter(([, , count]) => count === "0").map(([, line]) => Number(line));
    return { path: /^SF:(.*)$/m.exec(section)?.[1] ?? "?", missed, lines: hits.length };
  });
}

const percent = (missed: number, lines: number): number => (lines === 0 ? 100 : (100 * (lines - missed)) / lines);

const status = await runTests();
const files = parseLcov(await readFile(join(root, "coverage/lcov.info"), "utf8")).sort((a, b) =>
  a.path.localeCompare(b.path),
);
for (const { path, missed, lines } of files) {
  const where = missed.length > 0 ? `  not reached: ${missed.join(", ")}` : "";
  console.log(`${path.padEnd(36)}${percent(missed.length, lines).toFixed(1).padStart(6)} %${where}`);
}
const missed = files.reduce((sum, file) => sum + file.missed.length, 0);
const total = percent(
  missed,
  files.reduce((sum, file) => sum + file.lines, 0),
);
console.log(`${"all contracts".padEnd(36)}${total.toFixed(1).padStart(6)} %  (at least ${THRESHOLD} %)`);
if (status !== 0) console.error("Tests failed: see above.");
if (total < THRESHOLD) console.error(`Coverage is below ${THRESHOLD} %: add tests for the lines named above.`);
process.exitCode = status !== 0 || total < THRESHOLD ? 1 : 0;

/**
 * `npm test [-- --contracts | paths...] [--test-name-pattern=...]`: Hardhat's tests of the contracts, then every other test file
 * under node:test, and one plain line at the end that says how many passed and failed. Fault scenarios run only where they are named.
 */
import { spawn } from "node:child_process";
import { existsSync, globSync, statSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { root } from "./setup/place.mjs";
import { type Count, nodeTests } from "./testing/nodeTests.ts";

/** Two test files at a time: more only makes timings of the slow machines worse. */
const CONCURRENCY = 2;
/** Milliseconds a single test file may take. */
const FILE_TIMEOUT = 300_000;

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());

const inRoot = (path: string): string => relative(root, resolve(path)).split(sep).join("/");
/** Fault scenarios take minutes each: they run by name only, here or by `npm run test:faults`. */
const isFault = (path: string): boolean => path.startsWith("test/faults/");
const isContractTest = (path: string): boolean => path === "test/contracts" || path.startsWith("test/contracts/");

/** Adds up Hardhat's "12 passing" and "1 failing" lines while showing its output as it comes. */
function contracts(paths: readonly string[], patterns: readonly string[]): Promise<Count> {
  const hardhat = join(root, "node_modules", "hardhat", "dist", "src", "cli.js");
  const grep = patterns[0] === undefined ? [] : ["--grep", patterns[0]];
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [hardhat, "test", ...grep, ...paths], {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit"],
      signal: stop.signal,
      env: { ...process.env, HARDHAT_DISABLE_TELEMETRY: "true", ...(process.stdout.isTTY ? { FORCE_COLOR: "1" } : {}) },
    });
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      process.stdout.write(chunk);
      text += chunk;
    });
    child.once("error", failed);
    child.once("close", (status) => {
      const sum = (word: string): number =>
        [...text.matchAll(new RegExp(`(\\d+) ${word}\\b`, "g"))].reduce((total, [, n]) => total + Number(n), 0);
      const count = { passed: sum("passing"), failed: sum("failing"), skipped: sum("skipped") };
      // A failure to compile or to start names no test; it still is a failure.
      if (status !== 0 && count.failed === 0) count.failed = 1;
      done(count);
    });
  });
}

function filesOf(path: string): string[] {
  const full = join(root, path);
  if (!existsSync(full)) throw new Error(`there is no ${path}: name a test file or folder, for example test/core`);
  if (statSync(full).isFile()) return [full];
  return globSync("**/*.test.ts", { cwd: full }).map((file) => join(full, file));
}

async function main(args: readonly string[]): Promise<boolean> {
  const patterns = args.flatMap((a) => (a.startsWith("--test-name-pattern=") ? [a.slice(a.indexOf("=") + 1)] : []));
  const unknown = args.find((a) => a.startsWith("--") && !a.startsWith("--test-name-pattern="));
  if (unknown !== undefined) throw new Error(`unknown option ${unknown}: there are paths and --test-name-pattern=TEXT`);
  const paths = args.filter((a) => !a.startsWith("--")).map(inRoot);
  const all = paths.length === 0;
  const named = paths.some((path) => path.startsWith("test/faults"));
  const contractPaths = paths.filter(isContractTest);
  const counts: Count[] = [];
  if (all || paths.includes("test")) counts.push(await contracts([], patterns));
  else if (contractPaths.length > 0) counts.push(await contracts(contractPaths.flatMap(filesOf), patterns));
  const others = (all ? ["test"] : paths.filter((path) => !isContractTest(path))).flatMap(filesOf);
  const isWanted = (file: string): boolean => !isContractTest(file) && (named || !isFault(file));
  const files = [...new Set(others)].filter((file) => isWanted(inRoot(file))).sort();
  const limits = { concurrency: CONCURRENCY, timeout: FILE_TIMEOUT, signal: stop.signal };
  if (files.length > 0 && !stop.signal.aborted) counts.push(await nodeTests(files, { ...limits, patterns }));
  const total = (part: keyof Count): number => counts.reduce((sum, count) => sum + count[part], 0);
  const skipped = total("skipped") > 0 ? `, ${total("skipped")} skipped` : "";
  process.stdout.write(`\n${total("passed")} passed, ${total("failed")} failed${skipped}\n`);
  return total("failed") === 0 && total("passed") > 0 && !stop.signal.aborted;
}

try {
  if (!(await main(process.argv.slice(2)))) process.exitCode = 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

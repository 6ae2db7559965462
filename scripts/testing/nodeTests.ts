import { resolve } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { root } from "../setup/place.mjs";

export interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

export interface NodeTestOptions {
  /** Files at a time. */
  concurrency: number;
  /** Milliseconds a single file may take. */
  timeout: number;
  signal: AbortSignal;
  /** Names of the tests to run; all where there is none. */
  patterns?: readonly string[];
}

/** Runs files under node:test, each in its own process, prints their reports, and counts tests (not suites, not files). */
export async function nodeTests(files: readonly string[], options: NodeTestOptions): Promise<Count> {
  const { patterns = [], ...limits } = options;
  const count: Count = { passed: 0, failed: 0, skipped: 0 };
  const events = run({
    files: [...files],
    ...limits,
    cwd: root,
    execArgv: ["--disable-warning=ExperimentalWarning"],
    ...(patterns.length > 0 ? { testNamePatterns: [...patterns] } : {}),
  });
  const isTest = (data: { details: { type?: string }; name: string; nesting: number }): boolean =>
    data.details.type !== "suite";
  events.on("test:pass", (data) => {
    // A file in which no test ran reports itself as one test.
    if (!isTest(data) || (data.nesting === 0 && data.file !== undefined && resolve(root, data.name) === data.file))
      return;
    if (data.skip !== undefined || data.todo !== undefined) count.skipped += 1;
    else count.passed += 1;
  });
  events.on("test:fail", (data) => {
    if (isTest(data) && data.todo === undefined) count.failed += 1;
  });
  for await (const chunk of events.compose(new spec())) process.stdout.write(chunk);
  return count;
}

import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";

/** Gas of every call by number of members, from `npm run gas`, which needs the development packages. */
export async function gasTable(signal: AbortSignal): Promise<{ text: string; figures: unknown }> {
  const run = (...args: string[]) =>
    promisify(execFile)(process.execPath, [...process.execArgv, resolve(import.meta.dirname, "../gas.ts"), ...args], {
      signal,
    });
  const { stdout } = await run("--json");
  const figures = JSON.parse(stdout) as Record<string, Record<string, number>>;
  const sizes = Object.keys(figures);
  const calls = [...new Set(sizes.flatMap((size) => Object.keys(figures[size] ?? {})))].sort();
  const width = Math.max(...calls.map((call) => call.length));
  const row = (head: string, cells: string[]): string =>
    [head.padEnd(width), ...cells.map((cell) => cell.padStart(12))].join("");
  const lines = calls.map((call) =>
    row(
      call,
      sizes.map((size) => figures[size]?.[call]?.toLocaleString("en-US") ?? "-"),
    ),
  );
  return {
    text: [
      row(
        "gas per call, largest seen",
        sizes.map((size) => `${size} members`),
      ),
      ...lines,
    ].join("\n"),
    figures,
  };
}

/** `npm run lint [-- --fix] [paths]`: the linter, then the formatter's check; both in their own words. */
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { root } from "./setup/place.mjs";

const require = createRequire(import.meta.url);
const fix = process.argv.includes("--fix");
const paths = process.argv.slice(2).filter((argument) => argument !== "--fix");

function check(tool: string, args: readonly string[]): number {
  const manifest = require.resolve(`${tool}/package.json`);
  const { bin } = require(manifest) as { bin: Record<string, string> };
  const file = join(dirname(manifest), bin[tool] ?? "");
  const { status, error } = spawnSync(process.execPath, [file, ...args, ...paths], { cwd: root, stdio: "inherit" });
  if (error !== undefined) throw error;
  return status ?? 1;
}

const statuses = [check("oxlint", fix ? ["--fix"] : []), check("oxfmt", fix ? ["--write"] : ["--check"])];
process.exitCode = Math.max(...statuses);

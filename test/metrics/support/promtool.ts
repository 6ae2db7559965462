import { spawnSync } from "node:child_process";

/** Prometheus' own checker: `PROMTOOL`, or `promtool` of the search path. */
const PROGRAM = process.env["PROMTOOL"] ?? "promtool";

/** Why tests with it are skipped; false where it is there. */
export const withoutPromtool: string | false =
  spawnSync(PROGRAM, ["--version"]).status === 0
    ? false
    : "promtool is not here (it comes with Prometheus; or set PROMTOOL)";

/** @returns what it complains about; empty where it does not */
export function promtool(args: readonly string[], input = ""): string {
  const { status, stdout, stderr } = spawnSync(PROGRAM, args, { input, encoding: "utf8" });
  return status === 0 && stderr === "" ? "" : `${stdout}${stderr}` || `exit code ${status}`;
}

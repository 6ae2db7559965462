import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";

const ENTRY = resolve(import.meta.dirname, "../../../node/cli/index.ts");

/** Whether terminals can be had here: util-linux's `script` makes them. */
export const hasTerminals = spawnSync("script", ["--version"]).stdout?.includes("util-linux") === true;

const LIMIT_MS = 60_000;

/** Somebody at a terminal: what is typed once the command shows something. */
export type Answer = readonly [shown: RegExp, typed: string];

/** Runs `swarm <args>` in a terminal of its own; each answer is typed when what it answers is shown after the one before. */
export async function typeInTerminal(
  dir: string,
  args: readonly string[],
  answers: readonly Answer[],
): Promise<{ code: number | null; shown: string }> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(SWARM_|CI$)/.test(name)));
  const command = [process.execPath, "--disable-warning=ExperimentalWarning", ENTRY, ...args]
    .map((word) => `'${word}'`)
    .join(" ");
  // Wide enough that no question is broken up.
  const child = spawn("script", ["-qefc", `stty cols 250; exec ${command}`, "/dev/null"], {
    cwd: dir,
    env,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const left = [...answers];
  let shown = "";
  let seen = 0;
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    shown += part;
    const [next] = left;
    const found = next?.[0].exec(shown.slice(seen));
    if (next === undefined || !found) return;
    left.shift();
    seen = shown.length;
    child.stdin.write(`${next[1]}\r`);
  });
  // A question that nobody foresaw: the terminal is closed, and the command ends.
  const late = setTimeout(() => child.kill(), LIMIT_MS);
  const [code] = (await once(child, "close")) as [number | null];
  clearTimeout(late);
  return { code, shown };
}

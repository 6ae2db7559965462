import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { modules } from "./place.mjs";

/** npm links the bins of dependencies only; this makes `npx swarm` in the project's folder find the project's own. */
export function linkBin() {
  const folder = join(modules, ".bin");
  mkdirSync(folder, { recursive: true });
  if (process.platform === "win32") {
    writeFileSync(join(folder, "swarm.cmd"), `@node "%~dp0..\\..\\scripts\\swarm.mjs" %*\r\n`);
    return;
  }
  try {
    symlinkSync(join("..", "..", "scripts", "swarm.mjs"), join(folder, "swarm"));
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
}

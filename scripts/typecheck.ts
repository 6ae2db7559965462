/** `npm run typecheck`: the program's types, then those of the dashboard's page, which runs in browsers and knows no Node. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { modules, root } from "./setup/place.mjs";

const tsc = join(modules, "typescript", "bin", "tsc");
const statuses = [".", "node/dashboard/page"].map((project) => {
  const { status, error } = spawnSync(process.execPath, [tsc, "--noEmit", "--project", project], {
    cwd: root,
    stdio: "inherit",
  });
  if (error !== undefined) throw error;
  return status ?? 1;
});
process.exitCode = Math.max(...statuses);

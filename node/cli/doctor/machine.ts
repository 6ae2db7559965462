import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { findAnvil } from "../../adapters/anvil/binary.ts";
import { SwarmError } from "../../core/errors.ts";
import { chooseKernels, kernelsOf } from "../../core/merge/chooseKernels.ts";
import { selfCheck } from "../../core/merge/selfCheck.ts";
import { type Finding, good, lacking, missing } from "./check.ts";

/** The oldest Node.js that runs this program's files as they are. */
const LEAST_NODE = [22, 18] as const;
const GIB = 2 ** 30;
/** Free bytes: below the first a node soon stops, below the second it fills up in a long task. */
const DISK_NEEDED = GIB / 4;
const DISK_WANTED = 4 * GIB;

export function checkNode(version: string = process.versions.node): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const enough = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1]);
  if (enough) return good("Node.js", `${version}, ${process.platform} ${process.arch}`, { version });
  return missing("Node.js", `${version} is too old: start with "npx swarm", which brings its own`, { version });
}

/** Whether merges come out as everybody else's: rounding, denormals, square roots, by both kernels. */
export function checkArithmetic(setting: string | undefined): Finding {
  const name = "arithmetic of merges";
  try {
    const chosen = chooseKernels(setting);
    for (const kernels of new Set(["plain" as const, chosen])) selfCheck(kernelsOf(kernels));
    return good(name, `as it has to be; kernels: ${chosen}`, { kernels: chosen });
  } catch (error) {
    if (error instanceof SwarmError) return missing(name, error.message, { code: error.code });
    throw error;
  }
}

/** Only those who try things out need a chain of their own. */
export function checkLocalChain(env: NodeJS.ProcessEnv = process.env): Finding {
  const name = "local chain (anvil)";
  try {
    return good(name, findAnvil(env));
  } catch (error) {
    if (error instanceof SwarmError) return lacking(name, error.message, { code: error.code });
    throw error;
  }
}

/** @param place a folder, or one that is still to be made */
export async function checkDisk(place: string): Promise<Finding> {
  let folder = resolve(place);
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  const { bavail, bsize } = await statfs(folder);
  const bytes = bavail * bsize;
  const text = `${(bytes / GIB).toFixed(1)} GiB free where ${folder} is`;
  const data = { bytes, folder };
  if (bytes >= DISK_WANTED) return good("disk", text, data);
  if (bytes >= DISK_NEEDED) return lacking("disk", `${text}: a task that keeps all rounds may fill it`, data);
  return missing("disk", `${text}: make room, or name another folder with --home`, data);
}

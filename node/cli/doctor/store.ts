import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { usedBytes } from "../../adapters/disk/usage.ts";
import type { Home } from "../home.ts";
import { type Finding, good, missing, withFix } from "./check.ts";

/** Whether blocks of sealed files can be kept: the folder takes files, or will be made by the first run. */
export async function checkStore({ dir, ipfs }: Home): Promise<Finding> {
  const name = "IPFS store";
  const folder = existsSync(ipfs) ? ipfs : dir;
  const probe = join(folder, `.doctor-${randomBytes(6).toString("hex")}`);
  try {
    await writeFile(probe, "", { flag: "wx", mode: 0o600 });
    await rm(probe);
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    const found = missing(name, `nothing can be written in ${folder} (${code})`, { folder, code });
    return withFix(found, `let the folder belong to the user that runs the node, and make room`);
  }
  if (folder === dir) return good(name, `none yet: the first run makes ${ipfs}`, { folder: ipfs });
  const bytes = await usedBytes(ipfs);
  return good(name, `${(bytes / 2 ** 20).toFixed(1)} MiB in ${ipfs}`, { folder: ipfs, bytes });
}

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { SwarmError } from "../../core/errors.ts";

const VERSION = "1.7.1";
const CPUS: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };

/**
 * @returns the path of the chain program: `SWARM_ANVIL` if set, else the one that was installed for this platform, else one in PATH
 * @throws SwarmError CHAIN_NO_PROGRAM with the command that installs it
 */
export function findAnvil(env: NodeJS.ProcessEnv = process.env): string {
  const file = process.platform === "win32" ? "anvil.exe" : "anvil";
  const named = env.SWARM_ANVIL;
  if (named !== undefined && named !== "") {
    if (existsSync(named)) return named;
    throw new SwarmError("CHAIN_NO_PROGRAM", `SWARM_ANVIL names ${named}, which does not exist: correct or unset it`, {
      path: named,
    });
  }
  const name = `@foundry-rs/anvil-${process.platform}-${CPUS[process.arch] ?? process.arch}`;
  try {
    const packaged = join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), "bin", file);
    if (existsSync(packaged)) return packaged;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
  }
  const inPath = (env.PATH ?? "").split(delimiter).map((folder) => join(folder, file));
  const found = inPath.find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new SwarmError(
    "CHAIN_NO_PROGRAM",
    `the local chain's program anvil is not installed for ${process.platform}-${process.arch}: run "npm install --no-save ${name}@${VERSION}", or set SWARM_ANVIL to its path`,
    { package: name },
  );
}

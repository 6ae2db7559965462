/** Compiles the contracts and keeps what the daemon needs of them next to the chain adapter. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { builtDir, CONTRACTS, sourceHash, typesStamp } from "./setup/contracts.mjs";
import { root } from "./setup/place.mjs";

interface HardhatArtifact {
  readonly abi: readonly unknown[];
  readonly bytecode: string;
  readonly deployedBytecode: string;
}

/** @returns what is committed per contract: ABI, creation code, and the sha256 of the runtime code. */
export function trimmed(name: string, sources: string): string {
  const file = join(root, "artifacts", "contracts", `${name}.sol`, `${name}.json`);
  const artifact = JSON.parse(readFileSync(file, "utf8")) as HardhatArtifact;
  const deployedBytecodeHash = createHash("sha256").update(artifact.deployedBytecode.slice(2), "hex").digest("hex");
  const { abi, bytecode } = artifact;
  return `${JSON.stringify({ contractName: name, sourceHash: sources, deployedBytecodeHash, abi, bytecode }, undefined, 1)}\n`;
}

/** Leaves out the compiler's warnings about libraries, which nobody here can act on. */
function ours(messages: string): string {
  const blocks = messages
    .split(/\n\n+/)
    .filter((block) => block.trim() !== "" && !block.includes("--> ./node_modules/"));
  return blocks.length === 0 ? "" : `${blocks.join("\n\n")}\n`;
}

/** @throws Error when the compiler reports an error; its messages have been printed */
export function build(): void {
  const hash = sourceHash();
  const hardhat = join(root, "node_modules", "hardhat", "dist", "src", "cli.js");
  const result = spawnSync(process.execPath, [hardhat, "build", "--quiet", "--no-tests"], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, HARDHAT_DISABLE_TELEMETRY: "true" },
  });
  if (result.error !== undefined) throw result.error;
  process.stdout.write(ours(result.stdout));
  process.stderr.write(ours(result.stderr));
  if (result.status !== 0) throw new Error("hardhat build failed");
  mkdirSync(builtDir, { recursive: true });
  for (const name of CONTRACTS) {
    const file = join(builtDir, `${name}.json`);
    writeFileSync(`${file}.new`, trimmed(name, hash));
    renameSync(`${file}.new`, file);
  }
  writeFileSync(typesStamp, hash);
}

// Not import.meta.main: the pinned Node for Macs with ARM is older than it.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    build();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

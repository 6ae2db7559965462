import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { root } from "./place.mjs";

/** What the daemon deploys and calls; the compiled form of each is committed, so that running needs no compiler. */
export const CONTRACTS = ["NodeRegistry", "SwarmLedger"];
export const builtDir = join(root, "node", "adapters", "chain", "artifacts");

function solidityFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return solidityFiles(path);
    return entry.name.endsWith(".sol") && !entry.name.endsWith(".t.sol") ? [path] : [];
  });
}

/** @returns sha256, as hex, of every Solidity source and the compiler's settings. */
export function sourceHash() {
  const hash = createHash("sha256");
  const files = [...solidityFiles(join(root, "contracts")), join(root, "hardhat.config.ts")];
  const named = files.map((file) => [relative(root, file).split(sep).join("/"), file]);
  for (const [name, file] of named.sort(([a], [b]) => (a < b ? -1 : 1))) {
    const text = readFileSync(file, "utf8").replaceAll("\r\n", "\n");
    hash.update(`${name}\0${Buffer.byteLength(text)}\0${text}`);
  }
  return hash.digest("hex");
}

/** What the TypeScript types of the contracts were made from; tests and the type check use them, the daemon does not. */
export const typesStamp = join(root, "types", ".sources");

/** Whether the contracts' types exist and come from the sources as they are now. */
export function areTypesBuilt() {
  return existsSync(typesStamp) && readFileSync(typesStamp, "utf8") === sourceHash();
}

/** Whether the compiled contracts exist and come from the sources as they are now. */
export function areContractsBuilt() {
  const wanted = sourceHash();
  return CONTRACTS.every((name) => {
    const file = join(builtDir, `${name}.json`);
    return existsSync(file) && JSON.parse(readFileSync(file, "utf8")).sourceHash === wanted;
  });
}

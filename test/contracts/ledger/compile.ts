/** Contracts compiled in this process, from sources that may have been changed on the way. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Contract } from "./registries.ts";

const require = createRequire(import.meta.url);
const root = join(import.meta.dirname, "../../..");

export type Sources = Record<string, string>;

/** The file and all that it imports, by path from the project's root. */
export function readSources(path: string, sources: Sources = {}): Sources {
  if (path in sources) return sources;
  const content = readFileSync(join(root, path), "utf8");
  sources[path] = content;
  for (const [, imported] of content.matchAll(/from "(\.[^"]+)"/g))
    readSources(join(dirname(path), imported as string), sources);
  return sources;
}

/** Without the optimizer: a third of the time, and what is compiled here is run for what it does, not for its cost. */
export function compile(sources: Sources, path: string, name: string): Contract {
  const solc = require("solc") as { compile(input: string): string };
  const input = {
    language: "Solidity",
    sources: Object.fromEntries(Object.entries(sources).map(([file, content]) => [file, { content }])),
    settings: { evmVersion: "cancun", outputSelection: { [path]: { [name]: ["abi", "evm.bytecode.object"] } } },
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input))) as {
    errors?: { severity: string; formattedMessage: string }[];
    contracts?: Record<string, Record<string, { abi: Contract["abi"]; evm: { bytecode: { object: string } } }>>;
  };
  const contract = output.contracts?.[path]?.[name];
  const errors =
    output.errors?.filter(({ severity }) => severity === "error").map((error) => error.formattedMessage) ?? [];
  if (contract === undefined || errors.length > 0) throw new Error(`${path} does not compile:\n${errors.join("\n")}`);
  return { abi: contract.abi, bytecode: `0x${contract.evm.bytecode.object}` };
}

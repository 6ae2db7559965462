import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Build } from "./chain.ts";

const require = createRequire(import.meta.url);
const ROOT = new URL("../../../", import.meta.url);

/** What solc reports in standard JSON, as far as it is read here. */
interface Output {
  errors?: { severity: string; formattedMessage: string }[];
  contracts?: Record<string, Record<string, { abi: Build["abi"]; evm: { bytecode: { object: string } } }>>;
}

interface Compiler {
  compile(input: string, callbacks: { import: (path: string) => { contents: string } }): string;
}

/** Paths of sources below the project's root, and what stands in them. */
export type Sources = Record<string, string>;

/**
 * Compiles one contract of each set of sources, all in one run of the compiler, so that what the sets share is read only once.
 * @param sets by name; a set's files import each other by relative paths, and everything else comes from node_modules
 * @throws Error with the compiler's own text
 */
export function compile(sets: Record<string, Sources>, path: string, contract: string): Record<string, Build> {
  const solc = require("solc") as Compiler;
  const sources: Record<string, { content: string }> = {};
  const outputSelection: Record<string, Record<string, string[]>> = {};
  for (const [name, files] of Object.entries(sets)) {
    for (const [file, content] of Object.entries(files)) sources[`${name}/${file}`] = { content };
    outputSelection[`${name}/${path}`] = { [contract]: ["abi", "evm.bytecode.object"] };
  }
  // No optimizer: what is checked is behaviour, and this is much faster.
  const input = { language: "Solidity", sources, settings: { evmVersion: "cancun", outputSelection } };
  const output = JSON.parse(
    solc.compile(JSON.stringify(input), {
      import: (wanted) => ({ contents: readFileSync(require.resolve(wanted), "utf8") }),
    }),
  ) as Output;
  const errors = (output.errors ?? []).filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Error(errors.map(({ formattedMessage }) => formattedMessage).join("\n"));
  return Object.fromEntries(
    Object.keys(sets).map((name) => {
      const built = output.contracts?.[`${name}/${path}`]?.[contract];
      if (built === undefined) throw new Error(`solc built no ${contract} in ${name}/${path}`);
      return [name, { abi: built.abi, bytecode: `0x${built.evm.bytecode.object}` }];
    }),
  );
}

/** A source of the project as it stands. */
export function readSource(path: string): string {
  return readFileSync(new URL(path, ROOT), "utf8");
}

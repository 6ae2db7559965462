import { readFileSync } from "node:fs";
import { Interface, type JsonFragment } from "ethers";
import { SwarmError } from "../../../core/errors.ts";

/** What the adapter needs of a compiled contract. */
export interface ContractArtifact {
  abi: Interface;
  /** Creation code without constructor arguments, `0x` hex. */
  bytecode: string;
}

export type ContractName = "NodeRegistry" | "SwarmLedger";

const loaded = new Map<ContractName, ContractArtifact>();

/**
 * The built contract that comes with the install, so that running a node needs no Solidity compiler.
 * @throws SwarmError CHAIN_ARTIFACT_MISSING
 */
export function artifactOf(name: ContractName): ContractArtifact {
  const known = loaded.get(name);
  if (known) return known;
  const file = new URL(`../artifacts/${name}.json`, import.meta.url);
  try {
    const { abi, bytecode } = JSON.parse(readFileSync(file, "utf8")) as { abi: JsonFragment[]; bytecode: string };
    const artifact = { abi: new Interface(abi), bytecode };
    loaded.set(name, artifact);
    return artifact;
  } catch (cause) {
    throw new SwarmError(
      "CHAIN_ARTIFACT_MISSING",
      `The built contract ${file.pathname} is missing or damaged. Run "npm run build" to build the contracts.`,
      { contract: name, file: file.pathname },
      cause,
    );
  }
}

/** ABI of NodeRegistry. */
export function registryAbi(): Interface {
  return artifactOf("NodeRegistry").abi;
}

/** ABI of SwarmLedger. */
export function ledgerAbi(): Interface {
  return artifactOf("SwarmLedger").abi;
}

import { keccak256 } from "ethers";
import { SwarmError } from "../../core/errors.ts";
import { type Address, type Bytes32, PROTOCOL_VERSION } from "../../core/primitives.ts";
import type { Deployment } from "./deployment.ts";
import type { Endpoint } from "./rpc/endpoint.ts";
import { requireHeader } from "./rpc/header.ts";

/**
 * Whether the endpoint is a node of the deployment's chain and its contracts are there; done at every start and reconnection.
 * @throws SwarmError CHAIN_UNREACHABLE, CHAIN_OTHER_GENESIS, CHAIN_CODE_MISSING, CHAIN_CODE_MISMATCH, CHAIN_VERSION
 */
export async function checkDeployment(endpoint: Endpoint, deployment: Deployment, signal: AbortSignal): Promise<void> {
  if (deployment.protocolVersion !== PROTOCOL_VERSION) {
    throw new SwarmError(
      "CHAIN_VERSION",
      `The network was deployed with protocol version ${deployment.protocolVersion}, this program speaks ${PROTOCOL_VERSION}. Install the matching version.`,
      { network: deployment.protocolVersion, program: PROTOCOL_VERSION },
    );
  }
  const [genesis, registryCode, ledgerCode] = await endpoint.batch(
    [
      { method: "eth_getBlockByNumber", params: ["0x0", false] },
      { method: "eth_getCode", params: [deployment.registry, "latest"] },
      { method: "eth_getCode", params: [deployment.ledger, "latest"] },
    ],
    signal,
  );
  const genesisHash = requireHeader(genesis, "block 0").hash;
  if (genesisHash !== deployment.genesisHash) {
    throw new SwarmError(
      "CHAIN_OTHER_GENESIS",
      `The endpoint serves another chain: its first block is ${genesisHash}, the network's is ${deployment.genesisHash}. ` +
        "Connect to the network's chain, or use the deployment file of this one.",
      { expected: deployment.genesisHash, found: genesisHash },
    );
  }
  checkCode("NodeRegistry", deployment.registry, deployment.registryCodeHash, registryCode);
  checkCode("SwarmLedger", deployment.ledger, deployment.ledgerCodeHash, ledgerCode);
}

/** keccak256 of a contract's code as `eth_getCode` gives it. */
export const codeHash = (code: string): Bytes32 => keccak256(code).toLowerCase() as Bytes32;

function checkCode(contract: string, address: Address, expected: Bytes32, code: unknown): void {
  if (typeof code !== "string" || code === "0x") {
    throw new SwarmError(
      "CHAIN_CODE_MISSING",
      `There is no ${contract} at ${address} on this chain: it has not synced that far, or lost its history. Wait until it has synced, restore it, or deploy again.`,
      { contract, address },
    );
  }
  const found = codeHash(code);
  if (found === expected) return;
  throw new SwarmError(
    "CHAIN_CODE_MISMATCH",
    `The contract at ${address} is not the ${contract} of the deployment file (code ${found}, expected ${expected}). Do not go on before you know why.`,
    { contract, address, expected, found },
  );
}

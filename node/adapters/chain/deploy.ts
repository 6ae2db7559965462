import { AbiCoder, concat } from "ethers";
import { SwarmError } from "../../core/errors.ts";
import { type Address, type Bytes32, PROTOCOL_VERSION } from "../../core/primitives.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Logger } from "../../ports/logger.ts";
import type { Signer } from "../../ports/signer.ts";
import { artifactOf, type ContractName } from "./abi/artifacts.ts";
import { codeHash } from "./checkDeployment.ts";
import type { Deployment, Finality } from "./deployment.ts";
import { creationGas } from "./gasLimits.ts";
import { createEndpoint } from "./rpc/endpoint.ts";
import { requireHeader } from "./rpc/header.ts";
import { createSender, creationReverted } from "./send/sender.ts";

export interface NetworkSettings {
  rpcUrl: string;
  /** Pays for the contracts; gets no rights by it. */
  signer: Signer;
  licensors: Address[];
  /** How many licensors an act of the council needs. */
  threshold: number;
  /** Seconds after which one licensor's suspension lapses. */
  suspensionPeriod: number;
  minPhaseBlocks: number;
  finality: Finality;
  maxRewind?: number;
  logger: Logger;
  clock: Clock;
  signal?: AbortSignal;
}

/**
 * Puts both contracts on a chain.
 * @returns what every node of the network needs to know; write it with `writeDeployment`
 * @throws SwarmError CHAIN_URL, CHAIN_UNREACHABLE, CHAIN_NO_FUNDS, CHAIN_DEPLOY_FAILED, CHAIN_ARTIFACT_MISSING
 */
export async function deployNetwork(settings: NetworkSettings): Promise<Deployment> {
  const { rpcUrl, signer, clock, logger, minPhaseBlocks, finality, maxRewind } = settings;
  const signal = settings.signal ?? new AbortController().signal;
  const endpoint = createEndpoint(rpcUrl, { clock, logger });
  try {
    const chainId = Number(await endpoint.request("eth_chainId", [], signal));
    const genesis = requireHeader(await endpoint.request("eth_getBlockByNumber", ["0x0", false], signal), "block 0");
    const sender = createSender({ endpoint, signer, chainId, clock, logger });

    async function create(
      contract: ContractName,
      types: string[],
      values: unknown[],
    ): Promise<{ address: Address; block: number; hash: Bytes32 }> {
      const { bytecode } = artifactOf(contract);
      const data = concat([bytecode, AbiCoder.defaultAbiCoder().encode(types, values)]);
      const mined = await sender.send({ data, gasLimit: creationGas((data.length - 2) / 2) }, signal);
      if (mined.reverted || mined.contract === undefined) throw creationReverted(contract, mined);
      const code = await endpoint.request("eth_getCode", [mined.contract, "latest"], signal);
      logger.info("Deployed a contract", { contract, address: mined.contract, gasUsed: mined.gasUsed });
      return { address: mined.contract as Address, block: mined.block, hash: codeHash(String(code)) };
    }

    checkCouncil(settings);
    const council = [settings.licensors, settings.threshold, settings.suspensionPeriod];
    const registry = await create("NodeRegistry", ["address[]", "uint256", "uint64"], council);
    const ledger = await create("SwarmLedger", ["address", "uint64"], [registry.address, minPhaseBlocks]);
    return {
      protocolVersion: PROTOCOL_VERSION,
      chainId,
      genesisHash: genesis.hash,
      registry: registry.address,
      ledger: ledger.address,
      registryCodeHash: registry.hash,
      ledgerCodeHash: ledger.hash,
      block: registry.block,
      finality,
      minPhaseBlocks,
      ...(maxRewind === undefined ? {} : { maxRewind }),
      rpcUrl,
    };
  } finally {
    endpoint.close();
  }
}

function checkCouncil({ licensors, threshold }: NetworkSettings): void {
  const different = new Set(licensors).size;
  if (different === licensors.length && threshold >= 1 && threshold <= different) return;
  throw new SwarmError(
    "DEPLOYMENT_COUNCIL",
    `A council of ${different} different licensors cannot have a threshold of ${threshold}: name each licensor once and a threshold of 1 to all.`,
    { licensors, threshold },
  );
}

import { deployNetwork, type NetworkSettings } from "../../../node/adapters/chain/deploy.ts";
import type { Deployment } from "../../../node/adapters/chain/deployment.ts";
import { realClock, silentLogger } from "./quiet.ts";
import { testSigner } from "./signers.ts";

export const components = { logger: silentLogger, clock: realClock };

/** Both contracts with account 1 as the one licensor. */
export async function deployTestNetwork(rpcUrl: string, settings: Partial<NetworkSettings> = {}): Promise<Deployment> {
  const signer = testSigner(1);
  return await deployNetwork({
    ...components,
    rpcUrl,
    signer,
    licensors: [signer.address],
    threshold: 1,
    suspensionPeriod: 1_000,
    minPhaseBlocks: 0,
    finality: { kind: "immediate" },
    ...settings,
  });
}

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { type Deployment, readDeployment } from "../adapters/chain/deployment.ts";
import { SwarmError } from "../core/errors.ts";
import type { NetworkOptions } from "./cli.ts";
import { homeOf, nodeSettings } from "./home.ts";
import { type Names, namesOf } from "./names.ts";

/** Where a deployment file is looked for when nobody says. */
export const DEFAULT_NETWORK = "swarm/deployment.json";

/** The network that a command is about. */
export interface NetworkChoice {
  deployment: Deployment;
  /** Path of the deployment file, absolute. */
  file: string;
  rpcUrl: string;
  /** What the home's `node.yaml` calls accounts. */
  names: Names;
}

/**
 * Finds the network: what the command line or the environment says, else the home's node.yaml, else ./swarm/deployment.json.
 * @throws SwarmError DEPLOYMENT_MISSING, DEPLOYMENT_INVALID, RPC_MISSING, NODE_FILE_INVALID
 */
export async function chooseNetwork(options: NetworkOptions): Promise<NetworkChoice> {
  const settings = options.home === undefined ? undefined : await nodeSettings(homeOf(options));
  const file = resolve(options.network ?? settings?.network ?? DEFAULT_NETWORK);
  if (!existsSync(file)) {
    throw new SwarmError(
      "DEPLOYMENT_MISSING",
      `there is no deployment file ${file}: name the network's with --network or SWARM_NETWORK (whoever deployed it has it), or make a network with "swarm deploy"`,
      { path: file },
    );
  }
  const deployment = await readDeployment(file);
  const rpcUrl = options.rpc ?? settings?.rpc ?? deployment.rpcUrl;
  if (rpcUrl !== undefined) return { deployment, file, rpcUrl, names: namesOf(settings) };
  throw new SwarmError(
    "RPC_MISSING",
    `${file} names no endpoint of the chain: give one with --rpc, or as rpc in the node's node.yaml`,
    { path: file },
  );
}

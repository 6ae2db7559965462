import { existsSync } from "node:fs";
import { access, constants, mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { deployNetwork } from "../../adapters/chain/deploy.ts";
import { type Deployment, type Finality, writeDeployment } from "../../adapters/chain/deployment.ts";
import { createEndpoint } from "../../adapters/chain/rpc/endpoint.ts";
import { hasCredentials, withoutSecrets } from "../../adapters/chain/rpc/jsonRpc.ts";
import { SwarmError } from "../../core/errors.ts";
import type { Address } from "../../core/primitives.ts";
import type { Logger } from "../../ports/logger.ts";
import { openAccount } from "../identity.ts";
import type { AccountOptions, Cli } from "../cli.ts";
import { facts } from "../output/table.ts";
import { cliClock, cliLogger } from "../system.ts";
import { finalityWords } from "../words/finality.ts";

interface Options extends AccountOptions {
  licensor: Address[];
  threshold: number;
  suspensionDays: number;
  rpc: string;
  confirmations?: number;
  finalized?: boolean;
  minPhaseBlocks?: number;
  out: string;
  force?: boolean;
}

export async function run(cli: Cli, options: Options): Promise<undefined> {
  const out = resolve(options.out);
  if (existsSync(out) && options.force !== true) {
    throw new SwarmError(
      "DEPLOYMENT_EXISTS",
      `${out} is there already, and describes a network: use another --out, or --force to replace it (that network's nodes need the old file)`,
      { path: out },
    );
  }
  // Before anything is sent: contracts whose addresses nobody wrote down are lost.
  await requireWritableFolder(dirname(out));
  const actor = await openAccount(cli, options);
  const minPhaseBlocks = options.minPhaseBlocks ?? (await defaultMinPhaseBlocks(cli, options.rpc));
  const gas: Record<string, number> = {};
  const deployed = await deployNetwork({
    rpcUrl: options.rpc,
    signer: actor.signer,
    licensors: options.licensor,
    threshold: options.threshold,
    suspensionPeriod: options.suspensionDays * 86_400,
    minPhaseBlocks,
    finality: finalityOf(options),
    logger: countingGas(cliLogger(cli), gas),
    clock: cliClock(),
    signal: cli.signal,
  });
  const deployment = withoutCredentials(deployed);
  if (deployment.rpcUrl === undefined)
    cli.out.note(
      "the deployment file names no endpoint, as this one's URL has credentials in it: everyone gives one with --rpc",
    );
  await writeDeployment(out, deployment);
  const { chainId, registry, ledger, block, finality } = deployment;
  cli.out.say(
    facts([
      ["deployed on chain", `${chainId}, from block ${block}`],
      ["NodeRegistry", `${registry}${gasWords(gas["NodeRegistry"])}`],
      ["SwarmLedger", `${ledger}${gasWords(gas["SwarmLedger"])}`],
      ["licensors", options.licensor.join("\n")],
      ["threshold", `${options.threshold} of ${options.licensor.length}`],
      ["events count", finalityWords(finality)],
      ["deployment file", out],
    ]),
  );
  cli.out.say(
    "\nGive the deployment file to everyone who takes part. Next, each clinic types\n  swarm node init --home <its folder>\nand sends its account to the licensors, who type\n  swarm license grant <account> --home <their folder>",
  );
  cli.out.json({ ...deployment, file: out, licensors: options.licensor, threshold: options.threshold, gas });
  return undefined;
}

/** @throws the file system's error, which names the path */
async function requireWritableFolder(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  await access(dir, constants.W_OK);
}

/** The deployment file goes to everyone: an endpoint's user, password and token stay with whoever deployed. */
function withoutCredentials({ rpcUrl, ...rest }: Deployment): Deployment {
  return rpcUrl === undefined || hasCredentials(rpcUrl) ? rest : { ...rest, rpcUrl };
}

function finalityOf({ confirmations, finalized }: Options): Finality {
  if (finalized === true) return { kind: "finalized" };
  return confirmations === undefined ? { kind: "immediate" } : { kind: "confirmations", blocks: confirmations };
}

/** Only chains that mine when something is sent go without: elsewhere a validator could pass a deadline with one late block (R1). */
async function defaultMinPhaseBlocks(cli: Cli, rpcUrl: string): Promise<number> {
  const endpoint = createEndpoint(rpcUrl, { clock: cliClock(), logger: cliLogger(cli) });
  try {
    const version = String(await endpoint.request("web3_clientVersion", [], cli.signal));
    if (/^(anvil|hardhat)/i.test(version)) return 0;
    throw new SwarmError(
      "USAGE_INVALID",
      `${withoutSecrets(rpcUrl)} is no local chain (${version}): say with --min-phase-blocks how many blocks a phase lasts at least, twice its validators and the lag of its finality`,
      { version },
    );
  } finally {
    endpoint.close();
  }
}

/** The deployment says in its log what each contract took. */
function countingGas(logger: Logger, gas: Record<string, number>): Logger {
  return {
    ...logger,
    info(message, context) {
      const { contract, gasUsed } = context ?? {};
      if (typeof contract === "string" && typeof gasUsed === "number") gas[contract] = gasUsed;
      logger.info(message, context);
    },
  };
}

const gasWords = (gas: number | undefined): string => (gas === undefined ? "" : `  (${gas} gas)`);

import { createLedger } from "../../adapters/chain/ledger.ts";
import type { Deployment } from "../../adapters/chain/deployment.ts";
import { openDisk } from "../../adapters/disk/openDisk.ts";
import { createSealer } from "../../adapters/sealer/createSealer.ts";
import type { NodeFile } from "../../adapters/taskfile/nodeFile.ts";
import { createNetwork, type Libp2pNetwork } from "../../adapters/libp2p/createNetwork.ts";
import { SwarmError } from "../../core/errors.ts";
import type { NetworkView } from "../../core/ledger/view/network.ts";
import { type Address, PROTOCOL_VERSION } from "../../core/primitives.ts";
import { modelSpecs } from "../../core/task/document.ts";
import { maxFileBytes } from "../../core/update.ts";
import type { Disk } from "../../ports/disk.ts";
import type { Ledger } from "../../ports/ledger.ts";
import type { Logger } from "../../ports/logger.ts";
import type { Sealer } from "../../ports/sealer.ts";
import type { AccountOptions, Cli } from "../cli.ts";
import { daemonLogger } from "../daemonLogger.ts";
import { type Home, homeOf, requireNodeSettings } from "../home.ts";
import { openAccount } from "../identity.ts";
import { readNetwork } from "../ledger.ts";
import type { Names } from "../names.ts";
import { chooseNetwork } from "../network.ts";
import { cliClock } from "../system.ts";
import { whyNotEligible } from "../words/licenses.ts";
import { type ModeTask, modeTask } from "./modeTask.ts";

export interface ModeOptions extends AccountOptions {
  task?: string;
}

/** A licensed node with its folder and network, for ways of working that need no store and no transactions. */
export interface ModeNode extends AsyncDisposable, ModeTask {
  home: Home;
  settings: NodeFile;
  account: Address;
  deployment: Deployment;
  names: Names;
  ledger: Ledger;
  /** As of the start. */
  view: NetworkView;
  disk: Disk;
  network: Libp2pNetwork;
  sealer: Sealer;
  logger: Logger;
}

/** Unix seconds by this machine, never behind the chain's last block. */
export const modeTime = ({ view }: Pick<ModeNode, "view">): number =>
  Math.max(view.timestamp, Math.floor(cliClock().now() / 1000));

/** Where the rows are. @throws SwarmError NODE_FILE_DATA */
export function requireData({ settings, home }: ModeNode, option: string | undefined): string {
  const path = option ?? settings.data;
  if (path !== undefined) return path;
  const text = `no rows to train on: name a file or folder with --data, or as data in ${home.nodeFile}`;
  throw new SwarmError("NODE_FILE_DATA", text);
}

/**
 * Reads the network and the task, then opens folder and libp2p. The folder's lock comes before anything listens.
 * @throws SwarmError NOT_ELIGIBLE, DISK_LOCKED, NETWORK_LISTEN, and those of `modeTask`, `chooseNetwork`, `openAccount` and `createLedger`
 */
export async function openModeNode(cli: Cli, options: ModeOptions, mode: "federated" | "split"): Promise<ModeNode> {
  const home = homeOf(options);
  const settings = await requireNodeSettings(home);
  const { deployment, rpcUrl, names } = await chooseNetwork(options);
  const actor = await openAccount(cli, options);
  const { account } = actor;
  await using closing = new AsyncDisposableStack();
  const logger = closing.use(daemonLogger(cli, home));
  const chain = { deployment, rpcUrl, signer: actor.signer, logger, clock: cliClock() };
  const ledger = closing.adopt(await createLedger(chain, { signal: cli.signal }), (it) => it.close());
  const view = await readNetwork(ledger, cli.signal);
  const task = await modeTask(view, options.task ?? settings.task, mode);
  const why = whyNotEligible(view.registry, account, modeTime({ view }));
  if (why !== undefined) {
    const text = `${account} ${why}: nobody would talk to this node; ask the licensing authority, or see "swarm node register"`;
    throw new SwarmError("NOT_ELIGIBLE", text, { account });
  }
  const identity = await actor.unlock();
  const disk = closing.adopt(await openDisk(home.disk, { logger }), (it) => it.close());
  const network = closing.adopt(
    await createNetwork({
      privateKey: identity.peer.privateKey,
      listen: settings.listen,
      maxFileBytes: maxFileBytes(modelSpecs(task.document)),
      protocolVersion: PROTOCOL_VERSION,
      genesisHash: deployment.genesisHash as `0x${string}`,
      ledgerAddress: deployment.ledger as `0x${string}`,
      logger,
    }),
    (it) => it.close(),
  );
  const close = closing.move();
  return {
    ...task,
    home,
    settings,
    account,
    deployment,
    names,
    ledger,
    view,
    disk,
    network,
    sealer: createSealer(identity.ageIdentity),
    logger,
    [Symbol.asyncDispose]: () => close.disposeAsync(),
  };
}

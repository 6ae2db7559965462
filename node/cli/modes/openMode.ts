import { createLedger } from "../../adapters/chain/ledger.ts";
import { openDisk } from "../../adapters/disk/openDisk.ts";
import { createNetwork, type Libp2pNetwork } from "../../adapters/libp2p/createNetwork.ts";
import { createSealer } from "../../adapters/sealer/createSealer.ts";
import { PROTOCOL_VERSION } from "../../core/primitives.ts";
import type { Address } from "../../core/primitives.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Logger } from "../../ports/logger.ts";
import type { Sealer } from "../../ports/sealer.ts";
import type { NodeFile } from "../../adapters/taskfile/nodeFile.ts";
import type { AccountOptions, Cli } from "../cli.ts";
import { daemonLogger } from "../daemonLogger.ts";
import { type Home, homeOf, requireNodeSettings } from "../home.ts";
import { openAccount } from "../identity.ts";
import { readNetwork } from "../ledger.ts";
import { chooseNetwork } from "../network.ts";
import { cliClock } from "../system.ts";
import { type ChosenTask, chosenTask } from "./chosenTask.ts";
import { followMembers, type Members } from "./members.ts";

/** What both sides of a mode with a server work with: a node's keys and folder, peers that the registry admits, and a task. */
export interface OpenMode extends ChosenTask, AsyncDisposable {
  account: Address;
  home: Home;
  settings: NodeFile;
  network: Libp2pNetwork;
  members: Members;
  sealer: Sealer;
  clock: Clock;
  logger: Logger;
  /** Aborts when the command is to stop, or the ledger cannot be followed any more: its reason is why. */
  signal: AbortSignal;
}

export interface ModeOptions extends AccountOptions {
  task: string;
}

/**
 * Opens a node's network without the swarm's daemon. @param check what a task has to have @throws SwarmError TASK_*, NODE_FILE_*, KEY_*, CHAIN_*, DISK_LOCKED
 */
export async function openMode(cli: Cli, options: ModeOptions, check: (task: ChosenTask) => void): Promise<OpenMode> {
  const home = homeOf(options);
  const settings = await requireNodeSettings(home);
  const { deployment, rpcUrl, names } = await chooseNetwork(options);
  const actor = await openAccount(cli, options);
  const { account } = actor;
  await using closing = new AsyncDisposableStack();
  const logger = closing.use(daemonLogger(cli, home));
  const clock = cliClock();
  const chain = { deployment, rpcUrl, signer: actor.signer, logger, clock };
  const ledger = closing.adopt(await createLedger(chain, { signal: cli.signal }), (it) => it.close());
  const task = await chosenTask(options.task, () => readNetwork(ledger, cli.signal));
  check(task);
  const identity = await actor.unlock();
  // A node's folder has one owner, whatever that one does.
  closing.adopt(await openDisk(home.disk, { logger }), (it) => it.close());
  const network = closing.adopt(
    await createNetwork({
      privateKey: identity.peer.privateKey,
      listen: settings.listen,
      logger,
      protocolVersion: PROTOCOL_VERSION,
      genesisHash: deployment.genesisHash as `0x${string}`,
      ledgerAddress: deployment.ledger as `0x${string}`,
    }),
    (it) => it.close(),
  );
  const stop = new AbortController();
  closing.defer(() => stop.abort());
  const signal = AbortSignal.any([cli.signal, stop.signal]);
  const { taskId } = task;
  const onFailure = (error: unknown): void => stop.abort(error);
  const members = await followMembers({
    ledger,
    network,
    self: account,
    names,
    clock,
    ...(taskId === undefined ? {} : { taskId }),
    onFailure,
    signal,
  });
  const close = closing.move();
  const sealer = createSealer(identity.ageIdentity);
  return {
    ...task,
    account,
    home,
    settings,
    network,
    members,
    sealer,
    clock,
    logger,
    signal,
    [Symbol.asyncDispose]: () => close.disposeAsync(),
  };
}

/** Goes on with what ended the ledger's following, once a mode's run is over. */
export function throwFailure(cli: Cli, { signal }: OpenMode): void {
  if (signal.aborted && !cli.signal.aborted) throw signal.reason;
}

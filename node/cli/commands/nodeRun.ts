import { appendFile } from "node:fs/promises";
import { createLedger } from "../../adapters/chain/ledger.ts";
import { SwarmError } from "../../core/errors.ts";
import { memberOf } from "../../core/ledger/view/task.ts";
import { parseDocument } from "../../core/task/document.ts";
import type { PeerObserver } from "../../daemon/components.ts";
import { createPeer } from "../../daemon/peer.ts";
import type { AccountOptions, Cli } from "../cli.ts";
import { homeOf, requireNodeSettings } from "../home.ts";
import { unlock } from "../identity.ts";
import { readNetwork } from "../ledger.ts";
import { chooseNetwork } from "../network.ts";
import { daemonLogger } from "../daemonLogger.ts";
import { progressPrinter } from "../progress.ts";
import { cliClock } from "../system.ts";
import { findTask } from "../tasks.ts";
import { openDaemon } from "../wire.ts";

export interface NodeRunOptions extends AccountOptions {
  task?: string;
  data?: string;
  once?: boolean;
}

/** `swarm node run`: one clinic's daemon, until all rounds are final (`--once`) or Ctrl-C. */
export async function run(cli: Cli, options: NodeRunOptions): Promise<undefined> {
  const home = homeOf(options);
  const settings = await requireNodeSettings(home);
  const { deployment, rpcUrl } = await chooseNetwork(options);
  const identity = await unlock(cli, home, options);
  const logger = daemonLogger(cli, home);
  await using closing = new AsyncDisposableStack();
  const ledger = closing.adopt(
    await createLedger({ deployment, rpcUrl, signer: identity.operator, logger, clock: cliClock() }, { signal: cli.signal }),
    (it) => it.close(),
  );
  const view = await readNetwork(ledger, cli.signal);
  const task = findTask(view, taskName(options, settings.task));
  if (memberOf(task, identity.account) < 0) {
    throw new SwarmError("TASK_NOT_MEMBER", `${identity.account} has not joined this task: run "swarm task join ${task.taskId.slice(0, 10)} --home ${home.dir}" first`);
  }
  const document = parseDocument(task.document);
  const csvPath = options.data ?? settings.data;
  if (csvPath === undefined) {
    throw new SwarmError("NODE_FILE_DATA", `no rows to train on: name a CSV file with --data, or as data in ${home.nodeFile}`);
  }
  const components = closing.use(await openDaemon({ home, identity, deployment, listen: settings.listen, logger, ledger, document, csvPath, signal: cli.signal }));
  const printer = progressPrinter(cli, document.round.rounds);
  printer.ready({ account: identity.account, peerId: identity.peerId, task: task.taskId, engine: components.learner.engine, rows: components.learner.rows, addresses: components.network.addresses() });
  const observer: PeerObserver = {
    ...printer.observer,
    round: (record) => {
      printer.observer.round?.(record);
      appendFile(home.rounds, `${JSON.stringify(record)}\n`).catch((error: unknown) => logger.warn("could not write the round's record", { file: home.rounds, error }));
    },
  };
  const init = { account: identity.account, taskId: task.taskId, document, genesis: deployment.genesisHash, ledgerAddress: deployment.ledger, observer };
  const peer = await createPeer(components, { ...init, untilFinished: options.once === true });
  await peer.run(cli.signal);
  return undefined;
}

function taskName(options: NodeRunOptions, joined: string | undefined): string {
  const name = options.task ?? joined;
  if (name === undefined) throw new SwarmError("TASK_MISSING", `no task to work on: join one with "swarm task join", or name it with --task`);
  return name;
}

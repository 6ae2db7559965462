import { appendFile } from "node:fs/promises";
import { createLedger } from "../../adapters/chain/ledger.ts";
import { SwarmError } from "../../core/errors.ts";
import type { NetworkView } from "../../core/ledger/view/network.ts";
import { licenseOf } from "../../core/ledger/view/registry.ts";
import { memberOf, type TaskView } from "../../core/ledger/view/task.ts";
import type { Address } from "../../core/primitives.ts";
import { parseDocument, type TaskDocument } from "../../core/task/document.ts";
import type { PeerComponents, PeerObserver } from "../../daemon/components.ts";
import { tellAll } from "../../daemon/observers.ts";
import { createPeer } from "../../daemon/peer.ts";
import type { EngineSetting } from "../../ports/learner.ts";
import type { Logger } from "../../ports/logger.ts";
import type { AccountOptions, Cli } from "../cli.ts";
import { type Home, homeOf, requireNodeSettings } from "../home.ts";
import { openAccount } from "../identity.ts";
import { requireMode } from "../modes/modeTask.ts";
import { chooseNetwork } from "../network.ts";
import { daemonLogger } from "../daemonLogger.ts";
import { checkRegistration } from "../doctor/membership.ts";
import { liveRun } from "../liveRun.ts";
import { startMonitor } from "../monitor.ts";
import { type MonitorAddress, monitorAddressOf } from "../monitorAddress.ts";
import { DASHBOARD_PORT, openNodeDashboard } from "../dashboard/openNodeDashboard.ts";
import { progressPrinter } from "../progress.ts";
import { reachLedger } from "../reachLedger.ts";
import { cliClock } from "../system.ts";
import { findTask } from "../tasks.ts";
import { chooseEngine } from "../chooseEngine.ts";
import { chooseTrainer } from "../trainer.ts";
import { openDaemon } from "../wire.ts";

export interface NodeRunOptions extends AccountOptions {
  task?: string;
  data?: string;
  engine?: EngineSetting;
  trainer?: string;
  metrics?: MonitorAddress;
  once?: boolean;
  /** A port, or true for the usual one. */
  dashboard?: number | true;
}

/** What takes the place of a daemon's components: experiments put theirs in. */
export type Exchange = (components: PeerComponents, document: TaskDocument) => Promise<PeerComponents>;

/** `swarm node run`: one clinic's daemon, until Ctrl-C, or with `--once` until all rounds are final. */
export const run = (cli: Cli, options: NodeRunOptions): Promise<undefined> =>
  runWith(cli, options, async (components) => components);

/** The same with other components. What `exchange` opens it closes itself, when this is over. */
export async function runWith(given: Cli, options: NodeRunOptions, exchange: Exchange): Promise<undefined> {
  using live = liveRun(given);
  const { cli } = live;
  const home = homeOf(options);
  const settings = await requireNodeSettings(home);
  const { deployment, rpcUrl, names } = await chooseNetwork(options);
  const actor = await openAccount(cli, options);
  const { account } = actor;
  await using closing = new AsyncDisposableStack();
  const logger = closing.use(daemonLogger(cli, home));
  const monitored = monitorAddressOf(options.metrics, settings);
  const monitor =
    monitored && closing.use(await startMonitor({ address: monitored, home, logger, signal: cli.signal }));
  const chain = { deployment, rpcUrl, signer: actor.signer, logger, clock: cliClock() };
  const reached = await reachLedger(() => createLedger(chain, { signal: cli.signal }), {
    cli,
    logger,
    clock: chain.clock,
  });
  // Told to stop before the chain was there, it has stopped.
  if (reached === undefined) return undefined;
  const ledger = closing.adopt(reached.ledger, (it) => it.close());
  const task = ownTask(reached.view, account, options.task ?? settings.task, options);
  const document = requireMode(parseDocument(task.document), "swarm", `task ${task.taskId}`);
  const dataPath = options.data ?? settings.data;
  if (dataPath === undefined) {
    const text = `no rows to train on: name a file or folder with --data, or as data in ${home.nodeFile}`;
    throw new SwarmError("NODE_FILE_DATA", text);
  }
  const identity = await actor.unlock();
  monitor?.unlocked();
  const registered = checkRegistration(reached.view.registry, identity, settings.announce ?? settings.listen, home.dir);
  // One that has none is told by the wait for it.
  if (registered.state !== "good" && registered.data !== undefined)
    logger.warn(`${registered.text}; others look for this node where the ledger says: type "${registered.fix}"`);
  const { rounds } = document.round;
  const { earlyStopping } = document.training;
  const once = options.once === true;
  const printer = progressPrinter(cli, { taskId: task.taskId, account, rounds, earlyStopping, names, once });
  // Told to stop, the node says so, and says when it has: closing files and connections can take a moment.
  cli.signal.addEventListener("abort", printer.stopping, { once: true });
  logger.atEnd(() => void (cli.signal.aborted && printer.stopped()));
  printer.starting();
  const place = { home, identity, deployment, listen: settings.listen, logger };
  // Who names an engine wants it in place of the trainer in node.yaml.
  const trainer = options.engine === undefined ? chooseTrainer(settings, home, options.trainer) : undefined;
  const { signal } = cli;
  const kernels = process.env.SWARM_KERNELS;
  const chosen = { document, file: home.engine, logger, signal };
  const wanted = options.engine ?? settings.engine ?? "auto";
  const trainsWith = trainer === undefined ? await chooseEngine(wanted, chosen) : undefined;
  const components = closing.use(
    await openDaemon({ ...place, ledger, document, dataPath, engine: trainsWith, trainer, kernels, signal }),
  );
  const { engine, rows } = components.learner;
  const addresses = components.network.addresses();
  const { protections } = components;
  printer.ready({
    account,
    peerId: identity.peerId,
    task: task.taskId,
    name: document.name,
    engine,
    rows,
    addresses,
    log: home.log,
    ...(monitor === undefined ? {} : { metrics: `${monitor.url}/metrics` }),
    ...(protections === undefined ? {} : { protections }),
  });
  const { taskId } = task;
  const line = live.begin({ taskId, names });
  const figures = monitor?.started(components, { account, taskId, earlyStopping }) ?? {};
  const told = tellAll(line, recording(printer.observer, home, logger), figures);
  const shown =
    options.dashboard === undefined
      ? undefined
      : closing.use(
          await openNodeDashboard(told, {
            port: options.dashboard === true ? DASHBOARD_PORT : options.dashboard,
            place: { network: { deployment, names }, ledger, rounds: home.rounds, logger, signal },
            node: { components, taskId: task.taskId, account, names, dir: home.dir },
          }),
        );
  if (shown) printer.dashboard(shown.url);
  const peer = await createPeer(await exchange(components, document), {
    account,
    taskId,
    document,
    genesis: deployment.genesisHash,
    ledgerAddress: deployment.ledger,
    names,
    observer: shown?.observer ?? told,
    untilFinished: once,
  });
  await peer.run(cli.signal);
  return undefined;
}

/** The task to work on. @throws SwarmError USAGE_AUDITOR, TASK_MISSING, TASK_NOT_MEMBER, and those of `findTask` */
function ownTask(view: NetworkView, account: Address, name: string | undefined, { home }: NodeRunOptions): TaskView {
  if (licenseOf(view.registry, account).role === "auditor") {
    const text = `${account} is an auditor, who reads but does not train: run "swarm audit --home ${home}" (with --follow it goes on)`;
    throw new SwarmError("USAGE_AUDITOR", text, { account });
  }
  if (name === undefined) {
    const text = `no task to work on: join one with "swarm task join <task> --home ${home}", or name it with --task`;
    throw new SwarmError("TASK_MISSING", text);
  }
  const task = findTask(view, name);
  if (memberOf(task, account) >= 0) return task;
  const text = `${account} has not joined this task: run "swarm task join ${task.taskId.slice(0, 10)} --home ${home}" first`;
  throw new SwarmError("TASK_NOT_MEMBER", text, { account, taskId: task.taskId });
}

/** Keeps a line per round in the node's folder: scores on its own rows, so that nobody else may read them. */
function recording(observer: PeerObserver, { rounds }: Home, logger: Logger): PeerObserver {
  return {
    ...observer,
    round: (record) => {
      observer.round?.(record);
      appendFile(rounds, `${JSON.stringify(record)}\n`, { mode: 0o600 }).catch((error: unknown) =>
        logger.warn("could not write the round's record", { file: rounds, error }),
      );
    },
  };
}

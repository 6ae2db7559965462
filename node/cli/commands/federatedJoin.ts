import { filePath } from "../../adapters/disk/layout.ts";
import { createRandom } from "../../adapters/system/random.ts";
import { FederatedClient } from "../../modes/federated/client.ts";
import type { EngineSetting } from "../../ports/learner.ts";
import type { Cli } from "../cli.ts";
import { chooseEngine } from "../chooseEngine.ts";
import { admitting, whileAdmitting } from "../modes/admitting.ts";
import { clientPrinter } from "../modes/clientPrinter.ts";
import { connectedTo } from "../modes/connected.ts";
import { costsOf } from "../modes/costs.ts";
import { peerOf, requireServer } from "../modes/findPeer.ts";
import { type ModeNode, type ModeOptions, modeTime, openModeNode, requireData } from "../modes/modeNode.ts";
import { cliClock } from "../system.ts";
import { chooseTrainer } from "../trainer.ts";
import { openLearner } from "../wire.ts";

interface Options extends ModeOptions {
  server: string;
  data?: string;
  engine?: EngineSetting;
  trainer?: string;
  once?: boolean;
}

/** `swarm federated join`: a client of federated learning, until Ctrl-C, or with `--once` until it has the last model. */
export async function run(cli: Cli, options: Options): Promise<undefined> {
  await using node = await openModeNode(cli, options, "federated");
  const { account, document, task, deployment, disk, network, logger, home, ledger } = node;
  const clock = cliClock();
  const coordinator = requireServer(node.view, options.server, node.names, modeTime(node));
  const server = coordinator.account;
  await using closing = new AsyncDisposableStack();
  const learner = closing.adopt(await trainsWith(cli, options, node), (it) => it.close());
  const printer = clientPrinter(cli, {
    rounds: document.round.rounds,
    pathOf: (hash) => filePath(home.disk, "model", hash),
    costs: () => costsOf(network),
  });
  cli.signal.addEventListener("abort", printer.stopping, { once: true });
  const client = new FederatedClient(
    {
      channels: network.channels,
      disk,
      learner,
      clock,
      logger,
      random: createRandom(),
      connected: (peer, signal) => connectedTo(network, peer, signal),
    },
    {
      account,
      document,
      task,
      genesis: deployment.genesisHash,
      ledgerAddress: deployment.ledger,
      coordinator: coordinator.peerId,
      untilFinished: options.once === true,
      observer: printer.observer,
    },
  );
  const { engine, rows } = learner;
  const facts = { engine, rows, addresses: network.addresses(), log: home.log, server };
  printer.ready({ account, peerId: network.peerId, task, name: document.name, ...facts });
  await network.admit([coordinator]);
  await whileAdmitting(
    (signal) => admitting({ ledger, network, clock }, (view, now) => listed(peerOf(view, server, now)), signal),
    (signal) => client.run(signal),
    cli.signal,
  );
  return undefined;
}

/** A client talks to its coordinator and to nobody else. */
const listed = <T>(one: T | undefined): T[] => (one === undefined ? [] : [one]);

/** @throws SwarmError NODE_FILE_DATA, those of data and engine */
async function trainsWith(cli: Cli, options: Options, node: ModeNode) {
  const { signal } = cli;
  const { home, settings, document, logger } = node;
  const dataPath = requireData(node, options.data);
  // Who names an engine wants it in place of the trainer in node.yaml.
  const trainer = options.engine === undefined ? chooseTrainer(settings, home, options.trainer) : undefined;
  const wanted = options.engine ?? settings.engine ?? "auto";
  const chosen = { document, file: home.engine, logger, signal };
  const engine = trainer === undefined ? await chooseEngine(wanted, chosen) : undefined;
  return openLearner({ home, document, dataPath, engine, trainer, logger, signal });
}

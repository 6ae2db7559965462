import { filePath } from "../../adapters/disk/layout.ts";
import { createThreadMerger } from "../../adapters/merger/threadMerger.ts";
import { encodeModel } from "../../core/codec.ts";
import { SwarmError } from "../../core/errors.ts";
import { sha256 } from "../../core/hash.ts";
import { chooseKernels, kernelsOf } from "../../core/merge/chooseKernels.ts";
import { federatedSettings } from "../../core/modes/federatedSettings.ts";
import { initialModel } from "../../core/task/initialModel.ts";
import { admittedPeers } from "../../daemon/admission.ts";
import { mergerInThread } from "../../daemon/inThread.ts";
import { Coordinator } from "../../modes/federated/coordinator.ts";
import type { Cli } from "../cli.ts";
import { completedWords, readGivenModel } from "../givenModel.ts";
import { admitting, whileAdmitting } from "../modes/admitting.ts";
import { costsOf } from "../modes/costs.ts";
import { coordinatorPrinter } from "../modes/coordinatorPrinter.ts";
import { type ModeNode, type ModeOptions, openModeNode } from "../modes/modeNode.ts";
import { cliClock } from "../system.ts";

interface Options extends ModeOptions {
  model?: string;
  once?: boolean;
}

/** `swarm federated serve`: the coordinator of federated learning, until Ctrl-C, or with `--once` until all rounds are done. */
export async function run(cli: Cli, options: Options): Promise<undefined> {
  await using node = await openModeNode(cli, options, "federated");
  const { account, document, task, deployment, disk, network, logger, home, ledger } = node;
  const kernels = chooseKernels(process.env.SWARM_KERNELS);
  const small = mergerInThread(disk, kernelsOf(kernels));
  const merger = createThreadMerger({ dir: home.disk, disk, kernels, small });
  const clock = cliClock();
  const printer = coordinatorPrinter(cli, {
    names: node.names,
    rounds: document.round.rounds,
    pathOf: (hash) => filePath(home.disk, "model", hash),
    costs: () => costsOf(network),
  });
  cli.signal.addEventListener("abort", printer.stopping, { once: true });
  const coordinator = new Coordinator(
    { channels: network.channels, disk, merger, clock, logger },
    {
      account,
      document,
      task,
      genesis: deployment.genesisHash,
      ledgerAddress: deployment.ledger,
      untilFinished: options.once === true,
      firstModel: await firstModel(cli, options, node),
      observer: printer.observer,
    },
  );
  const { peerId } = network;
  const settings = federatedSettings(document);
  printer.ready({
    account,
    peerId,
    task,
    name: document.name,
    ...settings,
    addresses: network.addresses(),
    log: home.log,
  });
  await whileAdmitting(
    (signal) => admitting({ ledger, network, clock }, (view, now) => admittedPeers(view, task, account, now), signal),
    (signal) => coordinator.run(signal),
    cli.signal,
  );
  return undefined;
}

/** From a file, else from the task's seed; where the ledger has a hash of it approved, the one with this hash. @throws SwarmError FILE_*, TASK_NO_LAYERS, FEDERATED_FIRST_MODEL */
async function firstModel(cli: Cli, { model }: Options, { document, modelHash }: ModeNode): Promise<Uint8Array> {
  const given = model === undefined ? undefined : await readGivenModel(model, document);
  if (given?.completed === true) cli.out.note(completedWords(model as string));
  const bytes = given?.bytes ?? encodeModel(initialModel(document, document.training.seed));
  if (modelHash === undefined || sha256(bytes) === modelHash) return bytes;
  const text = `the council approved a first model with sha256 ${modelHash}, and ${model ?? "what the task's seed gives"} is another: name its file with --model`;
  throw new SwarmError("FEDERATED_FIRST_MODEL", text, { modelHash });
}

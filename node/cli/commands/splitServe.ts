import { createEpochStore } from "../../adapters/disk/epochStore.ts";
import { createSplitServerPart } from "../../adapters/tfjs/split/createSplitParts.ts";
import { splitPartsOf } from "../../core/modes/splitParts.ts";
import { admittedPeers } from "../../daemon/admission.ts";
import { serveSplit } from "../../modes/split/server.ts";
import type { Cli } from "../cli.ts";
import { givenWeights } from "../givenModel.ts";
import { admitting, whileAdmitting } from "../modes/admitting.ts";
import { type ModeOptions, modeTime, openModeNode } from "../modes/modeNode.ts";
import { splitFolder } from "../modes/splitFolder.ts";
import { splitPrinter } from "../modes/splitPrinter.ts";
import { cliClock } from "../system.ts";

export interface SplitServeOptions extends ModeOptions {
  model?: string;
  once?: boolean;
}

/** `swarm split serve`: holds the layers behind the cut, until Ctrl-C, or with `--once` until training is over. */
export async function run(cli: Cli, options: SplitServeOptions): Promise<undefined> {
  await using node = await openModeNode(cli, options, "split");
  const { document, account, network, home, task, ledger } = node;
  splitPartsOf(document);
  const base = await givenWeights(options.model, document);
  await using closing = new AsyncDisposableStack();
  const part = closing.adopt(await createSplitServerPart({ document, signal: cli.signal }), (it) => it.close());
  const folder = splitFolder(home, document, base, "server");
  const printer = splitPrinter(cli, network, node.names);
  printer.ready({
    account,
    peerId: network.peerId,
    role: "server",
    task: document.name,
    engine: part.engine,
    addresses: network.addresses(),
    folder,
    log: home.log,
  });
  const clock = cliClock();
  const components = { channels: network.channels, part, store: createEpochStore(folder), clock };
  const settings = { document, ...(base && { base }), observer: printer.observer, once: options.once === true };
  await network.admit(admittedPeers(node.view, task, account, modeTime(node)));
  await whileAdmitting(
    (signal) => admitting({ ledger, network, clock }, (view, now) => admittedPeers(view, task, account, now), signal),
    (signal) => serveSplit(components, settings, signal),
    cli.signal,
  );
  return undefined;
}

import { createEpochStore } from "../../adapters/disk/epochStore.ts";
import { createSplitServerPart } from "../../adapters/tfjs/split/createSplitParts.ts";
import { splitPartsOf } from "../../core/modes/splitParts.ts";
import { serveSplit } from "../../modes/split/server.ts";
import type { Cli } from "../cli.ts";
import { type ModeOptions, openMode, throwFailure } from "../modes/openMode.ts";
import { splitFolder } from "../modes/splitFolder.ts";
import { splitPrinter } from "../modes/splitPrinter.ts";
import { namesOf } from "../names.ts";

export interface SplitServeOptions extends ModeOptions {
  once?: boolean;
}

/** `swarm split serve`: holds the layers behind the cut, until Ctrl-C, or with `--once` until training is over. */
export async function run(cli: Cli, options: SplitServeOptions): Promise<undefined> {
  await using closing = new AsyncDisposableStack();
  const mode = closing.use(await openMode(cli, options, ({ document }) => void splitPartsOf(document)));
  const { document, account, network, home, settings, clock, signal } = mode;
  const part = closing.adopt(await createSplitServerPart({ document, signal }), (it) => it.close());
  const folder = splitFolder(home, document, "server");
  const printer = splitPrinter(cli, network, namesOf(settings));
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
  const components = { channels: network.channels, part, store: createEpochStore(folder), clock };
  await serveSplit(components, { document, observer: printer.observer, once: options.once === true }, signal);
  throwFailure(cli, mode);
  return undefined;
}

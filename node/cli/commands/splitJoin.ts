import { createEpochStore } from "../../adapters/disk/epochStore.ts";
import { createSplitClientPart } from "../../adapters/tfjs/split/createSplitParts.ts";
import { SwarmError } from "../../core/errors.ts";
import { splitPartsOf } from "../../core/modes/splitParts.ts";
import { joinSplit } from "../../modes/split/client.ts";
import type { Cli } from "../cli.ts";
import { type ModeOptions, openMode, throwFailure } from "../modes/openMode.ts";
import { splitFolder } from "../modes/splitFolder.ts";
import { splitPrinter } from "../modes/splitPrinter.ts";
import { namesOf } from "../names.ts";

export interface SplitJoinOptions extends ModeOptions {
  server: string;
  data?: string;
  once?: boolean;
}

/** `swarm split join`: trains the layers up to the cut on this node's rows, until training is over. */
export async function run(cli: Cli, options: SplitJoinOptions): Promise<undefined> {
  await using closing = new AsyncDisposableStack();
  const mode = closing.use(await openMode(cli, options, ({ document }) => void splitPartsOf(document)));
  const { document, account, network, home, settings, members, sealer, clock, signal } = mode;
  const dataPath = options.data ?? settings.data;
  if (dataPath === undefined) {
    const text = `no rows to train on: name a file or folder with --data, or as data in ${home.nodeFile}`;
    throw new SwarmError("NODE_FILE_DATA", text);
  }
  const server = members.find(options.server);
  const part = closing.adopt(await createSplitClientPart({ document, dataPath, signal }), (it) => it.close());
  const folder = splitFolder(home, document, "client");
  const printer = splitPrinter(cli, network, namesOf(settings));
  printer.ready({
    account,
    peerId: network.peerId,
    role: "client",
    task: document.name,
    engine: part.engine,
    rows: part.rows,
    addresses: network.addresses(),
    folder,
    log: home.log,
  });
  const recipients = () => members.keysBut(server.account);
  const components = { channels: network.channels, part, store: createEpochStore(folder), sealer, clock, recipients };
  await joinSplit(components, { document, server: server.peerId, observer: printer.observer }, signal);
  throwFailure(cli, mode);
  return undefined;
}

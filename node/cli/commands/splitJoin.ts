import { createEpochStore } from "../../adapters/disk/epochStore.ts";
import { createSplitClientPart } from "../../adapters/tfjs/split/createSplitParts.ts";
import { splitPartsOf } from "../../core/modes/splitParts.ts";
import type { NetworkView } from "../../core/ledger/view/network.ts";
import { isEligible } from "../../core/ledger/view/registry.ts";
import type { Address, EncryptionKey } from "../../core/primitives.ts";
import { joinSplit } from "../../modes/split/client.ts";
import type { Cli } from "../cli.ts";
import { givenWeights } from "../givenModel.ts";
import { admitting, whileAdmitting } from "../modes/admitting.ts";
import { peerOf, requireServer } from "../modes/findPeer.ts";
import { type ModeOptions, modeTime, openModeNode, requireData } from "../modes/modeNode.ts";
import { splitFolder } from "../modes/splitFolder.ts";
import { splitPrinter } from "../modes/splitPrinter.ts";
import { cliClock } from "../system.ts";

export interface SplitJoinOptions extends ModeOptions {
  server: string;
  model?: string;
  data?: string;
  once?: boolean;
}

/** `swarm split join`: trains the layers up to the cut on this node's rows, until training is over. */
export async function run(cli: Cli, options: SplitJoinOptions): Promise<undefined> {
  await using node = await openModeNode(cli, options, "split");
  const { document, account, network, home, ledger, sealer } = node;
  splitPartsOf(document);
  const dataPath = requireData(node, options.data);
  const server = requireServer(node.view, options.server, node.names, modeTime(node));
  const base = await givenWeights(options.model, document);
  await using closing = new AsyncDisposableStack();
  const part = closing.adopt(await createSplitClientPart({ document, dataPath, signal: cli.signal }), (it) =>
    it.close(),
  );
  const folder = splitFolder(home, document, base, "client");
  const printer = splitPrinter(cli, network, node.names);
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
  const clock = cliClock();
  let latest = { view: node.view, now: modeTime(node) };
  const recipients = () => keysBut(server.account, latest);
  const components = { channels: network.channels, part, store: createEpochStore(folder), sealer, clock, recipients };
  const init = { document, ...(base && { base }), server: server.peerId, observer: printer.observer };
  await network.admit([server]);
  await whileAdmitting(
    (signal) =>
      admitting(
        { ledger, network, clock },
        (view, now) => {
          latest = { view, now };
          const peer = peerOf(view, server.account, now);
          return peer === undefined ? [] : [peer];
        },
        signal,
      ),
    (signal) => joinSplit(components, init, signal),
    cli.signal,
  );
  return undefined;
}

/** Encryption keys of all nodes with a licence, without the server's: the clients' part is not for it (S9). */
const keysBut = (server: Address, { view, now }: { view: NetworkView; now: number }): EncryptionKey[] =>
  [...view.registry.registrations.values()]
    .filter(({ account }) => account !== server && isEligible(view.registry, account, now))
    .map(({ encryptionKey }) => encryptionKey);

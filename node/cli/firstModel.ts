import type { Deployment } from "../adapters/chain/deployment.ts";
import type { Identity } from "../adapters/keys/identity.ts";
import type { NetworkView } from "../core/ledger/view/network.ts";
import { mayConnect } from "../core/ledger/view/registry.ts";
import type { Cid, EncryptionKey } from "../core/primitives.ts";
import { besideDaemon } from "./besideDaemon.ts";
import type { Cli } from "./cli.ts";
import type { Home } from "./home.ts";
import { cliLogger } from "./system.ts";
import { openNode } from "./wire.ts";

export interface KeptModel {
  cid: Cid;
  recipients: number;
  /** Keys that nothing can be sealed to. */
  unusable: EncryptionKey[];
}

export interface FirstModelInit {
  home: Home;
  identity: Identity;
  deployment: Deployment;
  view: NetworkView;
  /** Unix seconds. */
  now: number;
  /** The model's file. */
  model: Uint8Array;
}

/**
 * Seals a task's first model to all nodes and auditors that are registered now, puts the sealed file into the node's IPFS store and the
 * opened one among its models: its daemon offers both from its next start on. Later nodes ask members for it by hash.
 * @throws SwarmError DISK_LOCKED where the daemon runs, STORE_FAILED, DISK_FAILED
 */
export async function keepFirstModel(cli: Cli, init: FirstModelInit): Promise<KeptModel> {
  const { home, identity, deployment, view, now, model } = init;
  // The store needs a libp2p node, which here neither listens nor admits anybody.
  await using node = await besideDaemon("The model is put into the node's folder", () =>
    openNode({ home, identity, deployment, listen: [], maxFileBytes: model.length, logger: cliLogger(cli) }),
  );
  const keys = recipientKeys(view, now);
  const { sealed, unusable } = await node.sealer.seal(model, keys);
  for (const key of unusable)
    cli.out.note(`warning: nothing can be sealed to the encryption key ${key}; its node has to register a new one`);
  await node.disk.write("model", model);
  return { cid: await node.store.put(sealed), recipients: keys.length - unusable.length, unusable };
}

function recipientKeys({ registry }: NetworkView, now: number): EncryptionKey[] {
  return [...registry.registrations.values()]
    .filter(({ account }) => mayConnect(registry, account, now))
    .map(({ encryptionKey }) => encryptionKey);
}

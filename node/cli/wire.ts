import { createSealer } from "../adapters/sealer/createSealer.ts";
import { createNetwork, type Libp2pNetwork } from "../adapters/libp2p/createNetwork.ts";
import { createStore } from "../adapters/ipfs/createStore.ts";
import type { Deployment } from "../adapters/chain/deployment.ts";
import { openDisk } from "../adapters/disk/openDisk.ts";
import type { Identity } from "../adapters/keys/identity.ts";
import { createThreadMerger } from "../adapters/merger/threadMerger.ts";
import { createTrainer, type Trainer } from "../adapters/process/createTrainer.ts";
import type { Protections } from "../adapters/process/protections.ts";
import { createLearner } from "../adapters/tfjs/createLearner.ts";
import { createClock } from "../adapters/system/clock.ts";
import { createRandom } from "../adapters/system/random.ts";
import { chooseKernels, kernelsOf } from "../core/merge/chooseKernels.ts";
import { PROTOCOL_VERSION } from "../core/primitives.ts";
import type { TaskDocument } from "../core/task/document.ts";
import { maxFileBytes } from "../core/update.ts";
import { modelSpecs } from "../core/task/document.ts";
import type { PeerComponents } from "../daemon/components.ts";
import { mergerInThread } from "../daemon/inThread.ts";
import type { Disk } from "../ports/disk.ts";
import type { EngineName, Learner } from "../ports/learner.ts";
import type { Ledger } from "../ports/ledger.ts";
import type { Logger } from "../ports/logger.ts";
import type { Sealer } from "../ports/sealer.ts";
import type { Store } from "../ports/store.ts";
import type { Home } from "./home.ts";
import type { ChosenTrainer } from "./trainer.ts";

/** What a node's folder, keys and network make together, without training. */
export interface OpenNode extends AsyncDisposable {
  disk: Disk;
  network: Libp2pNetwork;
  store: Store;
  sealer: Sealer;
}

export interface NodeInit {
  home: Home;
  identity: Identity;
  deployment: Deployment;
  /** Multiaddrs. */
  listen: string[];
  /** Largest opened file that is sent or taken, bytes; the network's own limit where left out. */
  maxFileBytes?: number;
  logger: Logger;
}

/**
 * Opens a node's folder and its network. The folder's lock comes first, so that a second daemon stops before it listens.
 * @throws SwarmError DISK_LOCKED, PORT_IN_USE, STORE_FAILED
 */
export async function openNode({
  home,
  identity,
  deployment,
  listen,
  maxFileBytes,
  logger,
}: NodeInit): Promise<OpenNode> {
  await using closing = new AsyncDisposableStack();
  const disk = closing.adopt(await openDisk(home.disk, { logger }), (it) => it.close());
  const options = {
    protocolVersion: PROTOCOL_VERSION,
    genesisHash: deployment.genesisHash as `0x${string}`,
    ledgerAddress: deployment.ledger as `0x${string}`,
  };
  const network = closing.adopt(
    await createNetwork({
      privateKey: identity.peer.privateKey,
      listen,
      ...(maxFileBytes === undefined ? {} : { maxFileBytes }),
      logger,
      ...options,
    }),
    (it) => it.close(),
  );
  logConnections(network, logger);
  const received = (): number => network.traffic().received;
  const store = closing.adopt(await createStore({ libp2p: network.libp2p, dir: home.ipfs, logger, received }), (it) =>
    it.close(),
  );
  const close = closing.move();
  return {
    disk,
    network,
    store,
    sealer: createSealer(identity.ageIdentity),
    [Symbol.asyncDispose]: () => close.disposeAsync(),
  };
}

/** Who is connected, for whoever looks into why files do not come; a revoked node shows as gone (R10). */
function logConnections({ libp2p }: Libp2pNetwork, logger: Logger): void {
  libp2p.addEventListener("peer:connect", ({ detail }) => logger.info("peer connected", { peerId: detail.toString() }));
  libp2p.addEventListener("peer:disconnect", ({ detail }) =>
    logger.info("peer disconnected", { peerId: detail.toString() }),
  );
}

export interface DaemonInit extends Omit<NodeInit, "maxFileBytes"> {
  ledger: Ledger;
  document: TaskDocument;
  dataPath: string;
  /** The built-in engine that trains; "wasm" where it is left out. */
  engine: EngineName | undefined;
  /** The clinic's own trainer, where one is to train. */
  trainer: ChosenTrainer | undefined;
  /** Which merge kernels to use, as `SWARM_KERNELS` says. */
  kernels: string | undefined;
  signal: AbortSignal;
}

export interface OpenDaemon extends PeerComponents, AsyncDisposable {
  /** Of the clinic's own trainer, where one trains. */
  protections?: Protections;
}

/** What trains: the clinic's own trainer, or a built-in engine. @throws SwarmError of the learner */
export function openLearner(
  init: Pick<DaemonInit, "home" | "document" | "dataPath" | "engine" | "trainer" | "logger" | "signal">,
): Promise<Learner & Partial<Pick<Trainer, "protections">>> {
  const { home, document, dataPath, engine, trainer, logger, signal } = init;
  if (trainer === undefined)
    return createLearner({ document, dataPath, ...(engine ? { engine } : {}), logger, signal });
  const { env: environment } = process;
  return createTrainer({
    document,
    dataPath,
    ...trainer,
    folder: home.trainer,
    hidden: [home.keys],
    environment,
    logger,
    signal,
  });
}

/**
 * Everything that a peer daemon works with. The ledger stays the caller's; the rest is closed with what is returned.
 * @throws SwarmError MERGE_KERNELS, and those of `openNode` and the learner
 */
export async function openDaemon(init: DaemonInit): Promise<OpenDaemon> {
  const { ledger, document, trainer, logger } = init;
  const kernels = chooseKernels(init.kernels);
  await using closing = new AsyncDisposableStack();
  const opening = openNode({ ...init, maxFileBytes: maxFileBytes(modelSpecs(document)) });
  // The training worker takes the longest to start, and needs nothing of the node. A trainer's folder is in the node's, whose lock comes first.
  const starting = trainer === undefined ? openLearner(init) : opening.then(() => openLearner(init));
  const [node, learner] = await Promise.allSettled([opening, starting]);
  if (node.status === "fulfilled") closing.use(node.value);
  if (learner.status === "fulfilled") closing.adopt(learner.value, (it) => it.close());
  if (node.status === "rejected") throw node.reason;
  if (learner.status === "rejected") throw learner.reason;
  const close = closing.move();
  const { disk, network, store, sealer } = node.value;
  const clock = createClock();
  const random = createRandom();
  const small = mergerInThread(disk, kernelsOf(kernels));
  const { protections } = learner.value;
  return {
    ledger,
    disk,
    network,
    store,
    sealer,
    learner: learner.value,
    clock,
    random,
    logger,
    merger: createThreadMerger({ dir: init.home.disk, disk, kernels, small }),
    ...(protections === undefined ? {} : { protections }),
    [Symbol.asyncDispose]: () => close.disposeAsync(),
  };
}

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { withBitswap } from "@helia/bitswap";
import { withLibp2pLight } from "@helia/libp2p";
import type { Libp2p } from "@libp2p/interface";
import { NextToLast } from "blockstore-fs/sharding";
import { type BlockBroker, createHeliaLight, type Helia } from "helia";
import type { CID } from "multiformats/cid";
import { SwarmError } from "../../core/errors.ts";
import type { Logger } from "../../ports/logger.ts";
import { CheckedBlocks } from "./checkedBlocks.ts";
import { createPinStore } from "./pinStore.ts";
import { syncFiles } from "./syncFiles.ts";

/** A block is at most 1 MiB; two and their envelope fit a message. */
const MAX_MESSAGE_BYTES = 3 * 1024 * 1024;

/** How long one message of blocks may take over a slow line, milliseconds. */
const MESSAGE_MS = 60_000;

/** Helia with what the store needs around it. */
export interface RunningHelia {
  helia: Helia;
  /** The blocks on this disk alone: reading here never asks a peer. */
  blocks: CheckedBlocks;
  /** Tells waiting peers that blocks can be had now. */
  announce(cids: CID[]): Promise<void>;
  /** Makes blocks, and everything that was pinned so far, survive a loss of power. */
  sync(cids: CID[]): Promise<void>;
  stop(): Promise<void>;
}

/** Starts Helia and bitswap on a libp2p node that someone else owns; no gateways, no routing, no bootstrap peers. */
export async function startHelia(libp2p: Libp2p, dir: string, logger: Logger): Promise<RunningHelia> {
  const sharding = new NextToLast();
  const blocks = new CheckedBlocks(join(dir, "blocks"), { shardingStrategy: sharding }, logger);
  const datastore = createPinStore(join(dir, "pins"));
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await blocks.open();
    await datastore.open();
  } catch (error) {
    throw new SwarmError(
      "STORE_FAILED",
      `The block store in ${dir} does not open: is another daemon using it? (${String(error)})`,
      { path: dir },
      error,
    );
  }

  const helia = createHeliaLight({
    blockstore: blocks,
    datastore,
    // Counts blocks as content, where the network counts.
    ...(libp2p.metrics === undefined ? {} : { metrics: libp2p.metrics }),
  });
  const held = holdAnnouncements(helia);
  withBitswap(withLibp2pLight(helia, libp2p), {
    // By default peers wait 10 ms before each message for more to come; here whole files are asked for at once anyway.
    sendBlocksDebounce: 1,
    sendWantlistDebounce: 1,
    // A peer that gave up on a block and asks again at once must not be told to wait.
    doNotResendBlockWindow: 1,
    // One operation works off all wants of a peer: requests of several files must not be dropped while one runs.
    sendBlocksMaxQueueLength: 1024,
    sendBlocksTimeout: MESSAGE_MS,
    messageReceiveTimeout: MESSAGE_MS,
    messageSendTimeout: MESSAGE_MS,
    maxIncomingMessageSize: MAX_MESSAGE_BYTES,
    maxOutgoingMessageSize: MAX_MESSAGE_BYTES,
    maxInboundStreams: 64,
    maxOutboundStreams: 128,
  });
  await helia.start();

  return {
    helia,
    blocks,
    announce: held.announce,
    async sync(cids) {
      const paths = cids.map((cid) => {
        const { dir: shard, file } = sharding.encode(cid);
        return join(blocks.path, shard, file);
      });
      await syncFiles(paths, blocks.path);
      // Level writes one log: a synced record takes all earlier ones with it.
      await datastore.db.put("/synced", new Uint8Array(1), { sync: true } as object);
    },
    async stop() {
      await helia.stop();
      await datastore.close();
      await blocks.close();
    },
  };
}

/**
 * Helia announces a block before it is written, so a peer that waits for it is answered from a disk that does not have it yet, and
 * never again. Announcements are held back here until the store says that the blocks are there.
 */
function holdAnnouncements(helia: Helia): { announce(cids: CID[]): Promise<void> } {
  let bitswap: BlockBroker | undefined;
  const later = async (): Promise<void> => undefined;
  const add = helia.addBlockBroker.bind(helia);
  helia.addBlockBroker = (given) => {
    const broker = typeof given === "function" ? given(helia) : given;
    bitswap = broker;
    const quiet = Object.create(broker) as BlockBroker;
    quiet.announce = later;
    quiet.createSession = (options) => {
      const session = broker.createSession?.(options);
      if (session === undefined) throw new TypeError("bitswap without sessions");
      return { ...session, announce: later };
    };
    add(quiet);
  };
  return {
    async announce(cids) {
      for (const cid of cids) await bitswap?.announce?.(cid);
    },
  };
}

import type { Clock } from "../../../ports/clock.ts";
import type { Logger } from "../../../ports/logger.ts";
import { type BlockHeader, parseHeader } from "./header.ts";
import { type RpcSocket, openSocket } from "./socket.ts";

/** Waits between attempts to subscribe: from the first to the last number of milliseconds, doubling. */
const RETRY_MS = { first: 100, most: 2_000, unsupported: 30_000 } as const;

/** New blocks as the endpoint announces them, for as long as it offers a WebSocket. */
export interface HeadFeed {
  /** Whether announcements come now; else whoever follows has to ask. */
  readonly live: boolean;
  close(): void;
}

/**
 * Subscribes to new heads and subscribes again whenever the connection ends. A socket of its own: answers and announcements on one
 * socket wait for each other's acknowledgments (up to 40 ms measured), announcements alone arrive at once.
 * @param onHead with the header, or with undefined when announcements begin or end, so that whoever follows looks for itself
 */
export function subscribeHeads(
  url: string,
  components: { clock: Clock; logger: Logger },
  onHead: (header: BlockHeader | undefined) => void,
): HeadFeed {
  const { clock, logger } = components;
  const stop = new AbortController();
  let socket: RpcSocket | undefined;
  let live = false;
  let everLive = false;

  async function subscribeOnce(): Promise<void> {
    socket = await openSocket(url, stop.signal);
    try {
      await socket.call([{ method: "eth_subscribe", params: ["newHeads"] }], stop.signal);
      socket.onNotification((payload) => onHead(parseHeader(payload)));
      live = true;
      everLive = true;
      onHead(undefined);
      await socket.closed;
    } finally {
      socket.close();
      live = false;
    }
  }

  async function run(): Promise<void> {
    let wait: number = RETRY_MS.first;
    while (!stop.signal.aborted) {
      const before = clock.now();
      try {
        await subscribeOnce();
      } catch (error) {
        if (stop.signal.aborted) return;
        logger.debug("No announcements of blocks from the chain's endpoint; asking it instead", { error });
      }
      if (stop.signal.aborted) return;
      onHead(undefined);
      if (clock.now() - before > RETRY_MS.most) wait = RETRY_MS.first;
      await clock.sleep(wait, stop.signal);
      wait = Math.min(wait * 2, everLive ? RETRY_MS.most : RETRY_MS.unsupported);
    }
  }

  run().catch((error: unknown) => {
    if (!stop.signal.aborted) logger.error("The subscription to new blocks ended", { error });
  });
  return {
    get live() {
      return live;
    },
    close() {
      stop.abort(new Error("closed"));
      socket?.close();
    },
  };
}

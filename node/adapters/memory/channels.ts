import { SwarmError } from "../../core/errors.ts";
import type { PeerId } from "../../core/primitives.ts";
import type { Channel, ChannelHandler, Channels, Message } from "../../ports/channels.ts";
import type { AdmittedPeer } from "../../ports/network.ts";

/** What a message's lengths take on a real line. */
const LENGTHS_BYTES = 8;
/** Bytes that may be on their way, as in yamux' first window. */
const WINDOW_BYTES = 256 * 1024;

interface End {
  handlers: Map<string, ChannelHandler>;
  peer: AdmittedPeer;
}

/** Channels within the process, between all that are made by one call. @param peers who they are, in this order */
export function createMemoryChannels(peers: readonly AdmittedPeer[]): Channels[] {
  const ends = new Map<PeerId, End>(peers.map((peer) => [peer.peerId, { peer, handlers: new Map() }]));
  return peers.map((self) => ({
    async open(peerId, purpose, { signal }) {
      signal.throwIfAborted();
      const end = ends.get(peerId);
      if (end === undefined || peerId === self.peerId)
        throw new SwarmError("PEER_UNREACHABLE", `${peerId} cannot be reached`, { peer: peerId });
      const handler = end.handlers.get(purpose);
      if (handler === undefined) {
        const reason = `nobody serves "${purpose}" here now`;
        throw new SwarmError("PEER_REFUSED", `${peerId} refused a channel: ${reason}`, { peer: peerId, reason });
      }
      const [ours, theirs] = createPair(end.peer, self);
      handler(theirs).then(
        () => theirs.close(),
        (error: unknown) => theirs.abort(error instanceof Error ? error : new Error(String(error))),
      );
      return ours;
    },
    serve(purpose, handler) {
      const { handlers } = ends.get(self.peerId) as End;
      if (handler === undefined) handlers.delete(purpose);
      else handlers.set(purpose, handler);
    },
  }));
}

/** One way of a channel: what is sent waits for its reader where more than a window is on its way. */
class Way {
  #queue: { message: Message; taken: () => void }[] = [];
  #reader: (() => void) | undefined;
  ended: SwarmError | undefined;

  put(message: Message, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.ended) return reject(this.ended);
      const entry = { message, taken: resolve };
      this.#queue.push(entry);
      const waiting = this.#queue.reduce((sum, { message: { body } }) => sum + body.length, 0);
      if (waiting <= WINDOW_BYTES) resolve();
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      this.#reader?.();
    });
  }

  async take(waitMs: number | undefined, signal: AbortSignal): Promise<Message> {
    while (this.#queue.length === 0) {
      if (this.ended) throw this.ended;
      await this.#wait(waitMs, signal);
    }
    const { message, taken } = this.#queue.shift() as { message: Message; taken: () => void };
    taken();
    return message;
  }

  #wait(waitMs: number | undefined, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const slow = new SwarmError("PEER_TIMEOUT", `the peer said nothing for ${waitMs} ms`);
      const timer = waitMs === undefined ? undefined : setTimeout(() => reject(slow), waitMs);
      const done = (): void => {
        clearTimeout(timer);
        this.#reader = undefined;
        resolve();
      };
      this.#reader = done;
      signal.addEventListener("abort", () => (clearTimeout(timer), reject(signal.reason)), { once: true });
    });
  }

  end(error: SwarmError, dropped: boolean): void {
    this.ended ??= error;
    if (dropped) this.#queue = [];
    this.#reader?.();
  }
}

function createPair(a: AdmittedPeer, b: AdmittedPeer): [Channel, Channel] {
  const there = new Way();
  const back = new Way();
  return [createEnd(a, there, back), createEnd(b, back, there)];
}

function createEnd(peer: AdmittedPeer, out: Way, into: Way): Channel {
  const bytes = { sent: 0, received: 0 };
  const sizeOf = ({ head, body }: Message): number =>
    LENGTHS_BYTES + new TextEncoder().encode(JSON.stringify(head)).length + body.length;
  const closed = (why: string): SwarmError =>
    new SwarmError("PEER_CLOSED", `the channel with ${peer.peerId} ${why}`, { peer: peer.peerId });
  const abort = (reason: Error): void => {
    out.end(closed(`was ended (${reason.message})`), true);
    into.end(closed(`was ended (${reason.message})`), true);
  };
  const failing = (error: unknown): never => {
    abort(error instanceof Error ? error : new Error(String(error)));
    throw error;
  };
  return {
    peer,
    bytes,
    async send(message, { signal }) {
      const copy = { head: JSON.parse(JSON.stringify(message.head)) as Message["head"], body: message.body.slice() };
      await out.put(copy, signal).catch(failing);
      bytes.sent += sizeOf(copy);
    },
    async receive({ maxBodyBytes, waitMs, signal }) {
      const message = await into.take(waitMs, signal).catch(failing);
      if (message.body.length > maxBodyBytes) {
        const text = `${peer.peerId} sends too much: ${message.body.length} bytes, ${maxBodyBytes} are allowed`;
        return failing(new SwarmError("PEER_TOO_LARGE", text, { peer: peer.peerId }));
      }
      bytes.received += sizeOf(message);
      return message;
    },
    async close() {
      out.end(closed("was closed"), false);
      into.end(closed("was closed by this side"), true);
    },
    abort,
  };
}

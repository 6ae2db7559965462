import type { Connection, Libp2p, Stream } from "@libp2p/interface";
import { peerIdFromString } from "@libp2p/peer-id";
import { SwarmError } from "../../core/errors.ts";
import type { Logger } from "../../ports/logger.ts";
import type { Channel, ChannelHandler, Channels } from "../../ports/channels.ts";
import type { AdmittedPeer } from "../../ports/network.ts";
import type { Admission } from "./admission.ts";
import { createChannel } from "./channel.ts";
import { bodyless, CHANNEL_PROTOCOL, openingOf, parseOpening } from "./channelWire.ts";
import type { FileLimits } from "./fileLimits.ts";
import { isSameNetwork, type NetworkIdentity, parseAnswer, pickIdentity, WireError } from "./fileWire.ts";
import { otherNetwork, toPeerError } from "./peerError.ts";
import { requireReachable } from "./reachable.ts";

/** Channels that one peer may hold at a time. */
const MAX_PER_PEER = 8;

interface Components {
  libp2p: Libp2p;
  admission: Admission;
  identity: NetworkIdentity;
  logger: Logger;
}

export type OpenChannels = Channels & { close(): Promise<void> };

/** Serves and opens channels over a libp2p node. What a peer does wrong ends its own channel and nothing else. */
export async function createChannels(components: Components, limits: FileLimits): Promise<OpenChannels> {
  const { libp2p, admission, identity, logger } = components;
  const handlers = new Map<string, ChannelHandler>();
  const held = new Map<string, number>();
  const closing = new AbortController();

  /** Takes a peer's opening and lets the purpose's handler answer, to its end. */
  async function answer(channel: Channel): Promise<void> {
    const { signal } = closing;
    const opening = await channel.receive({ maxBodyBytes: 0, waitMs: limits.answerMs, signal });
    const asked = parseOpening(opening);
    const { peerId } = channel.peer;
    const refuse = (reason: string) => channel.send(bodyless({ status: "refused", reason }), { signal });
    if (!isSameNetwork(asked.identity, identity))
      return channel.send(bodyless({ status: "version", ...pickIdentity(identity) }), { signal });
    const handler = handlers.get(asked.purpose);
    if (handler === undefined) return refuse(`nobody serves "${asked.purpose}" here now`);
    const count = held.get(peerId) ?? 0;
    if (count >= MAX_PER_PEER) return refuse(`more than ${MAX_PER_PEER} channels at a time`);
    held.set(peerId, count + 1);
    try {
      await channel.send(bodyless({ status: "open" }), { signal });
      await handler(channel);
    } finally {
      const left = (held.get(peerId) ?? 1) - 1;
      if (left > 0) held.set(peerId, left);
      else held.delete(peerId);
    }
  }

  function onStream(stream: Stream, connection: Connection): void {
    const admitted = admission.get(connection.remotePeer.toString());
    if (admitted === undefined) return stream.abort(new Error("not admitted"));
    const channel = createChannel(stream, admitted.peer, limits, closing.signal);
    answer(channel).then(
      () => channel.close(),
      (error: unknown) => {
        channel.abort(error instanceof Error ? error : new Error(String(error)));
        const { peerId, account } = admitted.peer;
        const context = { peerId, account, error: String(error) };
        const isTheirs = error instanceof WireError || (error as { code?: string }).code === "PEER_WRONG_BYTES";
        if (isTheirs) logger.warn("A peer breaks the channel protocol", context);
        else logger.debug("A channel ended early", context);
      },
    );
  }

  await libp2p.handle(CHANNEL_PROTOCOL, onStream, { maxInboundStreams: 2 * MAX_PER_PEER, maxOutboundStreams: 64 });

  return {
    async open(peer, purpose, { signal }) {
      const given = AbortSignal.any([signal, closing.signal]);
      const opening = AbortSignal.any([given, AbortSignal.timeout(limits.answerMs)]);
      const asked = { peer, what: "a channel", protocol: CHANNEL_PROTOCOL };
      const hello = openingOf(identity, purpose);
      try {
        requireReachable(libp2p, admission, peer);
        const id = peerIdFromString(peer);
        const stream = await libp2p.dialProtocol(id, CHANNEL_PROTOCOL, { signal: opening, negotiateFully: true });
        const admitted = admission.get(peer) as { peer: AdmittedPeer };
        const channel = createChannel(stream, admitted.peer, limits, closing.signal);
        await channel.send(hello, { signal: opening });
        const { head } = await channel.receive({ maxBodyBytes: 0, waitMs: limits.answerMs, signal: opening });
        if (head.status === "open") return channel;
        channel.abort(new Error("not opened"));
        throw refusalOf(peer, head, identity);
      } catch (error) {
        throw toPeerError(error, asked, given);
      }
    },
    serve(purpose, handler) {
      if (handler === undefined) handlers.delete(purpose);
      else handlers.set(purpose, handler);
    },
    async close() {
      closing.abort(new Error("the network is closing"));
      await libp2p.unhandle(CHANNEL_PROTOCOL);
    },
  };
}

/** What an answer that opens nothing says. @throws WireError */
function refusalOf(peer: string, head: Record<string, unknown>, identity: NetworkIdentity): SwarmError {
  const answer = parseAnswer(head);
  if (answer.status === "refused")
    return new SwarmError("PEER_REFUSED", `${peer} refused a channel: ${answer.reason}`, {
      peer,
      reason: answer.reason,
    });
  if (answer.status === "version") return otherNetwork(peer, answer, identity);
  throw new WireError('"status" is none of open, refused, version');
}

import { type GossipSub, gossipsub } from "@libp2p/gossipsub";
import { identify, identifyPush } from "@libp2p/identify";
import type { Libp2p } from "@libp2p/interface";
import { noise } from "@libp2p/noise";
import { peerIdFromString } from "@libp2p/peer-id";
import { type Ping, ping } from "@libp2p/ping";
import { tcp } from "@libp2p/tcp";
import { yamux } from "@libp2p/yamux";
import { createLibp2p } from "libp2p";
import { SwarmError } from "../../core/errors.ts";
import type { Address, Bytes32, PeerId } from "../../core/primitives.ts";
import type { Channels } from "../../ports/channels.ts";
import type { Logger } from "../../ports/logger.ts";
import type { Network, Traffic } from "../../ports/network.ts";
import { type Admission, type Admitted, createAdmission } from "./admission.ts";
import { createChannels } from "./channels.ts";
import { createFileClient } from "./fileClient.ts";
import { defaultFileLimits, type FileLimits } from "./fileLimits.ts";
import { createFileServer } from "./fileServer.ts";
import { createHints, hintTopic, MAX_HINT_BYTES } from "./hints.ts";
import { parsePeerKey, peerIdOf } from "./peerKey.ts";
import { createRedialer, defaultRedialOptions, isConnected, type RedialOptions } from "./redialer.ts";
import { createTraffic } from "./traffic.ts";

/** Tag of admitted peers: libp2p never drops them for others, whatever its limits. */
const TAG = "keep-alive-swarm";

export interface NetworkOptions {
  /** A secp256k1 key in libp2p's protobuf form. */
  privateKey: Uint8Array;
  /** Multiaddrs to listen on. Loopback, any port, by default: an operator chooses what to open. */
  listen?: string[];
  protocolVersion: number;
  genesisHash: Bytes32;
  ledgerAddress: Address;
  logger: Logger;
  /** Largest opened file, bytes. */
  maxFileBytes?: number;
  limits?: Partial<Omit<FileLimits, "maxFileBytes">>;
  redial?: Partial<RedialOptions>;
  /** Connections held at most; should be at least twice the members and auditors, who may all dial each other at once. */
  maxConnections?: number;
}

/** The daemon's network over its own libp2p node, which the block store shares. */
export type Libp2pNetwork = Network & { readonly libp2p: Libp2p; readonly channels: Channels };

function createNode(
  options: NetworkOptions,
  admission: Admission,
  metrics: ReturnType<typeof createTraffic>["metrics"],
  topic: string,
) {
  return createLibp2p({
    privateKey: parsePeerKey(options.privateKey),
    addresses: { listen: options.listen ?? ["/ip4/127.0.0.1/tcp/0"] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux({ maxInboundStreams: 256, maxOutboundStreams: 256 })],
    connectionGater: admission.gater,
    connectionManager: {
      maxConnections: options.maxConnections ?? 600,
      maxIncomingPendingConnections: 32,
      // Many clinics may share one address (a hospital's proxy, all of them in a test).
      inboundConnectionThreshold: 50,
      // The redialer of this project goes on where this one gives up.
      reconnectRetries: 0,
    },
    // Its pings queue behind bulk data, so that it would cut every slow link in the middle of a large file.
    connectionMonitor: { abortConnectionOnPingFailure: false },
    metrics,
    services: {
      identify: identify({ runOnConnectionOpen: true, maxMessageSize: 8192 }),
      identifyPush: identifyPush(),
      ping: ping(),
      pubsub: gossipsub({
        allowPublishToZeroTopicPeers: true,
        ignoreDuplicatePublishError: true,
        fallbackToFloodsub: false,
        doPX: false,
        emitSelf: false,
        allowedTopics: [topic],
        globalSignaturePolicy: "StrictNoSign",
        maxInboundDataLength: 64 * MAX_HINT_BYTES,
        maxOutboundBufferSize: 1024 * 1024,
        decodeRpcLimits: {
          maxSubscriptions: 16,
          maxMessages: 64,
          maxIhaveMessageIDs: 1000,
          maxIwantMessageIDs: 1000,
          maxIdontwantMessageIDs: 512,
          maxControlMessages: 1000,
          maxPeerInfos: 0,
        },
        // Every peer is licensed; more than ten behind one address are no attack.
        scoreParams: { IPColocationFactorWeight: 0 },
      }),
    },
  });
}

/** @throws SwarmError KEY_FORMAT, NETWORK_LISTEN */
export async function createNetwork(options: NetworkOptions): Promise<Libp2pNetwork> {
  const { logger, protocolVersion, genesisHash, ledgerAddress } = options;
  const self = peerIdOf(options.privateKey);
  const topic = hintTopic(protocolVersion, genesisHash, ledgerAddress);
  const admission = createAdmission(self, logger);
  const { traffic, metrics } = createTraffic();
  const libp2p = await createNode(options, admission, metrics, topic).catch((error: unknown) => {
    const listen = options.listen ?? [];
    throw new SwarmError(
      "NETWORK_LISTEN",
      `Cannot listen on ${listen.join(", ")}: choose a free port and an address of this machine`,
      { listen },
      error,
    );
  });
  return assemble(libp2p, self, topic, admission, traffic, options);
}

async function assemble(
  libp2p: Libp2p<{ pubsub: GossipSub; ping: Ping }>,
  self: PeerId,
  topic: string,
  admission: Admission,
  traffic: Traffic,
  options: NetworkOptions,
): Promise<Libp2pNetwork> {
  const { logger, protocolVersion, genesisHash, ledgerAddress } = options;
  const identity = { protocolVersion, genesisHash, ledgerAddress };
  const limits: FileLimits = {
    ...defaultFileLimits,
    ...options.limits,
    maxFileBytes: options.maxFileBytes ?? defaultFileLimits.maxFileBytes,
  };
  const redialer = createRedialer({ libp2p, admission, logger }, { ...defaultRedialOptions, ...options.redial });
  const hints = createHints(libp2p.services.pubsub, topic, self, admission);
  const server = await createFileServer({ libp2p, admission, identity, logger }, limits);
  const channels = await createChannels({ libp2p, admission, identity, logger }, limits);
  const client = createFileClient({ libp2p, admission, identity }, limits);
  const closing = new AbortController();
  let closed: Promise<void> | undefined;

  // Someone may have been struck off while the handshake ran.
  libp2p.addEventListener("connection:open", ({ detail: connection }) => {
    if (admission.get(connection.remotePeer.toString()) === undefined) connection.abort(new Error("not admitted"));
  });

  // libp2p's own single attempt to reconnect takes the tag away when it fails.
  libp2p.addEventListener("peer:connect", ({ detail: peerId }) => {
    if (admission.get(peerId.toString()) === undefined) return;
    libp2p.peerStore.merge(peerId, { tags: { [TAG]: { value: 100 } } }).catch((error: unknown) => {
      logger.warn("A connected peer could not be tagged for keeping", {
        peerId: peerId.toString(),
        error: String(error),
      });
    });
  });

  async function remember({ peer, addresses }: Admitted): Promise<void> {
    await libp2p.peerStore.patch(peerIdFromString(peer.peerId), {
      multiaddrs: addresses,
      tags: { [TAG]: { value: 100 } },
    });
  }

  async function hangUp(peerId: PeerId): Promise<void> {
    redialer.forget(peerId);
    server.cutOff(peerId);
    for (const connection of libp2p.getConnections(peerIdFromString(peerId)))
      connection.abort(new Error("no longer admitted"));
    await libp2p.peerStore.delete(peerIdFromString(peerId));
  }

  return {
    libp2p,
    channels,
    peerId: self,
    addresses: () => libp2p.getMultiaddrs().map(String),
    async admit(peers) {
      const { added, moved, removed } = admission.replace(peers);
      // First whoever must go: their connections end before anything else is awaited.
      await Promise.all(removed.map(hangUp));
      await Promise.all([...added, ...moved].map(remember));
      for (const { peer } of [...added, ...moved]) redialer.dial(peer.peerId);
    },
    requestFile: (from, request, { maxBytes, signal }) => {
      return client.request(from, request, { maxBytes, signal: AbortSignal.any([signal, closing.signal]) });
    },
    serveFiles: server.serve,
    publishHint: hints.publish,
    onHint: hints.listen,
    connections: () =>
      admission.all().map(({ peer: { peerId, account } }) => {
        const rtt = libp2p
          .getConnections(peerIdFromString(peerId))
          .find((connection) => connection.rtt !== undefined)?.rtt;
        return {
          peerId,
          account,
          connected: isConnected(libp2p, peerId),
          ...(rtt === undefined ? {} : { latencyMs: rtt }),
        };
      }),
    traffic: () => ({ ...traffic }),
    close() {
      // Nobody is dialled any more, transfers break off, gossip says goodbye, then the connections go.
      closed ??= (async () => {
        closing.abort(new Error("the network is closing"));
        redialer.close();
        await channels.close();
        await server.close();
        hints.close();
        await libp2p.stop();
      })();
      return closed;
    },
  };
}

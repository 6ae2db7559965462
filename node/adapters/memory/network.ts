import { createHash } from "node:crypto";
import { SwarmError } from "../../core/errors.ts";
import type { Address, Bytes32, PeerId } from "../../core/primitives.ts";
import type { AdmittedPeer, FileHandler, FileRequest, Hint, Network } from "../../ports/network.ts";
import { type MemoryHub, membersOf } from "./hub.ts";

export interface MemoryNetworkOptions {
  hub: MemoryHub;
  peerId: PeerId;
  protocolVersion: number;
  genesisHash: Bytes32;
  ledgerAddress: Address;
  /** Largest file that is served or fetched, bytes. */
  maxFileBytes?: number;
}

/** What networks on one hub call of each other. */
interface Wire {
  /** Version, chain and ledger in one text. */
  identity: string;
  answer(from: PeerId, request: FileRequest): Promise<Uint8Array | { refused: string }>;
  hear(from: PeerId, hint: Hint): void;
}

/** A network within the process: peers are connected when their hub's line is whole and both admit each other. */
export function createMemoryNetwork(options: MemoryNetworkOptions): Network {
  const { hub, peerId: self } = options;
  const maxFileBytes = options.maxFileBytes ?? 256 * 1024 * 1024;
  const identity = [options.protocolVersion, options.genesisHash, options.ledgerAddress].join(" ");
  const wires = membersOf<Wire>(hub, "network");
  const listeners: Array<(from: AdmittedPeer, hint: Hint) => void> = [];
  const serving = new Set<string>();
  const traffic = { sent: 0, received: 0, content: 0 };
  const closing = new AbortController();
  let admitted = new Map<PeerId, AdmittedPeer>();
  let handler: FileHandler | undefined;

  const wire: Wire = {
    identity,
    async answer(from, request) {
      const peer = admitted.get(from);
      if (peer === undefined || handler === undefined) return { refused: "not ready yet" };
      const transfer = `${from} ${request.sha256}`;
      if (serving.has(transfer)) return { refused: "busy: ask again later" };
      serving.add(transfer);
      try {
        const result = await handler(peer, request);
        if ("refused" in result) return result;
        if (result.length > maxFileBytes) return { refused: `larger than ${maxFileBytes} bytes` };
        traffic.sent += result.length;
        traffic.content += result.length;
        return result.slice();
      } finally {
        serving.delete(transfer);
      }
    },
    hear(from, hint) {
      const peer = admitted.get(from);
      if (peer?.role !== "node") return;
      for (const listener of listeners) listener(peer, hint);
    },
  };
  wires.set(self, wire);
  hub.join(self, (other) => admitted.has(other));

  async function ask(from: PeerId, request: FileRequest, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
    const remote = wires.get(from);
    if (remote === undefined || !hub.connected(self, from)) {
      throw new SwarmError("PEER_UNREACHABLE", `${from} cannot be reached: ask another holder`, { peer: from });
    }
    if (remote.identity !== identity) {
      throw new SwarmError("PEER_VERSION", `${from} is of "${remote.identity}", this node of "${identity}"`, {
        peer: from,
      });
    }
    await hub.travel(self, from, signal);
    const answer = await remote.answer(self, request);
    await hub.travel(from, self, signal);
    if (!hub.connected(self, from)) {
      throw new SwarmError("PEER_UNREACHABLE", `${from} was cut off: ask another holder`, { peer: from });
    }
    if ("refused" in answer) {
      throw new SwarmError("PEER_REFUSED", `${from} refused a file: ${answer.refused}`, {
        peer: from,
        reason: answer.refused,
      });
    }
    if (answer.length > Math.min(maxBytes, maxFileBytes)) {
      throw new SwarmError("PEER_TOO_LARGE", `${from} offers ${answer.length} bytes, ${maxBytes} are allowed`, {
        peer: from,
        maxBytes,
      });
    }
    traffic.received += answer.length;
    const sha256 = `0x${createHash("sha256").update(answer).digest("hex")}`;
    if (sha256 !== request.sha256) {
      throw new SwarmError("PEER_WRONG_BYTES", `${from} sent a file of hash ${sha256} for ${request.sha256}`, {
        peer: from,
      });
    }
    return answer;
  }

  return {
    peerId: self,
    addresses: () => [`/memory/${self}`],
    async admit(peers) {
      admitted = new Map(peers.filter((peer) => peer.peerId !== self).map((peer) => [peer.peerId, peer]));
      hub.changed();
    },
    requestFile(from, request, { maxBytes, signal }) {
      const stop = AbortSignal.any([signal, closing.signal]);
      return new Promise((resolve, reject) => {
        const giveUp = (): void => {
          const message = `Asking ${from} for a file was given up: ${String(stop.reason)}`;
          reject(new SwarmError("PEER_TIMEOUT", message, { peer: from }, stop.reason));
        };
        if (stop.aborted) return giveUp();
        stop.addEventListener("abort", giveUp, { once: true });
        ask(from, request, maxBytes, stop)
          .then(resolve, (error: unknown) => (stop.aborted ? giveUp() : reject(error)))
          .finally(() => stop.removeEventListener("abort", giveUp));
      });
    },
    serveFiles(next) {
      handler = next;
    },
    async publishHint(hint) {
      for (const [peer, remote] of wires) {
        if (remote.identity !== identity || !hub.connected(self, peer)) continue;
        // As on a real line: a hint is lost when the line breaks on the way, and its sender does not wait for it.
        hub.travel(self, peer, closing.signal).then(
          () => hub.connected(self, peer) && remote.hear(self, { ...hint }),
          () => undefined,
        );
      }
    },
    onHint: (listener) => listeners.push(listener),
    connections: () =>
      [...admitted.values()].map(({ peerId, account }) => ({
        peerId,
        account,
        connected: hub.connected(self, peerId),
      })),
    traffic: () => ({ ...traffic }),
    async close() {
      if (closing.signal.aborted) return;
      closing.abort(new Error("the network is closing"));
      wires.delete(self);
      hub.leave(self);
    },
  };
}

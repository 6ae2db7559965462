import type { ConnectionGater } from "@libp2p/interface";
import { peerIdFromString } from "@libp2p/peer-id";
import { type Multiaddr, multiaddr } from "@multiformats/multiaddr";
import type { PeerId } from "../../core/primitives.ts";
import type { Logger } from "../../ports/logger.ts";
import type { AdmittedPeer } from "../../ports/network.ts";

/** A peer that may connect, and where it can be dialled. */
export interface Admitted {
  peer: AdmittedPeer;
  /** Registered addresses, each ending in `/p2p/<its id>`; those that cannot be used are left out. */
  addresses: Multiaddr[];
}

/** Who may hold a connection now, and the gater that lets in nobody else. */
export interface Admission {
  /** @returns what changed: peers to dial or redial, and peers to cut off */
  replace(peers: AdmittedPeer[]): { added: Admitted[]; moved: Admitted[]; removed: PeerId[] };
  get(peerId: PeerId): Admitted | undefined;
  all(): Admitted[];
  gater: ConnectionGater;
}

/** @param self this node's own peer id, which is never admitted: a node has no connection to itself */
export function createAdmission(self: PeerId, logger: Logger): Admission {
  let current = new Map<PeerId, Admitted>();
  const isOutsider = (peerId: { toString(): string }): boolean => !current.has(peerId.toString());

  return {
    replace(peers) {
      const next = new Map<PeerId, Admitted>();
      for (const peer of peers) {
        if (peer.peerId !== self && isPeerId(peer, logger))
          next.set(peer.peerId, { peer, addresses: parseAddresses(peer, logger) });
      }
      const added: Admitted[] = [];
      const moved: Admitted[] = [];
      for (const admitted of next.values()) {
        const before = current.get(admitted.peer.peerId);
        if (before === undefined) added.push(admitted);
        else if (addressKey(before) !== addressKey(admitted)) moved.push(admitted);
      }
      const removed = [...current.keys()].filter((peerId) => !next.has(peerId));
      current = next;
      return { added, moved, removed };
    },
    get: (peerId) => current.get(peerId),
    all: () => [...current.values()],
    gater: {
      denyDialMultiaddr: () => false,
      denyDialPeer: isOutsider,
      denyInboundEncryptedConnection: isOutsider,
      denyOutboundEncryptedConnection: isOutsider,
      denyInboundUpgradedConnection: isOutsider,
      denyOutboundUpgradedConnection: isOutsider,
      denyInboundRelayReservation: () => true,
      denyInboundRelayedConnection: () => true,
      denyOutboundRelayedConnection: () => true,
      // What a peer says of its own addresses is not believed: it could have this node dial anything.
      filterMultiaddrForPeer: (peerId, address) => {
        const registered = current.get(peerId.toString())?.addresses ?? [];
        return registered.some((known) => withoutPeer(known) === withoutPeer(address));
      },
    },
  };
}

function addressKey({ addresses }: Admitted): string {
  return addresses.map(String).join(" ");
}

function withoutPeer(address: Multiaddr): string {
  return address.toString().replace(/\/p2p\/[^/]+$/, "");
}

function isPeerId({ peerId, account }: AdmittedPeer, logger: Logger): boolean {
  try {
    peerIdFromString(peerId);
    return true;
  } catch {
    logger.warn("A registered peer id cannot be read; its node stays out until it registers again", {
      peerId,
      account,
    });
    return false;
  }
}

function parseAddresses({ peerId, addresses, account }: AdmittedPeer, logger: Logger): Multiaddr[] {
  const usable: Multiaddr[] = [];
  for (const text of addresses) {
    try {
      const address = multiaddr(text.includes("/p2p/") ? text : `${text}/p2p/${peerId}`);
      const parts = address.getComponents();
      const wellFormed =
        parts.length === 3 &&
        /^(ip4|ip6|dns|dns4|dns6)$/.test(parts[0]?.name ?? "") &&
        parts[1]?.name === "tcp" &&
        parts[2]?.name === "p2p" &&
        parts[2].value === peerId;
      if (!wellFormed) throw new Error("expected /ip4|ip6|dns|dns4|dns6/<host>/tcp/<port>[/p2p/<this peer>]");
      usable.push(address);
    } catch (error) {
      logger.warn("A registered address cannot be used; the node should register a right one", {
        peerId,
        account,
        address: text,
        error: String(error),
      });
    }
  }
  return usable;
}

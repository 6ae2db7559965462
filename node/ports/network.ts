import type { Address, Bytes32, PeerId } from "../core/primitives.ts";

/** A peer that the registry admits now. */
export interface AdmittedPeer {
  peerId: PeerId;
  account: Address;
  /** Auditors may read files and nothing else. */
  role: "node" | "auditor";
  /** Multiaddrs in text form, as registered; may be empty for peers that only dial. */
  addresses: string[];
}

/** An opened file by its hash: an update or a model of one task (R5, R8). */
export interface FileRequest {
  kind: "update" | "model";
  taskId: Bytes32;
  sha256: Bytes32;
}

/** Tells members that the ledger may have changed; carries no facts that anyone acts on. */
export interface Hint {
  taskId: Bytes32;
  round: number;
  attempt: number;
  what: "submitted" | "offered" | "attested" | "voted" | "finalized";
}

/** Answers a peer's request: the file's bytes, or a short reason for refusing. Must not throw for peers' mistakes. */
export type FileHandler = (from: AdmittedPeer, request: FileRequest) => Promise<Uint8Array | { refused: string }>;

export interface PeerConnection {
  peerId: PeerId;
  account: Address;
  connected: boolean;
  /** Milliseconds of the last ping, where one was answered. */
  latencyMs?: number;
}

/** Bytes since the start. */
export interface Traffic {
  /** Over all connections, encryption and framing included. */
  sent: number;
  received: number;
  /** Of what was sent, before encryption: blocks, and what goes over streams of files and channels. */
  content: number;
}

/** Peers of the daemon, over connections that only registered and active peers can hold. */
export interface Network {
  readonly peerId: PeerId;
  /** Addresses that are listened on, with the peer id. */
  addresses(): string[];
  /** Replaces who is admitted: new ones are dialled and kept connected, others are hung up at once. */
  admit(peers: AdmittedPeer[]): Promise<void>;
  /**
   * Asks one peer for an opened file and checks its hash.
   * @throws SwarmError PEER_UNREACHABLE, PEER_REFUSED (`data.reason`), PEER_TOO_LARGE, PEER_WRONG_BYTES, PEER_TIMEOUT, PEER_VERSION
   */
  requestFile(
    from: PeerId,
    request: FileRequest,
    options: { maxBytes: number; signal: AbortSignal },
  ): Promise<Uint8Array>;
  /** Sets what answers peers' requests; one transfer per peer and file at a time, `maxBytes` each. */
  serveFiles(handler: FileHandler): void;
  publishHint(hint: Hint): Promise<void>;
  onHint(listener: (from: AdmittedPeer, hint: Hint) => void): void;
  connections(): PeerConnection[];
  traffic(): Traffic;
  close(): Promise<void>;
}

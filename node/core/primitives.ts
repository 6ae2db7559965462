/** Values that cross every border of the project, in one canonical text form each. */

/** 32 bytes as `0x` and 64 lower-case hex digits: hashes, task ids, digests. */
export type Bytes32 = `0x${string}`;
/** An account as `0x` and 40 lower-case hex digits (no checksum capitals, so that equality is `===`). */
export type Address = `0x${string}`;
/** A CIDv1 in its base32 text form. */
export type Cid = string;
/** A libp2p peer id in its base58 text form. */
export type PeerId = string;
/** An X25519 public key: `0x` and 64 lower-case hex digits. */
export type EncryptionKey = `0x${string}`;
/** A set of members of a task: bit i stands for the i-th member that joined. */
export type MemberMask = bigint;

/** The version that update headers, task documents, deployments and handshakes carry; peers of another version are refused. */
export const PROTOCOL_VERSION = 1;

/** Most members a task can have: a mask must fit one 256-bit word. */
export const MAX_MEMBERS = 256;

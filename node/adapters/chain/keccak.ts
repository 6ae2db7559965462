import { keccak256 as hash } from "ethers";
import type { Bytes32 } from "../../core/primitives.ts";

/** The contracts' hash, for those parts of the core that recompute what the contracts did. */
export const keccak256 = (bytes: Uint8Array): Bytes32 => hash(bytes) as Bytes32;

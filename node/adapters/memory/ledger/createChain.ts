import { createHash } from "node:crypto";
import type { CouncilAct } from "../../../core/ledger/events.ts";
import type { Address, Bytes32 } from "../../../core/primitives.ts";
import { MemoryChain } from "./chain.ts";
import type { ContractSettings } from "./contracts.ts";
import { CONTRACT_RULES } from "./rules.ts";
import { revert, ZERO_ADDRESS } from "./transaction.ts";
import { sha3 } from "./words.ts";

export interface MemoryChainInit extends Partial<ContractSettings> {
  licensors: Address[];
  /** Unix milliseconds, such as `clock.now`. */
  now: () => number;
  /** `each` act at once in a block of its own (default), or `held` until `mine` is called. */
  mining?: "each" | "held";
}

/**
 * A chain in memory. Unless told otherwise it takes registrations' signatures for right where they have 65 bytes (there is no
 * secp256k1 here), and its digests are SHA3-256: give `hash`, `actHash` and `signerOf` to make it agree with a real chain.
 */
export function createMemoryChain(init: MemoryChainInit): MemoryChain {
  const { now, mining = "each", ...settings } = init;
  const complete: ContractSettings = {
    chainId: 1337,
    registry: `0x${"11".repeat(20)}`,
    ledger: `0x${"22".repeat(20)}`,
    threshold: 1,
    suspensionPeriod: 7 * 24 * 3600,
    minPhaseBlocks: 0,
    hash: sha3,
    rules: CONTRACT_RULES,
    actHash,
    signerOf({ signature }, account) {
      return { recovered: signature.length === 65 ? account : ZERO_ADDRESS, expected: account };
    },
    ...settings,
  };
  if (new Set(complete.licensors).size !== complete.licensors.length) revert("AlreadyLicensor");
  return new MemoryChain(complete, () => Math.floor(now() / 1000), mining === "each");
}

function actHash(act: CouncilAct): Bytes32 {
  const fields = Object.entries(act).sort(([a], [b]) => (a < b ? -1 : 1));
  return `0x${createHash("sha3-256").update(JSON.stringify(fields)).digest("hex")}`;
}

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SwarmError } from "../../core/errors.ts";
import { type StateSummary, stateFile } from "./state.ts";

const DEFAULT_CHAIN_ID = 31337;
/** Many times what the largest act needs. */
const BLOCK_GAS_LIMIT = 60_000_000;
/** In-memory states of old blocks; blocks, receipts and logs are always all kept. */
const OLD_STATES = 64;

/** Seconds between writes: the whole state is written each time, so a large one is written more rarely (8 MB/s at most on average). */
export function stateInterval(bytes: number): number {
  return Math.min(15, Math.max(1, Math.ceil(bytes / 8e6)));
}

/**
 * @returns the id that the chain in `dir` was first started with
 * @throws SwarmError CHAIN_ID_CHANGED if another one is asked for
 */
export function fixedChainId(dir: string, asked: number | undefined): number {
  const file = join(dir, "chain.json");
  if (!existsSync(file)) {
    const chainId = asked ?? DEFAULT_CHAIN_ID;
    writeFileSync(file, `${JSON.stringify({ chainId })}\n`);
    return chainId;
  }
  const { chainId } = JSON.parse(readFileSync(file, "utf8")) as { chainId: number };
  if (asked !== undefined && asked !== chainId) {
    throw new SwarmError(
      "CHAIN_ID_CHANGED",
      `the chain in ${dir} has id ${chainId}, not ${asked}: start it without an id, or choose another folder`,
      { dir, chainId, asked },
    );
  }
  return chainId;
}

/** @returns how the chain program is called; `state` is what it starts from */
export function anvilArguments(
  dir: string,
  { host, port }: { host: string; port: number },
  chainId: number,
  state: StateSummary | undefined,
): string[] {
  const flags = "--disable-default-create2-deployer --no-cors --no-priority-fee --color never".split(" ");
  const options: Record<string, string | number> = {
    "--host": host,
    "--port": port,
    "--chain-id": chainId,
    // No account is unlocked, none has funds, and gas costs nothing: nobody needs any.
    "--accounts": 0,
    "--gas-price": 0,
    "--block-base-fee-per-gas": 0,
    "--gas-limit": BLOCK_GAS_LIMIT,
    "--hardfork": "cancun",
    "--order": "fifo",
    "--prune-history": OLD_STATES,
    // No --timestamp: it would set the chain's clock back to the genesis at every start. The state file keeps the genesis block.
    "--state": stateFile(dir),
    "--state-interval": stateInterval(state?.bytes ?? 0),
  };
  return [...flags, ...Object.entries(options).flatMap(([key, value]) => [key, String(value)])];
}

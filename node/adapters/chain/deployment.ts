import { readFile, rename, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { SwarmError } from "../../core/errors.ts";
import type { Address, Bytes32 } from "../../core/primitives.ts";

const hash = z
  .string()
  .regex(/^0x[0-9a-f]{64}$/, "must be 0x and 64 lower-case hex digits")
  .transform((text) => text as Bytes32);
const address = z
  .string()
  .regex(/^0x[0-9a-f]{40}$/, "must be 0x and 40 lower-case hex digits")
  .transform((text) => text as Address);
const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/**
 * When a block's events count (R9). `immediate`: at once, as on chains whose blocks are final (QBFT), or on a local chain.
 * `confirmations`: once so many blocks follow. `finalized`: when the endpoint's `finalized` tag has passed it.
 */
const finality = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("immediate") }),
  z.strictObject({ kind: z.literal("confirmations"), blocks: count.min(1) }),
  z.strictObject({ kind: z.literal("finalized") }),
]);

const deployment = z.strictObject({
  protocolVersion: count,
  chainId: count,
  genesisHash: hash,
  registry: address,
  ledger: address,
  /** keccak256 of the contracts' code as the chain has it. */
  registryCodeHash: hash,
  ledgerCodeHash: hash,
  /** Block in which the first contract was made: history begins here. */
  block: count,
  finality,
  /** Blocks a phase lasts at least (R1); 0 only on a chain that mines on demand. */
  minPhaseBlocks: count,
  /**
   * How many blocks a chain with immediate finality may come back shorter by before a node stops (R9). A local chain that was killed
   * loses its last second: some hundred blocks where it mines on demand. 0 on a chain that never does that.
   */
  maxRewind: count.optional(),
  /** The endpoint used where none is configured. */
  rpcUrl: z.string().optional(),
});

/** A network: which chain, which contracts on it, and when its events count. The same file for every node of the network. */
export type Deployment = z.infer<typeof deployment>;
export type Finality = Deployment["finality"];

/** @throws SwarmError DEPLOYMENT_MISSING, DEPLOYMENT_INVALID (naming file and field) */
export async function readDeployment(path: string): Promise<Deployment> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new SwarmError(
      "DEPLOYMENT_MISSING",
      `The network's deployment file ${path} cannot be read. Get it from whoever deployed the contracts, or deploy them.`,
      { path },
      cause,
    );
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid(path, cause instanceof Error ? cause.message : String(cause), cause);
  }
  const result = deployment.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join(".") || "the file"}: ${issue.message}`);
  throw invalid(path, problems.join("; "), result.error);
}

/** Writes the file whole or not at all. */
export async function writeDeployment(path: string, value: Deployment): Promise<void> {
  const text = `${JSON.stringify(deployment.parse(value), undefined, 2)}\n`;
  const temporary = join(dirname(path), `.deployment-${process.pid}.json`);
  const file = await open(temporary, "w", 0o644);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

function invalid(path: string, detail: string, cause: unknown): SwarmError {
  return new SwarmError(
    "DEPLOYMENT_INVALID",
    `The deployment file ${path} is damaged or of another version: ${detail}.`,
    { path },
    cause,
  );
}

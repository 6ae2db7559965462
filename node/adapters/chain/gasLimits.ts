import type { LedgerAct } from "../../core/ledger/acts.ts";
import { MAX_MEMBERS } from "../../core/primitives.ts";

/**
 * Gas given to each act: `base`, `perMember` of the task and `perByte` of calldata: at least twice what `npm run gas` measures. Generous
 * on purpose. The act that completes a phase also closes it, counts holders and opens the next attempt, which an estimate made before
 * the others' acts cannot see; a limit that is too low loses the act, one that is too high costs nothing, as only gas used is paid for.
 */
const LIMITS: Record<LedgerAct["type"], { base: number; perMember?: number; perByte?: number }> = {
  submit: { base: 300_000 },
  // May count holders (4,000 per member) and, if too few are held, open the next attempt (5,000 per member).
  attest: { base: 400_000, perMember: 20_000 },
  advance: { base: 400_000, perMember: 20_000 },
  // May open the next attempt.
  vote: { base: 400_000, perMember: 12_000 },
  join: { base: 400_000, perMember: 12_000 },
  comeBack: { base: 300_000, perMember: 12_000 },
  // Calldata is paid for per byte (40 at most), and again as an event's data (8).
  createTask: { base: 700_000, perByte: 60 },
  propose: { base: 600_000 },
  approve: { base: 500_000 },
  suspend: { base: 200_000 },
  registerNode: { base: 500_000, perByte: 60 },
};

/** Gas of creating a contract, per byte of creation code: storing it (200) and its calldata. */
export const creationGas = (bytes: number): number => 1_500_000 + 260 * bytes;

/**
 * @param members of the act's task, or undefined where they are not known, which counts as the most there can be
 * @param calldata in bytes
 */
export function gasLimitOf(act: LedgerAct["type"], members: number | undefined, calldata: number): number {
  const { base, perMember = 0, perByte = 0 } = LIMITS[act];
  return base + perMember * (members ?? MAX_MEMBERS) + perByte * calldata;
}

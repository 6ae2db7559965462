import { sha256 } from "../../../node/core/hash.ts";
import type { ActRef, LedgerAct } from "../../../node/core/ledger/acts.ts";
import {
  type CouncilAct,
  type LocatedEvent,
  NO_EVALUATION,
  type TaskParams,
} from "../../../node/core/ledger/events.ts";
import type { Address, Bytes32, EncryptionKey } from "../../../node/core/primitives.ts";
import { testEncryptionKey, testSigner } from "./signers.ts";
import { situation } from "./situation.ts";
import type { Step } from "./steps.ts";

export const LICENSORS = [1, 2, 3];
export const OPERATORS = [11, 12, 13, 14, 15];
const EVERYBODY = [...LICENSORS, ...OPERATORS, 21];
export const cid = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy";
export const document = new TextEncoder().encode('{"name":"compared","version":1}');
export const hashOf = (text: string): Bytes32 => sha256(new TextEncoder().encode(text));

export const params: TaskParams = {
  documentHash: sha256(document),
  modelHash: hashOf("first model"),
  f: 0,
  minPeers: 2,
  startMembers: 3,
  rounds: 8,
  submitSeconds: 60,
  attestSeconds: 50,
  mergeSeconds: 40,
  maxWeight: 5,
  evaluations: true,
};

const pick = <Value>(list: readonly Value[], n: number): Value => list[n % list.length] as Value;
const addressOf = (seed: number): Address => testSigner(seed).address;

/** What a step needs to know of the history so far. */
export interface Known {
  events: LocatedEvent[];
  now: number;
  nonceOf(account: Address): number;
  sign(
    seed: number,
    nonce: number,
    keySeed: number,
    encryptionKey: EncryptionKey,
    addresses: string[],
    deadline: number,
  ): Promise<LedgerAct>;
}

/** Who does what in a step. */
export async function actOf(step: Step, known: Known): Promise<{ seed: number; act: LedgerAct }> {
  const { kind, actor, a, b } = step;
  const operator = pick(OPERATORS, actor);
  const { taskId, ref, phase, candidates, acted } = situation(known.events);
  switch (kind) {
    case "phase": {
      // Mostly somebody who has not acted in this phase yet, so that walks get through rounds.
      const idle = OPERATORS.filter((seed, i) => i < acted.length && acted[i] === false);
      const seed = idle.length === 0 || a % 10 === 0 ? operator : pick(idle, actor);
      return { seed, act: phaseAct(phase, ref, candidates, a, b) };
    }
    case "phaseWrong": {
      const wrong = pick<ActRef>(
        [
          { ...ref, round: ref.round + 1 },
          { ...ref, attempt: ref.attempt + 1 },
          { ...ref, seen: hashOf("other") },
          { ...ref, taskId: hashOf("none") },
          ref,
        ],
        a,
      );
      return {
        seed: pick(EVERYBODY, actor),
        act: phaseAct(pick(["submit", "attest", "vote"], b), wrong, candidates, a, b),
      };
    }
    case "advance":
      return { seed: pick(EVERYBODY, actor), act: { type: "advance", taskId } };
    case "member":
      return { seed: operator, act: { type: pick(["join", "comeBack"] as const, a), taskId } };
    case "council":
      return {
        seed: pick(EVERYBODY.slice(0, 4), actor),
        act: { type: "propose", act: councilAct(a, b, known.now, taskId) },
      };
    case "approve": {
      const proposals = known.events.flatMap((event) => (event.type === "ActProposed" ? [event] : []));
      const { proposalId = 77, actHash = hashOf("none") } = proposals.at(-1 - (a % 3)) ?? {};
      return {
        seed: pick(EVERYBODY.slice(0, 4), actor),
        act: { type: "approve", proposalId, actHash: b % 9 === 0 ? hashOf("none") : actHash },
      };
    }
    case "suspend":
      return {
        seed: pick(EVERYBODY.slice(0, 4), actor),
        act: { type: "suspend", account: addressOf(pick(OPERATORS, a)) },
      };
    case "register": {
      const keySeed = 1_000 + (b % 4 === 0 ? pick(OPERATORS, a) : operator);
      const key = b % 7 === 0 ? pick(BAD_KEYS, a) : testEncryptionKey(a % 6 === 0 ? pick(OPERATORS, b) : operator);
      const addresses =
        b % 11 === 0
          ? pick([[], [""], Array(9).fill("/a"), ["x".repeat(257)]], a)
          : ["/ip4/127.0.0.1/tcp/1", "/ip6/::1/tcp/2"].slice(a % 2);
      const deadline = b % 13 === 0 ? known.now - 1 : known.now + 500;
      const nonce = known.nonceOf(addressOf(operator)) + (b % 17 === 0 ? 1 : 0);
      return { seed: operator, act: await known.sign(operator, nonce, keySeed, key, addresses, deadline) };
    }
    case "task": {
      const change = pick<Partial<TaskParams>>(
        [
          {},
          { f: 1 },
          { f: 85 },
          { minPeers: 1 },
          { startMembers: 257 },
          { rounds: 0 },
          { attestSeconds: 0 },
          { mergeSeconds: 604_801 },
          { maxWeight: 0 },
          { modelHash: `0x${"0".repeat(64)}` },
          { documentHash: hashOf("x") },
          { rounds: 1 + (b % 3) },
        ],
        a,
      );
      return {
        seed: pick(EVERYBODY, actor),
        act: { type: "createTask", params: { ...params, ...change }, document, modelCid: b % 5 === 0 ? "" : cid },
      };
    }
  }
}

/** Zero, one, p - 1, p and p + 1 of X25519 (little-endian), and one with the top bit set. */
const BAD_KEYS = ["00", "01"]
  .map((low) => `0x${low}${"00".repeat(31)}` as EncryptionKey)
  .concat(
    ["ec", "ed", "ee"].map((low) => `0x${low}${"ff".repeat(30)}7f` as EncryptionKey),
    `0x${"5a".repeat(31)}8a`,
  );

function phaseAct(phase: string, ref: ActRef, candidates: bigint, a: number, b: number): LedgerAct {
  switch (phase) {
    case "attest": {
      const refused = b % 6 === 0 ? 1n << BigInt(a % 5) : 0n;
      return { type: "attest", ref, held: b % 5 === 0 ? BigInt(a) : candidates & ~refused, refused };
    }
    case "vote":
      return {
        type: "vote",
        ref,
        modelHash: hashOf(`model ${a % 7 === 0 ? b : ref.round}`),
        evaluation: pick([NO_EVALUATION, 0, 10_000, 9_000, 10_001], b),
      };
    default:
      return {
        type: "submit",
        ref,
        sha256: a % 23 === 0 ? `0x${"0".repeat(64)}` : hashOf(`file ${a % 5 === 0 ? b : 0}`),
        cid: b % 19 === 0 ? "" : cid,
        weight: b % 7,
      };
  }
}

function councilAct(a: number, b: number, now: number, taskId: Bytes32): CouncilAct {
  const account = addressOf(pick(EVERYBODY, b));
  const threshold = b % 4;
  return pick<CouncilAct>(
    [
      { act: "license", account: addressOf(pick(OPERATORS, b)), expiresAt: now + (b % 5 === 0 ? 0 : 20_000) },
      { act: "license", account: addressOf(pick(OPERATORS, b)), expiresAt: now + 40 },
      { act: "unsuspend", account: addressOf(pick(OPERATORS, b)) },
      { act: "confirmSuspension", account: addressOf(pick(OPERATORS, b)) },
      { act: "revoke", account: addressOf(pick(OPERATORS, b)) },
      { act: "authorizeAuditor", account },
      { act: "addLicensor", account, threshold },
      { act: "removeLicensor", account: addressOf(pick(LICENSORS, b)), threshold },
      { act: "setThreshold", threshold },
      { act: "approveTask", taskId: b % 6 === 0 ? `0x${"0".repeat(64)}` : taskId },
      { act: "pause" },
      { act: "unpause" },
      { act: "unpause" },
    ],
    a,
  );
}

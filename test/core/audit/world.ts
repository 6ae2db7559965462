import { keccak256 } from "ethers";
import { inclusionDigest, openingDigest, submissionDigest, taskIdOf } from "../../../node/core/audit/digests.ts";
import type { AuditFiles, FileCopy } from "../../../node/core/audit/files.ts";
import { encodeModel, encodeUpdate } from "../../../node/core/codec.ts";
import { sha256 } from "../../../node/core/hash.ts";
import type { CouncilAct, LedgerEvent, LocatedEvent } from "../../../node/core/ledger/events.ts";
import { NO_EVALUATION } from "../../../node/core/ledger/events.ts";
import { type Contribution, mergeModel } from "../../../node/core/merge/merge.ts";
import type { MergeConfig, MergeContext } from "../../../node/core/merge/rule.ts";
import type { Address, Bytes32 } from "../../../node/core/primitives.ts";
import type { StoppingRule } from "../../../node/core/stopping/progress.ts";
import type { ShareableWeights } from "../../../node/core/privacy/share.ts";
import type { Model, Tensors, UpdateHeader } from "../../../node/core/weights.ts";
import { asModel } from "../../../node/core/weights/model.ts";
import { documentOf, parametersOf, specs, zero } from "./document.ts";

/** A small network whose whole history is written here by hand: two of three licensors, four clinics, f = 1, three rounds. */

export const hashOf = (digit: number): Bytes32 => `0x${digit.toString(16).padStart(64, "0")}`;
export const account = (i: number): Address => `0x${i.toString(16).padStart(40, "a")}`;
export const LICENSORS = [account(0x101), account(0x102), account(0x103)] as const;
export const NODES = [0, 1, 2, 3].map(account);
export const deployment = { chainId: 31337, genesis: hashOf(0xfe), ledger: account(0x200), minPhaseBlocks: 2 };
export const keccak = (bytes: Uint8Array) => keccak256(bytes) as Bytes32;

/** What a test may make different from the right history. */
export interface Twist {
  retainRounds?: number;
  stopping?: StoppingRule;
  /** What a member's vote carries. */
  evaluation?(round: number, member: number): number;
  /** How the task merges; the mean where left out. */
  merge?: MergeConfig;
  /** What members merge with that is not the round's. */
  mergedWith?: Partial<MergeContext>;
  /** The first model. */
  first?: Tensors;
  /** The values of an update. */
  values?(round: number, member: number): number[];
  header?(round: number, member: number, header: UpdateHeader): UpdateHeader;
  /** Members that don't submit in a round's last attempt. */
  silent?(round: number): number[];
  held?(round: number, member: number, all: bigint): bigint;
  /** The model that a member votes for; what is finalized is what member 1 votes for. */
  vote?(round: number, member: number, right: Bytes32): Bytes32;
  /** Called before each attempt opens, and before each act. */
  before?(
    world: World,
    step: { round: number; attempt: number; what: "open" | "submit" | "attest" | "vote"; member: number },
  ): void;
}

export class World {
  readonly events: LocatedEvent[] = [];
  /** sha256 -> who has which bytes. */
  readonly copies = new Map<Bytes32, FileCopy[]>();
  block = 0;
  time = 1_000_000;
  #index = 0;
  #proposals = 0;
  epoch = 1;

  /** The next transaction: a block of its own, a second later. */
  tx(seconds = 1): this {
    this.block++;
    this.time += seconds;
    this.#index = 0;
    return this;
  }

  emit(...events: LedgerEvent[]): this {
    for (const event of events) {
      const at = { block: this.block, index: this.#index++, timestamp: this.time, transaction: hashOf(this.block) };
      this.events.push({ ...event, at } as LocatedEvent);
    }
    return this;
  }

  /** A proposal by the first licensor that the second approves; the effects are in the second transaction. */
  decide(act: CouncilAct, ...effects: LedgerEvent[]): this {
    const proposalId = ++this.#proposals;
    const [first, second] = LICENSORS;
    this.tx().emit(
      { type: "ActProposed", proposalId, proposer: first, act, actHash: hashOf(proposalId), epoch: this.epoch },
      { type: "ActApproved", proposalId, licensor: first, approvals: 1 },
    );
    return this.tx().emit({ type: "ActApproved", proposalId, licensor: second, approvals: 2 }, ...effects, {
      type: "ActExecuted",
      proposalId,
    });
  }

  store(bytes: Uint8Array, sources: string[]): Bytes32 {
    const hash = sha256(bytes);
    this.copies.set(
      hash,
      sources.map((name) => ({ source: name, giver: { kind: "node", name }, bytes: bytes.slice() })),
    );
    return hash;
  }

  get files(): AuditFiles {
    return { get: (_kind, hash) => this.copies.get(hash) ?? [] };
  }
}

/** The right history, but for the twist. @returns the world and the task's id */
export function buildWorld(twist: Twist = {}): {
  world: World;
  taskId: Bytes32;
  updates: Bytes32[][];
  models: Bytes32[];
} {
  const world = new World();
  world.tx().emit(...LICENSORS.map((licensor): LedgerEvent => ({ type: "LicensorAdded", licensor })));
  world.emit({ type: "ThresholdChanged", threshold: 2 }, { type: "CouncilEpochStarted", epoch: 1 });
  NODES.forEach((node, i) => {
    world.decide(
      { act: "license", account: node, expiresAt: 2_000_000 },
      { type: "NodeAuthorized", account: node, grant: 1, expiresAt: 2_000_000 },
    );
    const keys = { peerId: `peer${i}`, encryptionKey: hashOf(500 + i), addresses: ["/ip4/127.0.0.1/tcp/1"] };
    world.tx().emit({ type: "NodeRegistered", account: node, version: 1, ...keys });
  });
  const document = documentOf(twist.merge, twist.retainRounds, twist.stopping);
  const start = twist.first ?? zero(twist.merge);
  const first = world.store(encodeModel(asModel(start)), ["node 0", "node 1"]);
  const params = parametersOf(document, first);
  const taskId = taskIdOf(keccak, deployment, params);
  world.tx().emit({ type: "TaskCreated", taskId, creator: LICENSORS[0], params, document, modelCid: "bafymodel" });
  world.decide({ act: "approveTask", taskId }, { type: "TaskApproved", taskId });
  NODES.forEach((node, index) => {
    world.tx().emit({ type: "MemberJoined", taskId, account: node, index });
    if (index === 0) world.emit({ type: "TaskWaiting", taskId, round: 1, needed: 4, eligible: 1n, paused: false });
  });
  const updates: Bytes32[][] = [[]];
  const models: Bytes32[] = [first];
  let base: Tensors = zero(twist.merge);
  for (let round = 1; round <= 3; round++) base = playRound(world, twist, { taskId, round, base, updates, models });
  world.emit({ type: "TaskFinished", taskId, rounds: 3, modelHash: models[3] as Bytes32 });
  return { world, taskId, updates, models };
}

interface Round {
  taskId: Bytes32;
  round: number;
  base: Tensors;
  updates: Bytes32[][];
  models: Bytes32[];
}

/** Round 2 has a first attempt that nobody but member 0 submits to, and that is aborted. */
function playRound(world: World, twist: Twist, { taskId, round, base, updates, models }: Round): Model {
  const baseHash = models[round - 1] as Bytes32;
  const place = { taskId, round, attempt: 0 };
  const snapshot = 15n;
  const step = (what: "open" | "submit" | "attest" | "vote", member = -1) =>
    twist.before?.(world, { round, attempt: place.attempt, what, member });
  const deadlines = () => {
    const growth = place.attempt;
    return { deadline: world.time + 60 * 2 ** growth, deadlineBlock: world.block + 2 * 2 ** growth };
  };
  const open = (): Bytes32 => {
    step("open");
    const seen = openingDigest(keccak, deployment, { ...place, base: baseHash, snapshot });
    world.emit({ type: "RoundOpened", ...place, base: baseHash, snapshot, ...deadlines(), seen });
    return seen;
  };
  const contributions: Contribution[] = [];
  updates.push([]);
  const submit = (seen: Bytes32, member: number): Bytes32 => {
    const { genesis, ledger } = deployment;
    const node = NODES[member] as Address;
    const salt = `${round}${member}`.padStart(32, "0");
    const header: UpdateHeader = {
      version: 1,
      genesis,
      ledger,
      task: taskId,
      round,
      node,
      base: baseHash,
      encoding: "f32",
      salt,
    };
    const values = Float32Array.from(twist.values?.(round, member) ?? [round, member, 0.5, -0.25, 1e-3]);
    const bytes = encodeUpdate(twist.header?.(round, member, header) ?? header, {
      specs,
      values,
    } as unknown as ShareableWeights);
    const hash = world.store(bytes, [`node ${member}`, `node ${(member + 1) % 4}`]);
    const submission = { member, sha256: hash, cid: `bafy${round}${member}`, weight: 10 + member };
    step("submit", member);
    const next = submissionDigest(keccak, seen, submission);
    world.tx().emit({ type: "UpdateSubmitted", ...place, ...submission, seen: next });
    (updates[round] as Bytes32[])[member] = hash;
    contributions.push({ member, weight: 10 + member, delta: { specs, values } });
    return next;
  };
  let seen = open();
  if (round === 2) {
    submit(seen, 0);
    contributions.length = 0;
    world
      .tx(100)
      .tx()
      .emit({ type: "RoundAborted", ...place, reason: "TooFewSubmissions", growth: 1 });
    place.attempt = 1;
    seen = open();
  }
  const silent = twist.silent?.(round) ?? [];
  const active = [0, 1, 2, 3].filter((member) => !silent.includes(member));
  for (const member of active) seen = submit(seen, member);
  const submitted = active.reduce((mask, member) => mask | (1n << BigInt(member)), 0n);
  if (silent.length > 0) world.tx(200).tx();
  world.emit({ type: "SubmissionsClosed", ...place, submitted, ...deadlines(), seen });
  const held = active.map((member) => {
    step("attest", member);
    const mask = twist.held?.(round, member, submitted) ?? submitted;
    world.tx().emit({ type: "UpdatesAttested", ...place, member, held: mask, refused: submitted & ~mask });
    return mask;
  });
  if (silent.length > 0) world.tx(200).tx();
  const included = active.filter((member) => held.filter((mask) => (mask >> BigInt(member)) & 1n).length >= 2);
  const mask = included.reduce((all, member) => all | (1n << BigInt(member)), 0n);
  seen = inclusionDigest(keccak, seen, mask);
  world.emit({ type: "InclusionFixed", ...place, included: mask, ...deadlines(), seen });
  const weights = mergeModel(
    base,
    contributions.filter(({ member }) => included.includes(member)),
    twist.merge ?? { rule: "mean" },
    { f: twist.mergedWith?.f ?? 1, seed: twist.mergedWith?.seed ?? seen },
  );
  const right = world.store(encodeModel(weights), ["node 0", "node 2"]);
  const choice = (member: number) => twist.vote?.(round, member, right) ?? right;
  const finalized = choice(1);
  let votes = 0;
  for (const member of active) {
    if (votes === 3) break;
    step("vote", member);
    const modelHash = choice(member);
    const evaluation = twist.evaluation?.(round, member) ?? NO_EVALUATION;
    world.tx().emit({ type: "ModelVoted", ...place, member, modelHash, evaluation, late: false });
    if (modelHash === finalized) votes++;
  }
  world.emit({ type: "RoundFinalized", ...place, included: mask, modelHash: finalized });
  models.push(finalized);
  return weights;
}

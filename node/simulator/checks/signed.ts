import type { MemoryDisk } from "../../adapters/memory/disk.ts";
import type { RoundAct } from "../../core/ledger/acts.ts";
import type { Submission } from "../../core/ledger/view/task.ts";
import { members } from "../../core/ledger/masks.ts";
import type { Bytes32 } from "../../core/primitives.ts";
import type { PeerJournalEntry } from "../../daemon/journal.ts";
import type { ViolationCode } from "./violation.ts";

type Found = { code: ViolationCode; text: string } | undefined;

/** What an honest node has signed, looked at when it signs: it must not contradict what it or others signed, and must be on disk (R7). */
export class SignedActs {
  /** By node and what it saw; with how often the chain had fallen back then. */
  readonly #submissions = new Map<string, { text: string; falls: number; isForgotten: boolean; node: string }>();
  #falls = 0;
  readonly #files = new Map<string, Bytes32>();
  /** What nodes have attested to hold. The other way round is right: what was refused since nobody had it may come later (R5). */
  readonly #held = new Map<string, bigint>();
  readonly #voted = new Map<string, string>();
  /** What honest nodes voted for, by the digest of what they merged. */
  readonly #votes = new Map<Bytes32, { modelHash: Bytes32; node: string }>();

  /** The chain came back without its last blocks. */
  chainFell(): void {
    this.#falls++;
  }

  /** A node's disk is gone: it knows from the ledger only what it has signed. */
  diskLost(node: string): void {
    for (const submission of this.#submissions.values()) if (submission.node === node) submission.isForgotten = true;
    for (const key of this.#held.keys()) if (key.startsWith(`${node} `)) this.#held.delete(key);
  }

  /** @param base the model that the attempt starts from @param submissions those of the attempt, as the signer can see them */
  check(
    node: string,
    disk: MemoryDisk,
    act: RoundAct,
    { base, submissions }: { base: Bytes32; submissions: ReadonlyMap<number, Submission> },
  ): Found {
    switch (act.type) {
      case "submit":
        return this.#submit(node, disk, act, base);
      case "attest":
        return this.#attest(node, disk, act, submissions);
      case "vote":
        return this.#vote(node, disk, act);
      default:
        return undefined;
    }
  }

  #submit(node: string, { durable }: MemoryDisk, act: RoundAct & { type: "submit" }, base: Bytes32): Found {
    const { seen, round } = act.ref;
    // What was seen tells attempts of lost histories apart (R3, R9); the file is the round's and the base's (R2).
    const text = `${act.sha256} ${act.cid} ${act.weight}`;
    const before = this.#otherSubmission(node, seen, text) ?? this.#otherFile(node, durable, act, base);
    if (before !== undefined)
      return { code: "SIGNED_TWICE", text: `${node} submits ${text} to round ${round} after it had signed ${before}` };
    const journal = durable.journal.map((line) => JSON.parse(line) as PeerJournalEntry);
    const own = journal.some((entry) => entry.type === "own" && entry.sha256 === act.sha256);
    const sealed = journal.some((entry) => entry.type === "sealed" && entry.cid === act.cid);
    if (own && sealed) return undefined;
    return { code: "NOT_ON_DISK", text: `${node} submits ${act.sha256}, of which its journal on disk does not know` };
  }

  /** Where both a node's disk and the chain's blocks are gone, nobody knows what it had signed; the ledger takes one of the two (R3). */
  #otherSubmission(node: string, seen: Bytes32, text: string): string | undefined {
    const key = `${node} ${seen}`;
    const before = this.#submissions.get(key);
    const isExcused = before?.isForgotten && this.#falls > before.falls;
    if (before && !isExcused) return before.text === text ? undefined : before.text;
    this.#submissions.set(key, { text, falls: this.#falls, isForgotten: false, node });
    return undefined;
  }

  /** Another file for the same round and base is right only where the first one is gone, and in another attempt (R7). */
  #otherFile(
    node: string,
    durable: MemoryDisk["durable"],
    { ref, sha256 }: RoundAct & { type: "submit" },
    base: Bytes32,
  ): string | undefined {
    const key = `${node} ${ref.round} ${base}`;
    const before = this.#files.get(key);
    this.#files.set(key, sha256);
    return before === undefined || before === sha256 || !durable.isIntact("update", before) ? undefined : before;
  }

  #attest(
    node: string,
    { durable }: MemoryDisk,
    { ref, held, refused }: RoundAct & { type: "attest" },
    submissions: ReadonlyMap<number, Submission>,
  ): Found {
    const key = `${node} ${ref.seen}`;
    const all = held | (this.#held.get(key) ?? 0n);
    this.#held.set(key, all);
    if ((all & refused) !== 0n)
      return { code: "SIGNED_TWICE", text: `${node} takes back that it holds an update of round ${ref.round}` };
    for (const member of members(held)) {
      const submission = submissions.get(member);
      if (submission && durable.has("update", submission.sha256)) continue;
      return {
        code: "NOT_ON_DISK",
        text: `${node} attests to hold the update of member ${member}, which is not on its disk`,
      };
    }
    return undefined;
  }

  #vote(node: string, { durable }: MemoryDisk, { ref, modelHash }: RoundAct & { type: "vote" }): Found {
    const before = once(this.#voted, `${node} ${ref.seen}`, modelHash);
    if (before !== undefined)
      return {
        code: "SIGNED_TWICE",
        text: `${node} votes ${modelHash} in round ${ref.round} after it had signed ${before}`,
      };
    const other = this.#votes.get(ref.seen);
    if (other && other.modelHash !== modelHash) {
      const text = `${node} votes ${modelHash} in round ${ref.round} where ${other.node} had voted ${other.modelHash}`;
      return { code: "MERGES_DIFFER", text };
    }
    this.#votes.set(ref.seen, { modelHash, node });
    if (durable.has("model", modelHash)) return undefined;
    return { code: "NOT_ON_DISK", text: `${node} votes ${modelHash}, which is not on its disk` };
  }
}

/** @returns what was said before under this key, if it was something else */
function once(said: Map<string, string>, key: string, text: string): string | undefined {
  const before = said.get(key);
  said.set(key, before ?? text);
  return before === undefined || before === text ? undefined : before;
}

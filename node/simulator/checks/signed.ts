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
  readonly #submissions = new Map<string, string>();
  readonly #files = new Map<string, string>();
  readonly #attested = new Map<string, { held: bigint; refused: bigint }>();
  /** What honest nodes voted for, by the digest of what they merged. */
  readonly #votes = new Map<Bytes32, { modelHash: Bytes32; node: string }>();

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
    const before =
      once(this.#submissions, `${node} ${seen}`, text) ?? once(this.#files, `${node} ${round} ${base}`, act.sha256);
    if (before !== undefined)
      return { code: "SIGNED_TWICE", text: `${node} submits ${text} to round ${round} after it had signed ${before}` };
    const journal = durable.journal.map((line) => JSON.parse(line) as PeerJournalEntry);
    const own = journal.some((entry) => entry.type === "own" && entry.sha256 === act.sha256);
    const sealed = journal.some((entry) => entry.type === "sealed" && entry.cid === act.cid);
    if (own && sealed) return undefined;
    return { code: "NOT_ON_DISK", text: `${node} submits ${act.sha256}, of which its journal on disk does not know` };
  }

  #attest(
    node: string,
    { durable }: MemoryDisk,
    { ref, held, refused }: RoundAct & { type: "attest" },
    submissions: ReadonlyMap<number, Submission>,
  ): Found {
    const key = `${node} ${ref.seen}`;
    const before = this.#attested.get(key) ?? { held: 0n, refused: 0n };
    const all = { held: held | before.held, refused: refused | before.refused };
    this.#attested.set(key, all);
    if ((all.held & all.refused) !== 0n)
      return { code: "SIGNED_TWICE", text: `${node} takes an attestation of round ${ref.round} back` };
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
    const before = once(this.#submissions, `${node} vote ${ref.seen}`, modelHash);
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

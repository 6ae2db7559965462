import { SwarmError } from "../../core/errors.ts";
import { sha256 as hashOf } from "../../core/hash.ts";
import { holdersOf, type Submission } from "../../core/ledger/view/task.ts";
import { members } from "../../core/ledger/masks.ts";
import type { Address } from "../../core/primitives.ts";
import type { Effect } from "../../core/round/effects.ts";
import type { PeerEvent } from "../../core/round/events.ts";
import { taskOf, type Verdict } from "../../core/round/state.ts";
import { validateUpdate } from "../../core/update.ts";
import type { PeerContext } from "../components.ts";
import { askHolders, hedge, holdersAt } from "../fetch.ts";
import { headerFor } from "../files.ts";
import { HEDGE_MS, sealedLimit, transferLimit, untilIdle, within } from "../limits.ts";

/** What an author offers under its CID is not what it announced: no other copy of the same sealed file can be better. */
const UNMATCHED = new Set([
  "UPDATE_UNMATCHED",
  "STORE_CID",
  "STORE_CORRUPT",
  "STORE_TOO_LARGE",
  "SEAL_TOO_LARGE",
  "SEAL_DAMAGED",
]);

type Open = Effect & { type: "open" };

/**
 * Gets one submitted update onto the disk, opened and checked (R4). The author is asked over IPFS first; members that hold the opened
 * file are asked where that fails or takes long, so that an author who seals to some only, or vanishes, stops nobody (R5).
 */
export async function runOpen(context: PeerContext, effect: Open, signal: AbortSignal): Promise<PeerEvent> {
  const { round, submission } = effect;
  const { member, sha256, cid } = submission;
  const author = taskOf(context.state).members[member] as Address;
  const own = await context.disk.read("update", sha256);
  const bytes = own ?? (await fetchUpdate(context, effect, author, signal));
  const verdict =
    bytes instanceof Uint8Array ? judge(context, effect, author, bytes) : refuse(context, effect, author, bytes);
  if (verdict === "held" && !own) await context.disk.write("update", bytes as Uint8Array);
  return { type: "opened", round, member, sha256, cid, verdict };
}

function refuse(
  { logger, names, observer }: PeerContext,
  { round }: Open,
  author: Address,
  { code, message }: SwarmError,
): Verdict {
  observer.refused?.({ round, author, reason: code });
  logger.warn(`refused the update of ${names?.get(author) ?? author}: ${message}`, {
    round,
    peer: author,
    reason: code,
  });
  return "unmatched";
}

function judge(context: PeerContext, effect: Open, author: Address, bytes: Uint8Array): Verdict {
  const { round, base, submission } = effect;
  const result = validateUpdate(bytes, {
    sha256: submission.sha256,
    header: headerFor(context, { round, base, node: author }),
    specs: context.specs,
    maxNorm: context.document.limits.maxUpdateNorm,
  });
  if (result.ok) return "held";
  context.observer.refused?.({ round, author, reason: result.reason });
  context.logger.warn(`refused the update of ${context.names?.get(author) ?? author}: ${result.detail}`, {
    round,
    peer: author,
    reason: result.reason,
  });
  return "refused";
}

/** The announced bytes; an error instead where the author offers something else and nobody has them, unless enough members say that they do. */
async function fetchUpdate(
  context: PeerContext,
  effect: Open,
  author: Address,
  signal: AbortSignal,
): Promise<Uint8Array | SwarmError> {
  const { logger } = context;
  let unmatched: SwarmError | undefined;
  const settled = new AbortController();
  const offered = (limit: AbortSignal) =>
    fromStore(context, effect.submission, author, limit).catch((error: unknown) => {
      if (error instanceof SwarmError && UNMATCHED.has(error.code)) unmatched = error;
      settled.abort();
      throw error;
    });
  const fetching = hedge(
    offered,
    (limit, why) => {
      if (why)
        logger.info(`asking other members for the update of ${context.names?.get(author) ?? author}`, {
          round: effect.round,
          peer: author,
          because: why instanceof Error ? why.message : String(why),
        });
      const request = { kind: "update", taskId: context.taskId, sha256: effect.submission.sha256 } as const;
      // While the author might still give it, members who do not hold it are asked again: they may be about to.
      return askHolders(context, request, holdersOfUpdate(context, effect), limit, settled.signal);
    },
    { afterMs: HEDGE_MS, signal, sleep: (ms, limit) => untilIdle(context, ms, context.maxFileBytes.update, limit) },
  );
  return fetching.catch((error: unknown) => {
    signal.throwIfAborted();
    if (unmatched && !effect.included) return unmatched;
    throw error;
  });
}

/** Reads the sealed file over IPFS and opens it. @throws SwarmError UPDATE_UNMATCHED where it holds other bytes than the author announced */
async function fromStore(
  context: PeerContext,
  { cid, sha256 }: Submission,
  author: Address,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { store, sealer, clock, maxFileBytes } = context;
  const maxBytes = sealedLimit(maxFileBytes.update);
  const from = holdersAt(context, [author]).map(({ peerId }) => peerId);
  const sealed = await within(clock, transferLimit(maxBytes), signal, (limit) =>
    store.get(cid, { maxBytes, from, signal: limit }),
  );
  const bytes = await sealer.open(sealed, { maxBytes: maxFileBytes.update });
  const found = hashOf(bytes);
  if (found === sha256) return bytes;
  throw new SwarmError("UPDATE_UNMATCHED", `the file it offers has sha256 ${found}, not ${sha256} as it announced`, {
    cid,
    found,
    announced: sha256,
  });
}

/** Those who attested that they hold the file, then the rest of the snapshot: some may hold it and not have said so yet. The author, asked over IPFS already, is the last. */
function holdersOfUpdate(context: PeerContext, { round, attempt, submission }: Open) {
  const task = taskOf(context.state);
  const open = task.attempt;
  if (open?.round !== round || open.attempt !== attempt)
    throw new SwarmError("ROUND_OVER", `round ${round}, attempt ${attempt} is over`);
  const known = holdersOf(open, submission.member);
  const inOrder = new Set([...known, ...members(open.snapshot)]);
  inOrder.delete(submission.member);
  inOrder.add(submission.member);
  return holdersAt(
    context,
    [...inOrder].map((member) => task.members[member] as Address),
  );
}

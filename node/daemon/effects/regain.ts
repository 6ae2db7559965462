import { SwarmError } from "../../core/errors.ts";
import { sha256 as hashOf } from "../../core/hash.ts";
import { members } from "../../core/ledger/masks.ts";
import type { Address, Bytes32 } from "../../core/primitives.ts";
import type { Effect } from "../../core/round/effects.ts";
import type { PeerEvent } from "../../core/round/events.ts";
import { type OwnSealed, taskOf } from "../../core/round/state.ts";
import { validateUpdate } from "../../core/update.ts";
import type { PeerContext } from "../components.ts";
import { askHolders, holdersAt } from "../fetch.ts";
import { headerFor } from "../files.ts";
import { HEDGE_MS, sealedLimit, within } from "../limits.ts";
import { record } from "../journal.ts";

/**
 * Gets back this node's own update, which the ledger has on record and its disk no longer has: from a sealed copy of its own, else from members
 * who opened it (R7). No other file may be submitted in this round. From then on it is as if it had just been trained.
 * @throws SwarmError FILE_NOT_HELD where nobody has it, UPDATE_NOT_OWN where what the ledger has on record is no update that this node makes
 */
export async function runRegain(
  context: PeerContext,
  { round, base, sha256, weight }: Effect & { type: "regain" },
  signal: AbortSignal,
): Promise<PeerEvent> {
  const { disk, logger, taskId: task } = context;
  const here = (await disk.read("update", sha256)) ?? (await fromOwnSealed(context, round, sha256, signal));
  const bytes = here ?? (await fetchOwn(context, sha256, signal));
  const header = headerFor(context, { round, base, node: context.account });
  const maxNorm = context.document.limits.maxUpdateNorm;
  const result = validateUpdate(bytes, { sha256, header, specs: context.specs, maxNorm });
  if (!result.ok)
    throw new SwarmError(
      "UPDATE_NOT_OWN",
      `what the ledger has on record as this node's update of round ${round} is none that it makes: ${result.detail}. If this lasts, somebody else may have its keys: give it new ones with "swarm node rotate-keys"`,
      { round, sha256, reason: result.reason },
    );
  await disk.write("update", bytes);
  await record(disk, { type: "own", task, round, base, sha256, weight });
  logger.info(`got this node's own update back from ${here ? "its sealed copy" : "a member"}`, { round, sha256 });
  return { type: "trained", round, base, sha256, weight };
}

/** What was sealed for members was sealed for this node, too. */
async function fromOwnSealed(context: PeerContext, round: number, sha256: Bytes32, signal: AbortSignal) {
  const { sealer, state, maxFileBytes, logger } = context;
  for (const own of state.local.sealed.values()) {
    if (own.round !== round) continue;
    try {
      const sealed = await readSealed(context, own, signal);
      const bytes = sealed && (await sealer.open(sealed, { maxBytes: maxFileBytes.update }));
      if (bytes && hashOf(bytes) === sha256) return bytes;
    } catch (error) {
      // Sealed before its keys changed, or damaged: members have the file.
      if (!(error instanceof SwarmError) || !/^(SEAL_|STORE_|TIME_LIMIT)/.test(error.code)) throw error;
      logger.debug("a sealed copy of this node's own update cannot be opened", { round, error });
    }
  }
  return undefined;
}

/** From the disk, and once it was offered from the node's own store; damaged parts of that would be asked of others, which may take long. */
async function readSealed({ disk, store, clock, maxFileBytes }: PeerContext, own: OwnSealed, signal: AbortSignal) {
  const bytes = await disk.read("sealed", own.sealed);
  if (bytes || !(await store.has(own.cid))) return bytes;
  const maxBytes = sealedLimit(maxFileBytes.update);
  return within(clock, HEDGE_MS, signal, (limit) => store.get(own.cid, { maxBytes, from: [], signal: limit }));
}

function fetchOwn(context: PeerContext, sha256: Bytes32, signal: AbortSignal): Promise<Uint8Array> {
  const task = taskOf(context.state);
  const asked = members(task.attempt?.snapshot ?? 0n).map((member) => task.members[member] as Address);
  const request = { kind: "update", taskId: context.taskId, sha256 } as const;
  return askHolders(context, request, holdersAt(context, asked), signal);
}

import { SwarmError } from "../../core/errors.ts";
import { members } from "../../core/ledger/masks.ts";
import type { Address } from "../../core/primitives.ts";
import { PROTOCOL_VERSION } from "../../core/primitives.ts";
import type { Effect } from "../../core/round/effects.ts";
import type { PeerEvent } from "../../core/round/events.ts";
import { taskOf } from "../../core/round/state.ts";
import { validateUpdate } from "../../core/update.ts";
import type { PeerContext } from "../components.ts";
import { askHolders, holdersAt } from "../fetch.ts";
import { record } from "../journal.ts";

/**
 * Gets back this node's own update, which the ledger has on record and its disk no longer has, from members who opened it (R7): no other file
 * may be submitted in this round. From then on it is as if it had just been trained.
 * @throws SwarmError FILE_NOT_HELD where nobody has it, UPDATE_NOT_OWN where what the ledger has on record is no update that this node makes
 */
export async function runRegain(
  context: PeerContext,
  { round, base, sha256, weight }: Effect & { type: "regain" },
  signal: AbortSignal,
): Promise<PeerEvent> {
  const { disk, logger, taskId: task } = context;
  const bytes = (await disk.read("update", sha256)) ?? (await fetchOwn(context, sha256, signal));
  const header = {
    version: PROTOCOL_VERSION,
    genesis: context.genesis,
    ledger: context.ledgerAddress,
    task,
    round,
    node: context.account,
    base,
  };
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
  logger.info("got this node's own update back from a member", { round, sha256 });
  return { type: "trained", round, base, sha256, weight };
}

function fetchOwn(context: PeerContext, sha256: `0x${string}`, signal: AbortSignal): Promise<Uint8Array> {
  const task = taskOf(context.state);
  const asked = members(task.attempt?.snapshot ?? 0n).map((member) => task.members[member] as Address);
  const request = { kind: "update", taskId: context.taskId, sha256 } as const;
  return askHolders(context, request, holdersAt(context, asked), signal);
}

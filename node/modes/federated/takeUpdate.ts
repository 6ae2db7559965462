import { type Bytes32, PROTOCOL_VERSION } from "../../core/primitives.ts";
import { tensorSpecs } from "../../core/task/document.ts";
import { validateUpdate } from "../../core/update.ts";
import type { CoordinatorComponents, CoordinatorObserver, FederatedInit } from "./components.ts";
import { recordUpdate } from "./history.ts";
import type { OpenRound } from "./openRound.ts";
import type { Session } from "./session.ts";

interface Given {
  round: number;
  base: Bytes32;
  sha256: Bytes32;
  bytes: Uint8Array;
}

/**
 * F6 and F7: checks a client's update as every node of a swarm would (R4), and keeps it until its round is merged. One that comes too late for its round is
 * dropped; one that is wrong keeps its client out of the present attempt.
 */
export async function takeUpdate(
  it: Pick<CoordinatorComponents, "disk" | "logger"> & FederatedInit & { observer: CoordinatorObserver },
  open: OpenRound | undefined,
  session: Session,
  { round, base, sha256, bytes }: Given,
): Promise<void> {
  const { account, hello } = session;
  if (open === undefined || open.closed || open.round !== round || open.updates.has(account)) {
    it.logger.info("an update came too late for its round", { peer: account, round });
    return;
  }
  const { document, task, genesis, ledgerAddress: ledger } = it;
  const header = { version: PROTOCOL_VERSION, genesis, ledger, task, round, node: account, base: open.base };
  const { maxUpdateNorm: maxNorm } = document.limits;
  const verdict = validateUpdate(bytes, { sha256, header, specs: tensorSpecs(document), maxNorm });
  const isOther = base !== open.base;
  if (isOther || !verdict.ok) {
    const reason = verdict.ok ? "UPDATE_HEADER" : verdict.reason;
    const text = verdict.ok ? `it was trained on ${base}; expected was ${open.base}` : verdict.detail;
    it.observer.refused?.({ account, round, reason, text });
    open.out.add(account);
    return;
  }
  const update = { account, sha256, weight: hello.weight };
  await it.disk.write("update", bytes);
  await recordUpdate(it.disk, task, { ...update, round, base });
  // The round may have ended meanwhile.
  if (open.closed) await it.disk.remove("update", sha256);
  else open.updates.set(account, update);
}

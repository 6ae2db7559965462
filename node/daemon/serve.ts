import { has } from "../core/ledger/masks.ts";
import { memberOf } from "../core/ledger/view/task.ts";
import type { Address, Bytes32 } from "../core/primitives.ts";
import type { AdmittedPeer, FileRequest } from "../ports/network.ts";
import { isAdmitted } from "./admission.ts";
import type { PeerContext } from "./components.ts";

/**
 * Who may have which opened file (R5, R8): updates go to members of a snapshot they were submitted to, and only once submissions are closed (R2);
 * models to members of the task; both to auditors. Licences are looked at anew for every request.
 */
export async function serveFile(
  context: PeerContext,
  from: AdmittedPeer,
  request: FileRequest,
): Promise<Uint8Array | { refused: string }> {
  const reason = refusal(context, from.account, request);
  if (reason) {
    context.logger.debug(`refused a file: ${reason}`, { peer: from.account, ...request });
    return { refused: reason };
  }
  return (await context.disk.read(request.kind, request.sha256)) ?? { refused: "not held" };
}

function refusal(context: PeerContext, account: Address, request: FileRequest): string | undefined {
  const { registry, tasks } = context.state.view;
  const task = tasks.get(request.taskId);
  if (!task || request.taskId !== context.taskId) return "another task";
  if (!isAdmitted(context.state.view, context.taskId, account, context.state.now)) return "no licence";
  const auditor = registry.licenses.get(account)?.role === "auditor";
  if (request.kind === "model") return auditor || memberOf(task, account) >= 0 ? undefined : "not a member";
  return updateRefusal(task.published.get(request.sha256 as Bytes32)?.snapshot, auditor, memberOf(task, account));
}

function updateRefusal(snapshot: bigint | undefined, auditor: boolean, member: number): string | undefined {
  if (snapshot === undefined) return "not published";
  return auditor || (member >= 0 && has(snapshot, member)) ? undefined : "not in the snapshot";
}

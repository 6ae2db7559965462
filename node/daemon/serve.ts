import { has } from "../core/ledger/masks.ts";
import { isModelOf, memberOf, type Publication, type TaskView } from "../core/ledger/view/task.ts";
import type { Address, Bytes32 } from "../core/primitives.ts";
import type { LocalState } from "../core/round/state.ts";
import type { UpdateHeader } from "../core/weights.ts";
import type { AdmittedPeer, FileRequest } from "../ports/network.ts";
import { isAdmitted } from "./admission.ts";
import type { PeerContext } from "./components.ts";
import { headerOf } from "./files.ts";

type Answer = Uint8Array | { refused: string };

/**
 * Who may have which opened file (R5, R8): updates go to members of a snapshot that their author submitted them to, and only once submissions
 * are closed (R2); models to members of the task; both to auditors. Licences are looked at anew for every request.
 */
export async function serveFile(context: PeerContext, from: AdmittedPeer, request: FileRequest): Promise<Answer> {
  const answer = await answerTo(context, from.account, request);
  if ("refused" in answer)
    context.logger.debug(`refused a file: ${answer.refused}`, { peer: from.account, ...request });
  return answer;
}

async function answerTo(context: PeerContext, account: Address, request: FileRequest): Promise<Answer> {
  const { registry, tasks } = context.state.view;
  const task = tasks.get(request.taskId);
  if (!task || request.taskId !== context.taskId) return { refused: "another task" };
  if (!isAdmitted(context.state.view, context.taskId, account, context.now())) return { refused: "no licence" };
  const auditor = registry.licenses.get(account)?.role === "auditor";
  return request.kind === "model"
    ? modelFor(context, task, account, auditor, request.sha256)
    : updateFor(context, task, account, auditor, request.sha256);
}

/** One folder holds the models of all tasks that a node is in; only this task's go to its members. */
async function modelFor(
  { disk, state }: PeerContext,
  task: TaskView,
  account: Address,
  auditor: boolean,
  sha256: Bytes32,
): Promise<Answer> {
  if (!auditor && memberOf(task, account) < 0) return { refused: "not a member" };
  if (!isModelOf(task, sha256) && !isLastMerged(state.local.merged, task, sha256)) return { refused: "another task" };
  return (await disk.read("model", sha256)) ?? { refused: "not held" };
}

/** A merge of the attempt that is open or was the last: members may see it become final before this node does (R8). */
const isLastMerged = (merged: LocalState["merged"], { attempt, finalAttempt }: TaskView, sha256: Bytes32): boolean =>
  [attempt, finalAttempt].some((it) => it !== undefined && merged.get(it.seen)?.modelHash === sha256);

async function updateFor(
  context: PeerContext,
  task: TaskView,
  account: Address,
  auditor: boolean,
  sha256: Bytes32,
): Promise<Answer> {
  const published = task.published.get(sha256);
  if (!published) return { refused: "not published" };
  const member = memberOf(task, account);
  const mayHave = ({ snapshot }: Publication) => auditor || (member >= 0 && has(snapshot, member));
  if (!published.some(mayHave)) return { refused: "not in the snapshot" };
  const bytes = await context.disk.read("update", sha256);
  if (!bytes) return { refused: "not held" };
  const header = headerOf(bytes);
  // Whoever submits the hash of another's file publishes nothing: only the author's own submission counts.
  const authored = published.filter((publication) => isAuthored(context, task, publication, header));
  if (authored.length === 0) return { refused: "not published" };
  return authored.some(mayHave) ? bytes : { refused: "not in the snapshot" };
}

/** Whether a file says that it is this member's update for this round of this task. */
function isAuthored(
  { genesis, ledgerAddress, taskId }: PeerContext,
  task: TaskView,
  { round, member }: Publication,
  header: UpdateHeader | undefined,
): boolean {
  return (
    header !== undefined &&
    header.genesis === genesis &&
    header.ledger === ledgerAddress &&
    header.task === taskId &&
    header.round === round &&
    header.node === task.members[member]
  );
}

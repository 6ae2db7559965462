import { openDiskReadOnly } from "../adapters/disk/openReadOnly.ts";
import { SwarmError } from "../core/errors.ts";
import type { NetworkView } from "../core/ledger/view/network.ts";
import type { TaskView } from "../core/ledger/view/task.ts";
import type { Bytes32 } from "../core/primitives.ts";
import { modelSpecs } from "../core/task/document.ts";
import { maxFileBytes } from "../core/update.ts";
import { admittedPeers } from "../daemon/admission.ts";
import type { AccountOptions, Cli } from "./cli.ts";
import { bestRound } from "./earlyStop.ts";
import { homeOf, requireNodeSettings } from "./home.ts";
import { unlock } from "./identity.ts";
import type { Session } from "./session.ts";
import { cliLogger } from "./system.ts";
import { checkedDocument } from "./taskCheck.ts";
import { openNode } from "./wire.ts";
import { nodeFiles, STARTING_MS } from "./audit/nodes.ts";

export interface FinalModel {
  round: number;
  sha256: Bytes32;
  bytes: Uint8Array;
  /** Where it came from, in words. */
  source: string;
}

/** The hash that the ledger records for a round's model. @param round 0 is the first model; the last final one where left out. @throws SwarmError ROUND_UNKNOWN */
export function modelHashOf(task: TaskView, round: number | "best" | undefined): { round: number; sha256: Bytes32 } {
  const last = task.history.at(-1)?.round ?? 0;
  const wanted = round === "best" ? bestRound(task) : (round ?? last);
  if (wanted === undefined) {
    const text =
      "no round of this task is the best one: none has a score, which it takes evaluations in votes to have (evaluations: true in the task)";
    throw new SwarmError("ROUND_UNKNOWN", text, { round: "best", last });
  }
  if (wanted === 0) return { round: 0, sha256: task.params.modelHash };
  const final = task.history.find((entry) => entry.round === wanted);
  if (final) return { round: wanted, sha256: final.modelHash };
  throw new SwarmError("ROUND_UNKNOWN", `round ${wanted} is not final: the last final one is ${last}`, {
    round: wanted,
    last,
  });
}

/**
 * A final model's file: out of the node's own folder, also while its daemon runs, else from members by its hash.
 * @throws SwarmError ROUND_UNKNOWN, FILE_DAMAGED, MODEL_NOT_FOUND
 */
export async function readModel(
  cli: Cli,
  session: Session,
  options: AccountOptions,
  task: TaskView,
  round: number | "best" | undefined,
): Promise<FinalModel> {
  const wanted = modelHashOf(task, round);
  const home = homeOf(options);
  const own = await (await openDiskReadOnly(home.disk)).read("model", wanted.sha256);
  if (own) return { ...wanted, bytes: own, source: home.dir };
  return { ...wanted, ...(await fromMembers(cli, session.view, session, options, task, wanted.sha256)) };
}

async function fromMembers(
  cli: Cli,
  view: NetworkView,
  session: Session,
  options: AccountOptions,
  task: TaskView,
  sha256: Bytes32,
) {
  const home = homeOf(options);
  const settings = await requireNodeSettings(home);
  const identity = await unlock(cli, home, options);
  const maxBytes = maxFileBytes(modelSpecs(checkedDocument(task)));
  await using node = await openNode({
    home,
    identity,
    deployment: session.deployment,
    listen: settings.listen,
    maxFileBytes: maxBytes,
    logger: cliLogger(cli),
  });
  await node.network.admit(admittedPeers(view, task.taskId, identity.account, session.now()));
  const files = nodeFiles({ node, view, note: (text) => cli.verbose && cli.out.note(text), pauses: STARTING_MS });
  for await (const { bytes, source } of await files.get("model", sha256, {
    taskId: task.taskId,
    round: 0,
    holders: [],
    maxBytes,
    signal: cli.signal,
  })) {
    if (bytes.length > 0) return { bytes, source };
  }
  throw new SwarmError(
    "MODEL_NOT_FOUND",
    `no member gave the model ${sha256}: run this again while a member's daemon runs`,
    { sha256 },
  );
}

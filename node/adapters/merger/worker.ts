import { parentPort, workerData } from "node:worker_threads";
import { SwarmError } from "../../core/errors.ts";
import { kernelsOf } from "../../core/merge/chooseKernels.ts";
import { mergeFiles } from "../../core/merge/mergeFiles.ts";
import type { Observed } from "../../core/merge/rule.ts";
import { openSync } from "../disk/openSync.ts";
import type { Answer, ThreadMerge } from "./protocol.ts";

const port = parentPort;
if (port === null) throw new Error("this file is the body of a merging thread; createThreadMerger starts it");
const { dir, kernels, merge, isWatched } = workerData as ThreadMerge;

const answer = (message: Answer): void =>
  port.postMessage(message, message.kind === "merged" ? [message.bytes.buffer] : []);

try {
  let observed: Observed | undefined;
  const watch = isWatched ? (seen: Observed): void => void (observed = seen) : undefined;
  const { bytes, sha256 } = await mergeFiles(
    { ...merge, context: { ...merge.context, watch } },
    { open: (name) => openSync(dir, name), kernels: kernelsOf(kernels) },
  );
  answer({ kind: "merged", bytes, sha256, observed });
} catch (cause) {
  if (!(cause instanceof SwarmError)) throw cause;
  answer({ kind: "failed", code: cause.code, message: cause.message, data: cause.data });
}

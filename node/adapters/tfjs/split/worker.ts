import { parentPort, workerData } from "node:worker_threads";
import type { TaskDocument } from "../../../core/task/schema.ts";
import { readSplit } from "../../data/readSplit.ts";
import { startEngine } from "../engine.ts";
import { type Call, failureOf } from "./calls.ts";
import { ClientPart } from "./clientPart.ts";
import { ServerPart } from "./serverPart.ts";

/** What a split worker is started with: the server's has no rows. */
export interface SplitWorkerSetup {
  document: TaskDocument;
  dataPath?: string;
}

const port = parentPort;
if (port === null) throw new Error("this file is the body of a split learner's worker");
const { document, dataPath } = workerData as SplitWorkerSetup;
/** Calls that come while the rows are read wait for this. */
const starting = start();

async function start() {
  const engine = await startEngine("wasm");
  if (dataPath === undefined) return { part: new ServerPart(document), ready: { engine } };
  const { training, validation } = await readSplit({ document, dataPath, use: "train" });
  const part = new ClientPart(document, training, validation);
  const rows = { training: training.rows, validation: validation.rows };
  return { part, ready: { engine, rows, classWeights: part.classWeights && [...part.classWeights] } };
}

port.on("message", async ({ id, method, args }: Call) => {
  try {
    const { part, ready } = await starting;
    const methods = part as unknown as Record<string, (...given: unknown[]) => unknown>;
    port.postMessage({ id, value: method === "ready" ? ready : methods[method]?.(...args) });
  } catch (cause) {
    port.postMessage({ id, failed: failureOf(cause) });
  }
});

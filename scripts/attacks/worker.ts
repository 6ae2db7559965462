/** A thread that runs one swarm after another, as it is told. */
import { parentPort } from "node:worker_threads";
import type { Dataset } from "../../node/adapters/data/dataset.ts";
import { type Job, runCourse } from "./course.ts";
import { load, type SourceName, sources } from "./data.ts";

const port = parentPort;
if (!port) throw new Error("this file is to be run as a worker thread");
const loaded = new Map<SourceName, Dataset>();

async function run(job: Job): Promise<void> {
  const rows = loaded.get(job.data) ?? (await load(sources[job.data]));
  loaded.set(job.data, rows);
  port?.postMessage(runCourse(job, rows));
}

// What a run throws ends the thread as an unhandled rejection, and reaches the pool as the thread's error.
port.on("message", (job: Job) => void run(job));

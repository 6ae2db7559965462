/** A thread that runs one simulation after another, as it is told. */
import { parentPort } from "node:worker_threads";
import { type Job, runJob } from "./job.ts";

const port = parentPort;
if (!port) throw new Error("this file is to be run as a worker thread");
port.on("message", (job: Job) => {
  void runJob(job).then((outcome) => port.postMessage(outcome));
});

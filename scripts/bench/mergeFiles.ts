/** One merge of files in a process of its own, so that its memory can be told apart: `node mergeFiles.ts DIR JSON`; answers with one line of JSON. */
import { readFileSync } from "node:fs";
import { openSync } from "../../node/adapters/disk/openSync.ts";
import { kernelsOf, type KernelsName } from "../../node/core/merge/chooseKernels.ts";
import { mergeFiles } from "../../node/core/merge/mergeFiles.ts";
import type { StoredMerge } from "../../node/ports/merger.ts";

/** Megabytes (10^6) that this process took at the most so far; Linux only. */
function peakMb(): number | undefined {
  if (process.platform !== "linux") return undefined;
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
  return peak === undefined ? undefined : (Number(peak) * 1024) / 1e6;
}

const [dir = "", kernels = "", given = ""] = process.argv.slice(2);
const merge = JSON.parse(given) as StoredMerge;
const before = peakMb();
const start = performance.now();
const { sha256 } = await mergeFiles(merge, {
  open: (name) => openSync(dir, name),
  kernels: kernelsOf(kernels as KernelsName),
});
const seconds = (performance.now() - start) / 1000;
const after = peakMb();
const extraMb = before === undefined || after === undefined ? undefined : after - before;
process.stdout.write(`${JSON.stringify({ sha256, seconds, extraMb })}\n`);

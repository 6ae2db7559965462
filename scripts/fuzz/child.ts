/** Runs one case after the other for `fuzz.ts`, which ends this process when a case takes too long. */
import { SwarmError } from "../../node/core/errors.ts";
import { createPrng } from "../../node/core/prng.ts";
import { FORMATS } from "./formats.ts";
import type { Case, Outcome } from "./protocol.ts";

process.on("message", (one: Case) => void run(one).then((outcome) => process.send?.(outcome)));
process.on("disconnect", () => process.exit(0));

async function run({ format, seed, index, folder }: Case): Promise<Outcome> {
  const started = performance.now();
  let result = "read";
  let fault: string | undefined;
  try {
    await FORMATS[format]?.(folder, createPrng(seed, index, format.charCodeAt(0), format.length));
  } catch (error) {
    result = error instanceof SwarmError ? error.code : "unknown";
    if (!(error instanceof SwarmError)) fault = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  const ms = performance.now() - started;
  const peakMiB = process.resourceUsage().maxRSS / 1024;
  return { index, result, ms, peakMiB, ...(fault === undefined ? {} : { fault }) };
}

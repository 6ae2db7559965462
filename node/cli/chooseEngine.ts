import { readFile } from "node:fs/promises";
import { z } from "zod";
import { atomicWrite } from "../adapters/disk/atomicWrite.ts";
import { measureEngine } from "../adapters/tfjs/measureEngine.ts";
import { nativeProblem } from "../adapters/tfjs/native/folder.ts";
import { SwarmError } from "../core/errors.ts";
import { sha256 } from "../core/hash.ts";
import { canonicalJson } from "../core/task/canonicalJson.ts";
import { hasColumns } from "../core/task/dataSchema.ts";
import type { TaskDocument } from "../core/task/document.ts";
import { ENGINE_NAMES, type EngineName, type EngineSetting } from "../ports/learner.ts";
import type { Logger } from "../ports/logger.ts";

const choice = z.object({
  engine: z.enum(ENGINE_NAMES),
  /** Hash of what was measured: another model is measured again. */
  model: z.string(),
  /** Milliseconds of one training step. */
  ms: z.partialRecord(z.enum(ENGINE_NAMES), z.number()),
});
type Choice = z.infer<typeof choice>;

export interface EngineChoiceInit {
  document: TaskDocument;
  /** Where the choice is kept, so that a node trains with the same engine after a restart. */
  file: string;
  logger: Logger;
  signal: AbortSignal;
}

/**
 * Which engine to train with: the one that was asked for; with "auto" the fastest that works here, measured once for each model and kept.
 * A choice is made anew when an engine has come or gone.
 * @throws SwarmError TRAINING_ENGINE where none works, or not the one that was asked for
 */
export async function chooseEngine(setting: EngineSetting, init: EngineChoiceInit): Promise<EngineName> {
  const { document, file, logger, signal } = init;
  const problem = nativeProblem();
  if (setting !== "auto") {
    if (setting === "native" && problem !== undefined)
      throw new SwarmError(
        "TRAINING_ENGINE",
        `the native training engine cannot be used: ${problem}, or use --engine wasm`,
      );
    return setting;
  }
  if (problem !== undefined) {
    logger.info(`Training with the wasm engine; the native one is not used: ${problem}`);
    return "wasm";
  }
  const model = modelHash(document);
  const kept = await readChoice(file);
  if (kept?.model === model && ENGINE_NAMES.every((name) => kept.ms[name] !== undefined)) {
    logger.info(`Training with the ${kept.engine} engine, which was the fastest when measured`, { ms: kept.ms, file });
    return kept.engine;
  }
  const ms: Choice["ms"] = {};
  for (const name of ENGINE_NAMES) {
    try {
      ms[name] = (await measureEngine(document, name, { signal })).ms;
    } catch (error) {
      if (!(error instanceof SwarmError) || error.code !== "TRAINING_ENGINE") throw error;
      logger.warn(`The ${name} engine does not work here: ${error.message}`, { error });
    }
  }
  const [fastest] = ENGINE_NAMES.filter((name) => ms[name] !== undefined).sort((a, b) => (ms[a] ?? 0) - (ms[b] ?? 0));
  if (fastest === undefined)
    throw new SwarmError("TRAINING_ENGINE", 'no training engine works here: run "swarm doctor" for what each lacks');
  await atomicWrite(
    file,
    new TextEncoder().encode(`${JSON.stringify({ engine: fastest, model, ms } satisfies Choice)}\n`),
  );
  logger.info(`Training with the ${fastest} engine, the fastest here`, { ms, file });
  return fastest;
}

/** What the time of a step depends on. */
function modelHash({ model, data, training }: TaskDocument): string {
  const { batchSize, optimizer } = training;
  const text = canonicalJson({
    model,
    inputShape: data.inputShape ?? null,
    ...(hasColumns(data) ? { features: data.features } : {}),
    batchSize,
    optimizer,
  });
  return sha256(new TextEncoder().encode(text));
}

/** What was chosen before; a file that says nothing is as good as none. */
async function readChoice(file: string): Promise<Choice | undefined> {
  try {
    return choice.safeParse(JSON.parse(await readFile(file, "utf8"))).data;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT" || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

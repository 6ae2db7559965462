import { readFile } from "node:fs/promises";
import { createEvaluator } from "../../adapters/tfjs/evaluate.ts";
import { decodeModel, decodeWeights } from "../../core/codec.ts";
import type { TaskDocument } from "../../core/task/schema.ts";
import { tensorSpecs } from "../../core/task/tensors.ts";
import { joinParts } from "../../core/modes/splitParts.ts";
import type { Weights } from "../../core/weights.ts";
import { weightsOf } from "../../core/weights/model.ts";
import type { Evaluation } from "../../ports/learner.ts";
import type { Commands } from "../local/commands.ts";
import type { LocalPlan, Places } from "../local/plan.ts";
import type { CrewInit } from "./crew.ts";
import type { ComparePlan } from "./plan.ts";

/** What every mode runs in: a chain with licensed nodes, task files, and the hold-out. */
export interface Scene extends CrewInit {
  plan: ComparePlan;
  local: LocalPlan;
  at: Places;
  commands: Commands;
  /** The common task, as it is for the swarm. */
  document: TaskDocument;
  tasks: Record<"swarm" | "federated" | "split", string>;
  taskId: string;
  server: string;
  /** All rows in one place. */
  pooled: string;
  /** Bytes that have to move for that. */
  pooledBytes: number;
  test: string;
  kill: boolean;
  /** A line on how far a mode is. */
  progress(done: number, of: number): void;
}

export async function readModelFile(document: TaskDocument, file: string): Promise<Weights> {
  return weightsOf(decodeModel(await readFile(file)), tensorSpecs(document));
}

export async function readPartFiles(document: TaskDocument, files: readonly string[]): Promise<Weights> {
  return joinParts(document, await Promise.all(files.map(async (file) => decodeWeights(await readFile(file)))));
}

/** Figures on the hold-out, one after another. */
export async function figuresOf(scene: Scene, models: readonly (() => Promise<Weights>)[]): Promise<Evaluation[]> {
  const { document, test: dataPath, signal } = scene;
  const evaluator = await createEvaluator({ document, dataPath });
  try {
    const all: Evaluation[] = [];
    for (const read of models) all.push(await evaluator.evaluate(await read(), { signal }));
    return all;
  } finally {
    await evaluator.close();
  }
}

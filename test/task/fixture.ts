import type { z } from "zod";
import { checkDocument } from "../../node/core/task/document.ts";
import { pathText } from "../../node/core/task/problem.ts";
import type { TaskDocument, taskSchema } from "../../node/core/task/schema.ts";

type TaskInput = z.input<typeof taskSchema>;
type CsvInput = Extract<TaskInput["data"], { format: "csv" }>;

/** A small valid task as one would write it; tests change one thing at a time. */
export function taskInput(): TaskInput & { data: CsvInput } {
  return {
    version: 1,
    name: "small",
    model: {
      layers: [
        { type: "dense", units: 4, activation: "relu" },
        { type: "dense", units: 2 },
      ],
      loss: "softmaxCrossEntropy",
    },
    data: { format: "csv", features: ["a", "b", "c"], label: { column: "y", classes: ["no", "yes"] } },
    training: { batchSize: 8, optimizer: { type: "adam", learningRate: 0.01 } },
    round: { f: 1, minPeers: 3, startMembers: 4, rounds: 5, submitSeconds: 10, attestSeconds: 10, mergeSeconds: 10 },
    limits: { maxUpdateNorm: 100 },
  };
}

/** The fixture with some fields replaced, checked; throws what is wrong with it. */
export function taskDocument(changes: Partial<TaskInput> = {}): TaskDocument {
  const checked = checkDocument({ ...taskInput(), ...changes });
  if ("document" in checked) return checked.document;
  throw new Error(JSON.stringify(checked.problems));
}

/** The fixture with the value at a path replaced (undefined deletes it), and what is then wrong with it. */
export function problemsWith(changes: Record<string, unknown>): string[] {
  const input = taskInput() as unknown as Record<string, unknown>;
  for (const [path, value] of Object.entries(changes)) {
    const keys = path.split(".");
    const last = keys.pop() as string;
    let target = input;
    for (const key of keys) target = (target[key] ??= {}) as Record<string, unknown>;
    if (value === undefined) delete target[last];
    else target[last] = value;
  }
  const checked = checkDocument(input);
  return "document" in checked ? [] : checked.problems.map(({ path, message }) => `${pathText(path)}: ${message}`);
}

/** A task of three classes over a model of the given layers. @param input shape of one row, four features where left out */
export function documentOf(layers: object[], input?: number[]): TaskDocument {
  const size = input?.reduce((product, side) => product * side, 1) ?? 4;
  const data = {
    format: "csv",
    features: { columns: `x{1..${size}}` },
    label: { column: "y", classes: ["0", "1", "2"] },
    ...(input && { inputShape: input }),
  };
  return taskDocument({ data: data as never, model: { layers: layers as never, loss: "softmaxCrossEntropy" } });
}

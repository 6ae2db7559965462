import { STATE_MARK } from "../merge/optimizerState.ts";
import { headerText, MAX_HEADER_BYTES, totalElements } from "../safetensorsHeader.ts";
import { SwarmError } from "../errors.ts";
import { MAX_PARAMETERS } from "./params.ts";
import type { Problem } from "./problem.ts";
import type { TaskDocument } from "./schema.ts";
import { modelSpecs, tensorSpecs } from "./tensors.ts";

/** What keeps a task's models from holding the state of its merge's optimizer beside their weights. */
export function optimizerProblems(doc: TaskDocument): Problem[] {
  const { optimizer } = doc.merge;
  if (optimizer === undefined) return [];
  const path = ["merge", "optimizer"];
  const marked = "tensors" in doc.model ? doc.model.tensors.findIndex(({ name }) => name.startsWith(STATE_MARK)) : -1;
  if (marked >= 0) {
    const message = `begins with ${STATE_MARK}, as names of the optimizer's own tensors do: call it otherwise`;
    return [{ path: ["model", "tensors", marked, "name"], message }];
  }
  const statistics =
    "layers" in doc.model
      ? doc.model.layers.findIndex((layer) => layer.type === "batchNormalization" && layer.local !== true)
      : -1;
  if (statistics >= 0) {
    const message = `is batchNormalization, whose moving variance a step of ${optimizer.type} could make negative: set local: true, or use layerNormalization`;
    return [{ path: ["model", "layers", statistics], message }];
  }
  const specs = modelSpecs(doc);
  const values = totalElements(specs);
  if (values > MAX_PARAMETERS) {
    const message = `makes ${values} values of ${totalElements(tensorSpecs(doc))} parameters; ${MAX_PARAMETERS} is the most that a model may have`;
    return [{ path, message }];
  }
  try {
    headerText(specs, new Map());
  } catch (error) {
    if (!(error instanceof SwarmError) || error.code !== "FILE_HEADER_TOO_LARGE") throw error;
    const message = `makes ${specs.length} tensors, whose names and shapes take more than the ${MAX_HEADER_BYTES} bytes that a model's file has for them`;
    return [{ path, message }];
  }
  return [];
}

import { layerAt } from "../modes/splitLayers.ts";
import { tensorSpecsOfLayers } from "../modes/splitParts.ts";
import { boundsOf } from "../statistics/tensors.ts";
import type { Problem } from "./problem.ts";
import type { TaskDocument } from "./schema.ts";

/** What is wrong with a task's split section, given that its model is right. */
export function splitProblems(doc: TaskDocument): Problem[] {
  const { split, model } = doc;
  const at = (field: string, message: string): Problem[] => [{ path: ["split", field], message }];
  if (split === undefined) {
    const message = "is split, which needs a split section (docs/SPLIT.md): say at least split.cut and split.epochs";
    return doc.mode === "split" ? [{ path: ["mode"], message }] : [];
  }
  if (!("layers" in model)) return at("cut", "needs a model of layers: one that lists tensors cannot be cut");
  const { layers } = model;
  const cut = layerAt(layers, split.cut);
  if (cut === undefined) return at("cut", `is ${split.cut}, which no layer of the model is called, or several are`);
  if (cut >= layers.length - 1)
    return at("cut", "is the last layer, so that nothing is left for the server: cut earlier");
  if (boundsOf(doc) !== undefined) {
    const message =
      "agrees on statistics, which is done in a swarm's first round: give fixed ones where a model is split";
    return [{ path: ["data", "normalize"], message }];
  }
  const local = layers.findIndex((layer) => "local" in layer && layer.local === true);
  if (local >= 0)
    return [
      { path: ["model", "layers", local, "local"], message: "has no meaning where a model is split: leave it away" },
    ];
  if (tensorSpecsOfLayers(doc, 0, cut + 1).length === 0)
    return at(
      "cut",
      "leaves the client nothing to train, so that rows would cross as they are: cut behind a layer with weights",
    );
  const end = split.labels === "kept" ? tailProblem(doc, cut) : layers.length;
  if (typeof end !== "number") return at("tail", end.wrong);
  if (tensorSpecsOfLayers(doc, cut + 1, end).length === 0)
    return at("cut", "leaves the server nothing to train: cut earlier");
  return split.labels === "shared" && split.tail !== undefined
    ? at("tail", "is for labels that are kept: set split.labels to kept, or leave it away")
    : [];
}

/** The first layer of the tail, or what is wrong with it. */
function tailProblem({ split, model }: TaskDocument, cut: number): number | { wrong: string } {
  const layers = "layers" in model ? model.layers : [];
  if (split?.tail === undefined)
    return { wrong: "is missing: where labels are kept, say which layer the client's last part begins with" };
  const tail = layerAt(layers, split.tail);
  if (tail === undefined) return { wrong: `is ${split.tail}, which no layer of the model is called, or several are` };
  if (tail <= cut + 1) return { wrong: "leaves the server no layer between cut and tail: move it back" };
  return tail;
}

import { isStatistic } from "../statistics/tensors.ts";
import type { TensorSpec } from "../weights.ts";
import { dataProblems, firstRepeat } from "./dataProblems.ts";
import { federatedProblems } from "./federatedProblems.ts";
import { mergeProblems } from "./mergeProblems.ts";
import { optimizerProblems } from "./optimizerProblems.ts";
import { MAX_PARAMETERS } from "./params.ts";
import type { Problem } from "./problem.ts";
import type { TaskDocument } from "./schema.ts";
import { layerShapes } from "./shapes.ts";
import { splitProblems } from "./splitProblems.ts";
import { allTensorSpecs, inputShape, tensorSpecs } from "./tensors.ts";
import { trainingProblems } from "./trainingProblems.ts";

/** What is wrong with a document whose fields are each right: rules that take more than one field. */
export function crossFieldProblems(doc: TaskDocument): Problem[] {
  const problems = [...roundProblems(doc), ...dataProblems(doc), ...modelProblems(doc), ...trainingProblems(doc)];
  // What an optimizer adds to models is made of their tensors: these have to be right first.
  return problems.length > 0 ? problems : [...optimizerProblems(doc), ...splitProblems(doc)];
}

function roundProblems(doc: TaskDocument): Problem[] {
  const problems: Problem[] = [];
  const { f, minPeers, startMembers } = doc.round;
  const mostFaulty = Math.floor((startMembers - 1) / 3);
  // The other thresholds go by f: what is wrong with them is said once f is right.
  if (f > mostFaulty) {
    const message = `is ${f}, but ${startMembers} members (round.startMembers) allow at most ${mostFaulty}; f = ${f} takes startMembers of at least ${3 * f + 1} and minPeers of at least ${2 * f + 1}`;
    return [{ path: ["round", "f"], message }, ...boundProblems(doc)];
  }
  const leastPeers = Math.max(2, 2 * f + 1);
  if (minPeers < leastPeers) {
    problems.push({
      path: ["round", "minPeers"],
      message: `is ${minPeers}, must be at least ${leastPeers} (max(2, 2f+1) with f = ${f})`,
    });
  }
  if (startMembers < minPeers + f) {
    const message = `is ${startMembers}, must be at least ${minPeers + f} (minPeers + f with f = ${f}, minPeers = ${minPeers})`;
    problems.push({ path: ["round", "startMembers"], message });
  }
  // A merge is judged by the thresholds, and a default one is made by them: they have to be right first.
  const merging = problems.length > 0 ? [] : mergeProblems(doc);
  // Where the merge itself is wrong, it would be said twice.
  const judged = problems.length === 0 && merging.length === 0;
  return [...problems, ...merging, ...(judged ? federatedProblems(doc) : []), ...boundProblems(doc)];
}

function boundProblems(doc: TaskDocument): Problem[] {
  const problems: Problem[] = [];
  const { clipNorm } = doc.privacy;
  if (clipNorm !== undefined && clipNorm > doc.limits.maxUpdateNorm) {
    const message = `is ${clipNorm}, must not exceed limits.maxUpdateNorm = ${doc.limits.maxUpdateNorm}: peers would refuse honest updates`;
    problems.push({ path: ["privacy", "clipNorm"], message });
  }
  const weights = doc.contributorWeights;
  if (typeof weights === "object" && "bucketedSamples" in weights) {
    const edges = weights.bucketedSamples;
    const at = edges.findIndex((edge, i) => i > 0 && edge <= (edges[i - 1] ?? 0));
    if (at > 0)
      problems.push({
        path: ["contributorWeights", "bucketedSamples", at],
        message: "edges must rise from one to the next",
      });
  }
  return problems;
}

function modelProblems(doc: TaskDocument): Problem[] {
  const { model } = doc;
  if ("tensors" in model) {
    const names = model.tensors.map((tensor) => tensor.name);
    const twice = firstRepeat(names);
    const statistic = model.tensors.findIndex(isStatistic);
    if (statistic >= 0) {
      const message = "is what agreed statistics are called, which change in round 1 only: call it otherwise";
      return [{ path: ["model", "tensors", statistic, "name"], message }];
    }
    const problems: Problem[] =
      twice < 0 ? [] : [{ path: ["model", "tensors", twice, "name"], message: `"${names[twice]}" is named twice` }];
    return [...problems, ...sizeProblems(model.tensors, "tensors")];
  }
  const input = inputShape(doc);
  const shapes = layerShapes(model.layers, input);
  if (!Array.isArray(shapes)) return [{ path: ["model", "layers", shapes.index], message: shapes.wrong }];
  const problems = sizeProblems(allTensorSpecs(doc), "layers");
  if (
    model.layers[0]?.type === "embedding" &&
    (doc.data.normalize !== "none" || ("missing" in doc.data && doc.data.missing === "mean"))
  ) {
    const message =
      "takes whole numbers as they are in the file: data.normalize has to be none, and data.missing not mean";
    problems.push({ path: ["model", "layers", 0], message });
  }
  if (problems.length === 0 && tensorSpecs(doc).length === 0) {
    const message = "keeps every layer local, so that there is nothing to merge: leave local away from at least one";
    problems.push({ path: ["model", "layers"], message });
  }
  const at = model.layers.length - 1;
  const last = model.layers[at];
  const output = shapes.at(-1)?.output ?? [];
  const classes = doc.data.label.classes.length;
  const outputs = model.loss === "sigmoidCrossEntropy" ? 1 : classes;
  if (model.loss === "sigmoidCrossEntropy" && classes !== 2) {
    problems.push({
      path: ["model", "loss"],
      message: `sigmoidCrossEntropy is for 2 classes, not ${classes}: use softmaxCrossEntropy`,
    });
  } else if (output.length !== 1 || output[0] !== outputs) {
    problems.push({
      path: ["model", "layers", at],
      message: `gives [${output}], but ${model.loss} over ${classes} classes needs [${outputs}]`,
    });
  }
  if (last !== undefined && "activation" in last && last.activation !== "linear") {
    const message = `is ${last.activation}: the last layer gives logits, the loss applies its own function; use linear`;
    problems.push({ path: ["model", "layers", at, "activation"], message });
  }
  return problems;
}

function sizeProblems(specs: readonly TensorSpec[], key: "layers" | "tensors"): Problem[] {
  const total = specs.reduce((sum, spec) => sum + spec.shape.reduce((product, size) => product * size, 1), 0);
  if (total === 0) return [{ path: ["model", key], message: "has nothing to train: add a dense layer" }];
  if (total <= MAX_PARAMETERS) return [];
  return [{ path: ["model", key], message: `makes ${total} parameters; ${MAX_PARAMETERS} is the most` }];
}

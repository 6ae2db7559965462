import { encodeModel } from "../core/codec.ts";
import { sha256 } from "../core/hash.ts";
import { isOfSquares, isState } from "../core/merge/optimizerState.ts";
import { modelSpecs, type TaskDocument, tensorSpecs } from "../core/task/document.ts";
import { firstModel } from "../core/task/initialModel.ts";
import { weightsOf } from "../core/weights/model.ts";
import type { Model, Weights } from "../core/weights.ts";
import { checkModel, misfit, type ModelFile, readModelFile, tensorsOf } from "./modelFile.ts";

/** A first model out of a file; `completed` where that had the weights alone, and the state of the task's optimizer was added to them. */
export interface GivenModel extends ModelFile {
  completed: boolean;
}

/**
 * Reads a task's first model. Other programs know nothing of a merge's optimizer: a file with the weights alone is as good as one with a state of zeros.
 * @throws SwarmError FILE_UNREADABLE, FILE_*, TASK_MODEL_MISFIT
 */
export async function readGivenModel(path: string, document: TaskDocument): Promise<GivenModel> {
  const file = await readModelFile(path);
  const weights = tensorSpecs(document);
  if (document.merge.optimizer === undefined || file.model.specs.some(isState)) {
    checkModel(file.model, modelSpecs(document), path);
    if (document.merge.optimizer !== undefined) checkSquares(file.model, path);
    return { ...file, completed: false };
  }
  checkModel(file.model, weights, path);
  const model = firstModel(document, weightsOf(file.model, weights));
  const bytes = encodeModel(model);
  return { bytes, sha256: sha256(bytes), model, completed: true };
}

/** The weights alone of a file with a first model; `undefined` without a file. @throws what `readGivenModel` throws */
export async function givenWeights(path: string | undefined, document: TaskDocument): Promise<Weights | undefined> {
  if (path === undefined) return undefined;
  return weightsOf((await readGivenModel(path, document)).model, tensorSpecs(document));
}

/** No optimizer would leave such a state, and no merge could go on from it. */
function checkSquares(model: Model, path: string): void {
  const wrong = tensorsOf(model).filter(({ name, values }) => isOfSquares(name) && values.some((value) => value < 0));
  if (wrong.length === 0) return;
  throw misfit(
    path,
    wrong.map(({ name }) => `  has negative values in ${name}, which is a mean of squares`),
  );
}

/** What is said of a file that was completed. */
export const completedWords = (path: string): string =>
  `${path} has the weights alone; the state of the merge's optimizer begins with zeros and was added to them.`;

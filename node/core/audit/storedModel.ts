import { decodeModel } from "../codec.ts";
import { SwarmError } from "../errors.ts";
import type { Bytes32 } from "../primitives.ts";
import { specDifference } from "../weights/specDifference.ts";
import type { Model } from "../weights.ts";
import { contextOf, type FileCheck } from "./fileCheck.ts";
import { readCopies } from "./files.ts";
import type { Where } from "./report.ts";
import type { TaskReplay, TaskRules } from "./taskReplay.ts";

/** Checks the copies of a model. @returns all of it: `agreed` if it was recomputed, else what sources have (R8) */
export async function storedModel(
  check: FileCheck,
  task: TaskReplay,
  rules: TaskRules,
  hash: Bytes32,
  where: Where,
  voters: number[],
  agreed?: Model,
): Promise<Model | undefined> {
  const { record } = check;
  const round = where.round ?? 0;
  const bytes = await readCopies(
    check.files,
    record,
    "model",
    hash,
    contextOf(check, task, rules, "model", round, voters),
    where,
  );
  if (bytes === "unreachable") return agreed;
  if (bytes === "none") {
    const text = `Model ${hash} of round ${round} is missing: ${check.files.nobody ?? "nobody"} has it`;
    if (agreed === undefined) task.missing.push({ text: `${text}.`, where: { ...where, file: hash }, round });
    else record.notice("MODEL_REBUILT", `${text}, but it could be rebuilt from the updates.`, { ...where, file: hash });
    return agreed;
  }
  if (agreed !== undefined) return agreed;
  try {
    const model = decodeModel(bytes);
    const difference = specDifference(model.specs, rules.modelSpecs);
    if (difference === undefined) return model;
    record.wrong("MODEL_INVALID", `Model ${hash} of round ${round} is not one of this task: ${difference}`, {
      ...where,
      file: hash,
    });
  } catch (error) {
    if (!(error instanceof SwarmError)) throw error;
    record.wrong(
      "MODEL_INVALID",
      `Model ${hash} of round ${round} is no model file (${error.code}): ${error.message}`,
      { ...where, file: hash },
    );
  }
  return undefined;
}

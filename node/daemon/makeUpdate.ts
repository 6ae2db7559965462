import { encodeUpdate } from "../core/codec.ts";
import { SwarmError } from "../core/errors.ts";
import { share } from "../core/privacy/share.ts";
import { squaredNorm } from "../core/squaredNorm.ts";
import { allowedChange } from "../core/statistics/change.ts";
import { uniformOf, withNoise } from "../core/statistics/noise.ts";
import { boundsOf, STATISTICS_ROUND } from "../core/statistics/tensors.ts";
import type { TaskDocument } from "../core/task/document.ts";
import type { ExpectedHeader } from "../core/update.ts";
import { maxFileBytes } from "../core/update.ts";
import type { Weights } from "../core/weights.ts";
import { subtract } from "../core/weights/subtract.ts";
import type { TrainingResult } from "../ports/learner.ts";
import type { Random } from "../ports/random.ts";
import { updateBound, type OwnUpdateLength } from "./ownClipping.ts";

/** 128 bits: a hash says nothing about an update once its file is gone (R2). */
const SALT_BYTES = 16;

export interface UpdateInit {
  document: TaskDocument;
  /** What the file says about itself; its round decides what may change. */
  header: ExpectedHeader;
  /** What was trained from. */
  start: Weights;
  random: Random;
}

export interface MadeUpdate {
  bytes: Uint8Array;
  length: OwnUpdateLength;
}

/**
 * The file of an update, of what a training made: the difference, clipped, with noise where the task asks for it, in every way of working the only thing
 * that leaves a node of its training.
 * @throws SwarmError PRIVACY_*, FILE_TOO_LARGE
 */
export function makeUpdate(
  { document, header, start, random }: UpdateInit,
  { weights, samples }: Pick<TrainingResult, "weights" | "samples">,
): MadeUpdate {
  const { minRecords } = document.privacy;
  const { bound: clipNorm } = updateBound(document);
  const { round } = header;
  const noise = round === STATISTICS_ROUND ? boundsOf(document)?.noise : undefined;
  const published = withNoise(allowedChange(weights, start, round), noise, () => uniformOf(random.bytes(8)));
  const change = subtract(published, start);
  const delta = share(change, { samples, minRecords, clipNorm });
  const norm = Math.sqrt(squaredNorm(change.values));
  const salt = Buffer.from(random.bytes(SALT_BYTES)).toString("hex");
  const bytes = encodeUpdate({ ...header, encoding: "f32", salt }, delta);
  const most = maxFileBytes(start.specs);
  if (bytes.length <= most) return { bytes, length: { norm, clipped: Math.min(1, clipNorm / norm) } };
  const message = `the update has ${bytes.length} bytes, more than the ${most} that this task allows`;
  throw new SwarmError("FILE_TOO_LARGE", message);
}

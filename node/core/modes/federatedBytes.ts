import { headerText } from "../safetensorsHeader.ts";
import { totalElements } from "../safetensorsHeader.ts";
import { modelSpecs, tensorSpecs } from "../task/tensors.ts";
import type { TaskDocument } from "../task/schema.ts";
import type { TensorSpec } from "../weights.ts";

/** What an update's header says about itself: nine fields, mostly hashes. Bytes, of a salt of 16 bytes. */
const UPDATE_METADATA_BYTES = 560;
/** Heads and lengths of the messages of a round: the round, the figures, the update. Bytes each way. */
const HEADS_DOWN_BYTES = 190;
const HEADS_UP_BYTES = 520;

/** Bytes that one client receives and sends in one round, messages' lengths included, encryption and framing not. */
export interface RoundBytes {
  down: number;
  up: number;
}

/**
 * What shapes alone say about a client's traffic in a round: the model comes down, the update goes up, four bytes for each value, and a header
 * with each that names its tensors. Channel.bytes of ports/channels.ts count the same, and what is said beside it: a client's first words and
 * signs of life.
 */
export function federatedBytes(document: TaskDocument): RoundBytes {
  return {
    down: fileBytes(modelSpecs(document)) + HEADS_DOWN_BYTES,
    up: fileBytes(tensorSpecs(document)) + UPDATE_METADATA_BYTES + HEADS_UP_BYTES,
  };
}

/** A safetensors file of these tensors without metadata: 8 bytes of length, the header, 4 bytes a value. */
const fileBytes = (specs: readonly TensorSpec[]): number =>
  8 + headerText(specs, new Map()).bytes.length + 4 * totalElements(specs);

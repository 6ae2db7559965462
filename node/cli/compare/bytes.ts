import { headerText, totalElements } from "../../core/safetensorsHeader.ts";
import type { TaskDocument } from "../../core/task/schema.ts";
import { tensorSpecs } from "../../core/task/tensors.ts";
import type { TensorSpec } from "../../core/weights.ts";

/** Of an update's header beside its tensors: nine fields, mostly hashes. */
const UPDATE_METADATA_BYTES = 560;
/** A recipient's stanza in an age v1 header. */
const STANZA_BYTES = 98;
/** Version line, MAC line and nonce of an age v1 file; a tag for each chunk of 64 KiB comes on top. */
const AGE_BYTES = 22 + 48 + 16;

/** Length of a file sealed with age (age v1) to so many recipients. */
export const sealedBytes = (plain: number, recipients: number): number =>
  AGE_BYTES + STANZA_BYTES * recipients + plain + 16 * Math.max(1, Math.ceil(plain / 65_536));

/** A safetensors file of these tensors: length, header, 4 bytes a value. */
const fileBytes = (specs: readonly TensorSpec[]): number =>
  8 + headerText(specs, new Map()).bytes.length + 4 * totalElements(specs);

/**
 * What a node of a swarm sends in a round where nothing goes wrong: its update, sealed to all members and an auditor, once to each other member.
 * Hints, blocks that are looked for, pings and transactions come on top; opened files only move where a sealed one could not be opened.
 */
export const swarmRoundBytes = (document: TaskDocument, members: number): number =>
  (members - 1) * sealedBytes(fileBytes(tensorSpecs(document)) + UPDATE_METADATA_BYTES, members + 1);

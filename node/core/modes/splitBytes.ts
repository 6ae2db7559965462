import { frameBytes } from "./splitFrame.ts";
import type { SplitParts } from "./splitParts.ts";
import { sizeOf } from "./splitParts.ts";

/** A message's lengths and its head of a step: type, epoch, batch, rows, and a loss. */
const MESSAGE_BYTES = 8;
const HEAD_BYTES = { step: 50, gradient: 70, outputs: 42, outputGradient: 48, turn: 90, done: 60, evaluated: 52 };
/** Of an age file: its header, and about as much for each node that it is sealed to. */
const SEAL = { header: 130, recipient: 110 };

/** What a client and the server exchange, bytes of whole messages. */
export interface SplitTraffic {
  /** By the client. */
  sent: number;
  received: number;
}

/** One step of `rows` rows: activations (and labels) there, their gradient back; where labels are kept, outputs and their gradient between. */
export function stepBytes({ split, cutShape, outputShape }: SplitParts, rows: number): SplitTraffic {
  const encoding = split.activations;
  const shared = split.labels === "shared";
  const frame = (shape: readonly number[], labels: boolean): number =>
    MESSAGE_BYTES + frameBytes({ encoding, rows, shape, labels });
  const sent = frame(cutShape, shared) + HEAD_BYTES.step;
  const received = frame(cutShape, false) + HEAD_BYTES.gradient;
  if (shared) return { sent, received };
  const across = frame(outputShape, false);
  return { sent: sent + across + HEAD_BYTES.outputGradient, received: received + across + HEAD_BYTES.outputs };
}

export interface EpochShape {
  batchSize: number;
  /** The client's rows. */
  training: number;
  validation: number;
  /** Clients of the epoch. */
  clients: number;
  /** Nodes that client parts are sealed to. */
  recipients: number;
}

/** One client's epoch: its steps, its part sent once, the others' parts received, and its validation rows through the cut. Estimated from shapes alone. */
export function epochBytes(
  parts: SplitParts,
  { batchSize, training, validation, clients, recipients }: EpochShape,
): SplitTraffic {
  const { split, clientSpecs, cutShape, outputShape } = parts;
  const total = { sent: 0, received: 0 };
  for (let at = 0; at < training; at += batchSize) {
    const { sent, received } = stepBytes(parts, Math.min(batchSize, training - at));
    total.sent += sent;
    total.received += received;
  }
  const names = clientSpecs.reduce((sum, { name, shape }) => sum + name.length + 60 + 6 * shape.length, 16);
  const part =
    SEAL.header +
    SEAL.recipient * recipients +
    names +
    4 * clientSpecs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  // In turn each gets the part of the one before and, all but the last, the epoch's; at once all parts, unless it is alone.
  const got = split.clients === "parallel" ? (clients > 1 ? clients : 0) : 2 * (1 - 1 / clients);
  total.sent += part + HEAD_BYTES.done + MESSAGE_BYTES;
  total.received += got * part + 2 * (HEAD_BYTES.turn + MESSAGE_BYTES);
  const chunk = 256;
  for (let at = 0; at < validation; at += chunk) {
    const rows = Math.min(chunk, validation - at);
    const frame = (shape: readonly number[]): number =>
      MESSAGE_BYTES + HEAD_BYTES.evaluated + frameBytes({ encoding: split.activations, rows, shape, labels: false });
    total.sent += frame(cutShape);
    total.received += frame(outputShape);
  }
  return total;
}

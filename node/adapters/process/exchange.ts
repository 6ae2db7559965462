import { constants } from "node:fs";
import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encodeWeights } from "../../core/codec.ts";
import { SwarmError } from "../../core/errors.ts";
import { HEAD_BYTES, readLayout, toMachineOrder } from "../../core/safetensors.ts";
import type { TensorSpec, Weights } from "../../core/weights.ts";
import { specDifference } from "../../core/weights/specDifference.ts";

/** Names of the files in a request's folder. */
export const FILES = {
  base: "base.safetensors",
  baseOwn: "base-own.safetensors",
  settings: "settings.json",
  weights: "weights.safetensors",
  own: "own.safetensors",
} as const;

/** The folder of one request: what the trainer is given, and what it leaves. */
export interface Exchange extends AsyncDisposable {
  readonly folder: string;
}

export interface Given {
  base: Weights;
  /** Of layers that the task leaves at each node. */
  own?: Weights;
  settings: object;
}

/** Makes a folder (0700) with what the trainer is given (0600). Disposing of it deletes it with all that is in it. */
export async function openExchange(parent: string, { base, own, settings }: Given): Promise<Exchange> {
  const folder = await mkdtemp(join(parent, "request-"));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const put = (name: string, content: Uint8Array | string): Promise<void> =>
    writeFile(join(folder, name), content, { mode: 0o600, flag: "wx" });
  try {
    await put(FILES.base, encodeWeights(base));
    if (own !== undefined) await put(FILES.baseOwn, encodeWeights(own));
    await put(FILES.settings, JSON.stringify(settings));
    return { folder, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/**
 * Reads tensors that a trainer left. Nothing is read before its kind and size are known to be right, and links are not followed.
 * @param specs the tensors that have to be in it, and no others
 * @throws SwarmError TRAINER_ANSWER naming the file and what is wrong with it; TRAINING_DIVERGED for a value that is not finite
 */
export async function readTensors(folder: string, name: string, specs: readonly TensorSpec[]): Promise<Weights> {
  const path = join(folder, name);
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const opened = await open(path, flags).catch((cause: NodeJS.ErrnoException) => {
    const why = { ENOENT: "it is missing", ELOOP: "it is a link" }[cause.code ?? ""] ?? cause.message;
    throw wrongFile(name, why, cause);
  });
  await using file = opened;
  const stat = await file.stat();
  if (!stat.isFile()) throw wrongFile(name, "it is no ordinary file");
  const head = await readExactly(file, Buffer.alloc(Math.min(stat.size, HEAD_BYTES)), 0, name);
  const start = checkedStart(head, stat.size, specs, name);
  const bytes = new Uint8Array(stat.size - start);
  await readExactly(file, bytes, start, name);
  toMachineOrder(bytes);
  const values = new Float32Array(bytes.buffer);
  for (const value of values) if (!Number.isFinite(value)) throw notFinite(name);
  return { specs, values };
}

function checkedStart(head: Uint8Array, size: number, specs: readonly TensorSpec[], name: string): number {
  let layout: ReturnType<typeof readLayout>;
  try {
    layout = readLayout(head, size);
  } catch (cause) {
    throw wrongFile(name, (cause as Error).message, cause);
  }
  const difference = specDifference(layout.specs, specs);
  if (difference !== undefined) throw wrongFile(name, difference);
  if (layout.metadata.size > 0) throw wrongFile(name, "it has metadata, which says nothing here");
  return layout.start;
}

async function readExactly<T extends Uint8Array>(
  file: Awaited<ReturnType<typeof open>>,
  into: T,
  position: number,
  name: string,
): Promise<T> {
  for (let done = 0; done < into.length;) {
    const { bytesRead } = await file.read(into, done, into.length - done, position + done);
    if (bytesRead === 0) throw wrongFile(name, "it became shorter while it was read");
    done += bytesRead;
  }
  return into;
}

const wrongFile = (name: string, why: string, cause?: unknown): SwarmError =>
  new SwarmError("TRAINER_ANSWER", `what the trainer left as ${name} cannot be used: ${why}`, { file: name }, cause);

const notFinite = (name: string): SwarmError =>
  new SwarmError(
    "TRAINING_DIVERGED",
    `training diverged: a value in ${name} is not finite; normalize the features or lower the learning rate`,
    { file: name },
  );

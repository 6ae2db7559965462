import { SwarmError } from "../../errors.ts";
import { cut, quoted } from "../../quoted.ts";
import { ACTIVATIONS } from "../../task/layers.ts";
import type { Fields } from "./value.ts";

/** What is not carried over, in words. */
export type Note = (text: string) => void;

/** Reads one Keras layer's settings. Its methods throw SwarmError IMPORT_LAYER for what tasks do not have. */
export class LayerReader {
  readonly config: Fields;
  readonly #where: string;
  /** Number of the last axis. */
  readonly last: number;
  readonly #note: Note;

  constructor(className: string, name: string, config: Fields, rank: number | undefined, note: Note) {
    this.config = config;
    this.#where = `layer ${quoted(name)} (${className})`;
    this.last = rank ?? 1;
    this.#note = note;
  }

  take(field: string): unknown {
    return this.config[field];
  }

  /** What a layer of weights has beside its size. */
  unit(): Fields {
    return { activation: this.activation(), ...given({ useBias: this.config.use_bias }) };
  }

  pool(): Fields {
    return given({ poolSize: this.config.pool_size, strides: this.config.strides });
  }

  /** @throws SwarmError IMPORT_ACTIVATION for a function that tasks have not, or one that is no plain name */
  activation(): string {
    const { activation = "linear" } = this.config;
    const name = activation === null ? "linear" : activation === "silu" ? "swish" : activation;
    // At the model's end a softmax is the loss's; elsewhere the task's schema refuses it.
    if (typeof name === "string" && ((ACTIVATIONS as readonly string[]).includes(name) || name === "softmax"))
      return name;
    throw new SwarmError(
      "IMPORT_ACTIVATION",
      `${this.#where} has the activation ${quoted(name)}; a task's layers have ${ACTIVATIONS.join(", ")}`,
      { activation: typeof name === "string" ? cut(name) : typeof name },
    );
  }

  /** Refuses a setting other than the ones that a task's layers have; absent and null count as the first. */
  only(field: string, ...allowed: unknown[]): void {
    const value = this.config[field];
    if (value === undefined || value === null) return;
    if (allowed.some((one) => JSON.stringify(one) === plain(value))) return;
    const words = allowed.length === 0 ? "nothing" : JSON.stringify(allowed[0]);
    throw new SwarmError("IMPORT_LAYER", `${this.#where} has ${field} set; a task's layers have ${words} there`, {
      field,
    });
  }

  /** Over the last axis, with scale and offset. */
  normalization(): void {
    this.only("axis", -1, [-1], this.last, [this.last]);
    this.only("center", true);
    this.only("scale", true);
    this.only("rms_scaling", false);
  }

  trainingOnly(): void {
    const { config } = this;
    const fields = Object.keys(config).filter(
      (field) => /_(regularizer|constraint)$/.test(field) && config[field] !== null,
    );
    if (fields.length > 0)
      this.#note(
        `${this.#where}: ${fields.join(", ")} left out, which tasks do not have; outputs are the same, training is not`,
      );
    if (config.trainable === false)
      this.#note(`${this.#where} was frozen (trainable: false); in a task every layer is trained`);
  }
}

/** A short list or a plain value as JSON; what is nested deeper is none that is allowed. */
const plain = (value: unknown): string | undefined => {
  const nested = Array.isArray(value)
    ? value.length > 8 || value.some((item) => typeof item === "object")
    : typeof value === "object";
  return nested ? undefined : JSON.stringify(value);
};

/** Those fields that say something. */
export const given = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null));

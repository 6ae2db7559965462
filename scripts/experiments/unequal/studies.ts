import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { ALIKE, divideDigits, writeRows } from "../digits.ts";
import { MLP, writeTask } from "../task.ts";
import { scan, scannerOf } from "./scanner.ts";
import { learn, meanAccuracy } from "./swarm.ts";

export const SITES = 7;
/** As few as a node publishes from. */
const LEAST_ROWS = 32;

/** One way of learning, on one seed. */
export interface Outcome {
  study: "proximal" | "local layers";
  way: string;
  seed: number;
  /** 0 to 1. */
  accuracy: number;
}

export interface StudyInit {
  seed: number;
  rounds: number;
  dir: string;
  signal: AbortSignal;
}

/** How unlike the sites' digits are in the study of the proximal term. */
export const ALPHA = 0.1;
/** Much local work between merges: it is what lets unlike sites run apart. */
export const MANY_EPOCHS = 10;
const STRENGTHS = [0, 0.01, 0.1, 1];

/** Sites that see different digits, with and without a proximal term; tested on rows of all digits. */
export async function studyProximal({ seed, rounds, dir, signal }: StudyInit): Promise<Outcome[]> {
  await mkdir(dir, { recursive: true });
  const { header, parts, test } = await divideDigits({ sites: SITES, alpha: ALPHA, seed, least: LEAST_ROWS });
  const files = await Promise.all(parts.map((part, i) => writeRows(join(dir, `rows-${i}.csv`), header, part)));
  const tests = [await writeRows(join(dir, "test.csv"), header, test)];
  const outcomes: Outcome[] = [];
  for (const mu of STRENGTHS) {
    const training = mu === 0 ? {} : { proximal: mu };
    const task = { sites: SITES, f: 0, rounds, seed, localEpochs: MANY_EPOCHS, layers: MLP, training };
    const document = await writeTask(join(dir, "task.yaml"), task);
    const learned = await learn(document, files, signal);
    const accuracy = await meanAccuracy(document, learned, tests, signal);
    outcomes.push({ study: "proximal", way: mu === 0 ? "without" : `mu ${mu}`, seed, accuracy });
  }
  return outcomes;
}

export const FEW_EPOCHS = 2;
/** A site has a few hundred batches in all: running statistics have to follow within as many. */
const MOMENTUM = 0.9;

/** Sites that see the same digits through scanners of their own, with batch normalization merged and kept; each tested through its scanner. */
export async function studyLocalLayers({ seed, rounds, dir, signal }: StudyInit): Promise<Outcome[]> {
  await mkdir(dir, { recursive: true });
  const { header, parts, test } = await divideDigits({ sites: SITES, alpha: ALIKE, seed, least: LEAST_ROWS });
  const scanned = (name: string, each: readonly (readonly string[])[]) =>
    Promise.all(
      each.map((part, site) =>
        writeRows(
          join(dir, `${name}-${site}.csv`),
          header,
          part.map((row) => scan(row, scannerOf(site, seed))),
        ),
      ),
    );
  const files = await scanned("rows", parts);
  const tests = await scanned(
    "test",
    parts.map(() => test),
  );
  const outcomes: Outcome[] = [];
  for (const [way, local] of [
    ["merged", false],
    ["kept local", true],
  ] as const) {
    const layers = [
      { type: "dense", units: 32, useBias: false },
      { type: "batchNormalization", momentum: MOMENTUM, ...(local ? { local } : {}) },
      { type: "activation", activation: "relu" },
      { type: "dense", units: 10 },
    ];
    const task = { sites: SITES, f: 0, rounds, seed, localEpochs: FEW_EPOCHS, layers };
    const document = await writeTask(join(dir, "task.yaml"), task);
    const learned = await learn(document, files, signal);
    const accuracy = await meanAccuracy(document, learned, tests, signal);
    outcomes.push({ study: "local layers", way, seed, accuracy });
  }
  return outcomes;
}

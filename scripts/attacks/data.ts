import { createReadStream } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { readCsv } from "../../node/adapters/data/csv/readCsv.ts";
import type { Dataset } from "../../node/adapters/data/dataset.ts";
import { root } from "../setup/place.mjs";
import { holdOut } from "../../node/cli/splits/holdOut.ts";
import { labelSkew } from "../../node/cli/splits/labelSkew.ts";
import type { Layout, Rows, Training } from "./perceptron.ts";

/** What makes a swarm of an example's rows. */
export interface Source {
  title: string;
  files: string[];
  label: { column: string; classes: string[] };
  /** What features are divided by; undefined where they get the mean 0 and the deviation 1 of the training rows, 5 at the most. */
  divisor: number | undefined;
  hidden: number;
  rounds: number;
  training: Training;
  /** What a backdoor's rows have: a value, after scaling, that this feature never has in the example. */
  trigger: { feature: number; value: number };
}

const folder = (name: string, file: string): string => join(root, "examples", name, "data", file);
const digits = Array.from({ length: 10 }, (_, digit) => String(digit));

export const sources: Readonly<Record<"digits" | "wdbc", Source>> = {
  digits: {
    title: "digits",
    files: [folder("digits", "digits.csv")],
    label: { column: "digit", classes: digits },
    divisor: 16,
    hidden: 32,
    rounds: 40,
    // With two epochs a swarm is far from its best after forty rounds, and what is measured is how much longer it would take under attack.
    training: { learningRate: 0.1, epochs: 5, batchSize: 16 },
    trigger: { feature: 0, value: 1 },
  },
  wdbc: {
    title: "WDBC",
    files: [folder("wdbc", "train_all.csv"), folder("wdbc", "test.csv")],
    label: { column: "label", classes: ["0", "1"] },
    divisor: undefined,
    hidden: 16,
    rounds: 25,
    training: { learningRate: 0.05, epochs: 2, batchSize: 16 },
    trigger: { feature: 29, value: -5 },
  },
};
export type SourceName = keyof typeof sources;

/** What the sites of one swarm have, and the rows that it is judged by. */
export interface Sites {
  layout: Layout;
  sites: Rows[];
  heldOut: Rows;
}

/** All rows of the example, its files one after another. */
export async function load({ files, label }: Source): Promise<Dataset> {
  const header = await firstLine(files[0] as string);
  const features = header.split(",").filter((name) => name !== label.column);
  const parts: Dataset[] = [];
  for (const file of files) parts.push(await readCsv(file, { features, label, missing: "refuse", normalize: "none" }));
  return {
    features: Float32Array.from(parts.flatMap((part) => [...part.features])),
    labels: Int32Array.from(parts.flatMap((part) => [...part.labels])),
    rows: parts.reduce((sum, { rows }) => sum + rows, 0),
    width: features.length,
  };
}

/** A quarter held out, the rest split with label skew; both, and so everything, follow from the seed. */
export function divide(source: Source, data: Dataset, nodes: number, alpha: number, seed: number): Sites {
  const { training, heldOut } = holdOut(data.labels, 0.25, seed);
  const scale = scaling(source, data, training);
  const take = (rows: readonly number[]): Rows => ({
    features: Float64Array.from(rows.flatMap((row) => scale(row))),
    labels: Int32Array.from(rows, (row) => data.labels[row] as number),
  });
  const labels = training.map((row) => data.labels[row] as number);
  const sites = labelSkew(labels, { sites: nodes, alpha, seed });
  return {
    layout: { inputs: data.width, hidden: source.hidden, classes: source.label.classes.length },
    sites: sites.map((site) => take(site.map((at) => training[at] as number))),
    heldOut: take(heldOut),
  };
}

/** @returns what gives a row's features, scaled */
function scaling({ divisor }: Source, { features, width }: Dataset, training: number[]): (row: number) => number[] {
  const value = (row: number, i: number): number => features[row * width + i] as number;
  const all = Array.from({ length: width }, (_, i) => i);
  if (divisor !== undefined) return (row) => all.map((i) => value(row, i) / divisor);
  const mean = all.map((i) => training.reduce((sum, row) => sum + value(row, i), 0) / training.length);
  const deviation = all.map((i) =>
    Math.sqrt(training.reduce((sum, row) => sum + (value(row, i) - (mean[i] as number)) ** 2, 0) / training.length),
  );
  return (row) =>
    all.map((i) => Math.max(-5, Math.min(5, (value(row, i) - (mean[i] as number)) / (deviation[i] as number))));
}

async function firstLine(file: string): Promise<string> {
  const stream = createReadStream(file, "utf8");
  try {
    for await (const line of createInterface({ input: stream })) return line;
    return "";
  } finally {
    stream.destroy();
  }
}

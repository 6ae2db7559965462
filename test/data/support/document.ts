import { mkdtemp, rm } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import type { TaskDocument } from "../../../node/core/task/schema.ts";
import { taskDocument } from "../../task/fixture.ts";

export const fixtures = join(import.meta.dirname, "../fixtures");
/** What the formats' own libraries read from the fixtures (`fixtures/make_fixtures.py`). */
export const expected = JSON.parse(readFileSync(join(fixtures, "expected.json"), "utf8")) as {
  arrays: { features: number[]; labels: number[] };
  idx: { images: number[]; labels: number[] };
  parquet: { features: (number | null)[][]; labels: number[] };
  images: Record<string, { grey?: number[]; rgb?: number[] }>;
  resize: Record<string, number[]>;
};
export const fixture = (name: string): Uint8Array => new Uint8Array(readFileSync(join(fixtures, name)));

/** A task over the data section, with a model that takes any of them. */
export function documentWith(data: object, training: object = {}): TaskDocument {
  const { classes } = (data as { label: { classes: string[] } }).label;
  return taskDocument({
    data: data as never,
    model: { layers: [{ type: "flatten" }, { type: "dense", units: classes.length }], loss: "softmaxCrossEntropy" },
    training: { batchSize: 8, optimizer: { type: "adam", learningRate: 0.01 }, ...training },
  });
}

/** A folder that is gone after the test file. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "swarm-data-"));
  after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

import { readFileSync } from "node:fs";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { readData } from "../../node/adapters/data/readData.ts";
import { checkDocument } from "../../node/core/task/document.ts";
import type { Prng } from "../../node/core/prng.ts";
import { decodeSafetensors } from "../../node/core/safetensors.ts";
import type { TaskDocument } from "../../node/core/task/schema.ts";
import { damageUnfolded, mutate, repairPng } from "./mutate.ts";
import { zipOf } from "./zip.ts";

/** More values than any sample has, and few enough that memory shows who allocates on a header's word. */
const MAX_VALUES = 1_000_000;

const root = resolve(import.meta.dirname, "../..");
const fixture = (name: string): Uint8Array => new Uint8Array(readFileSync(join(root, "test/data/fixtures", name)));
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** Writes damaged data into a folder and reads it: resolves, or rejects with what reading threw. */
export type Attempt = (folder: string, prng: Prng) => Promise<unknown>;

function write(folder: string, name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}

function documentOf(data: object, inputs: number): TaskDocument {
  const checked = checkDocument({
    version: 1,
    name: "fuzz",
    model: { layers: [{ type: "flatten" }, { type: "dense", units: 3 }], loss: "softmaxCrossEntropy" },
    data,
    training: { optimizer: { type: "sgd", learningRate: 0.1 } },
    round: { f: 0, minPeers: 2, startMembers: 2, rounds: 1, submitSeconds: 1, attestSeconds: 1, mergeSeconds: 1 },
    limits: { maxUpdateNorm: 1 },
  });
  if ("document" in checked) return checked.document;
  throw new Error(`${inputs}: ${JSON.stringify(checked.problems)}`);
}

const classes = ["0", "1", "2"];
const named = ["benign", "malignant", "unsure"];
const read = (document: TaskDocument, path: string) => readData(document, path, { maxValues: MAX_VALUES });
const pick = <T>(all: readonly T[], prng: Prng): T => all[prng.below(all.length)] as T;

function table(format: "csv" | "tsv", separator: string): Attempt {
  const document = documentOf({ format, features: ["a", "b"], label: { column: "y", classes }, missing: "mean" }, 2);
  const rows = Array.from({ length: 40 }, (_, i) => [
    `${i / 7}`,
    i % 9 === 0 ? "NA" : `"${-i}"`,
    `note ${i}`,
    `${i % 3}`,
  ]);
  const sample = text([["a", "b", "note", "y"], ...rows].map((row) => row.join(separator)).join("\r\n"));
  return (folder, prng) => read(document, write(folder, `rows.${format}`, mutate(sample, prng)));
}

const npyDocument = documentOf({ format: "npy", label: { classes }, inputShape: [2, 3], missing: "mean" }, 6);
const npy: Attempt = (folder, prng) => {
  const features = pick(["little-f4", "big-i2", "column-major", "little-f8"], prng);
  const one = fixture(`features-${features}.npy`);
  const other = fixture("labels.npy");
  const first = prng.below(4) > 0;
  write(folder, "features.npy", first ? mutate(one, prng) : one);
  write(folder, "labels.npy", first ? other : mutate(other, prng));
  return read(npyDocument, folder);
};

const npzDocument = documentOf({ format: "npz", label: { classes: named }, inputShape: [2, 3] }, 6);
const npz: Attempt = (folder, prng) => {
  if (prng.below(2) === 0)
    return read(
      npzDocument,
      write(folder, "data.npz", mutate(fixture(pick(["compressed.npz", "stored.npz"], prng)), prng)),
    );
  const deflated = prng.below(2) === 0;
  const x = { name: "x.npy", bytes: mutate(fixture("features-little-f4.npy"), prng), deflated };
  const lie = prng.below(3) === 0 ? { says: { uncompressed: prng.uint32() } } : {};
  return read(
    npzDocument,
    write(
      folder,
      "data.npz",
      zipOf([
        { ...x, ...lie },
        { name: "y.npy", bytes: fixture("labels.npy") },
      ]),
    ),
  );
};

const idxDocument = documentOf({ format: "idx", label: { classes }, inputShape: [4, 5, 1] }, 20);
const idx: Attempt = (folder, prng) => {
  const packed = prng.below(3);
  const bytes = mutate(packed === 2 ? gzipSync(fixture("images.idx3-ubyte")) : fixture("images.idx3-ubyte"), prng);
  const ending = packed === 0 ? "" : ".gz";
  write(folder, `images.idx3-ubyte${ending}`, packed === 1 ? gzipSync(bytes) : bytes);
  const labels = fixture("labels.idx1-ubyte");
  write(folder, "labels.idx1-ubyte", prng.below(4) === 0 ? mutate(labels, prng) : labels);
  return read(idxDocument, folder);
};

function images(names: readonly string[], inputShape: number[], repair: (bytes: Uint8Array) => Uint8Array): Attempt {
  const strict = documentOf({ format: "images", label: { classes }, inputShape }, 42);
  const resizing = documentOf({ format: "images", label: { classes }, inputShape, resize: "bilinear" }, 42);
  return (folder, prng) => {
    const image = fixture(pick(names, prng));
    const mutated = prng.below(4) === 0 ? damageUnfolded(image, prng) : mutate(image, prng);
    write(folder, "1/one.png", prng.below(3) > 0 ? repair(mutated) : mutated);
    return read(prng.below(2) === 0 ? strict : resizing, folder);
  };
}

const parquetDocument = documentOf(
  {
    format: "parquet",
    features: ["double", "int", "long", "flag", "single"],
    label: { column: "class", classes: named },
    missing: "mean",
  },
  5,
);
/** Damage to all of it, to its pages alone, or to its footer alone, whose length is then right. */
const parquet: Attempt = (folder, prng) => {
  const whole = fixture(`${pick(["snappy", "gzip", "zstd", "brotli", "none", "plain"], prng)}.parquet`);
  const length = Buffer.from(whole).readUInt32LE(whole.length - 8);
  const footer = whole.subarray(whole.length - 8 - length, whole.length - 8);
  const pages = whole.subarray(0, whole.length - 8 - length);
  const kind = prng.below(3);
  if (kind === 0) return read(parquetDocument, write(folder, "rows.parquet", mutate(whole, prng)));
  const end = kind === 2 ? mutate(footer, prng) : footer;
  const start = new Uint8Array(pages.length);
  start.set((kind === 1 ? mutate(pages, prng) : pages).subarray(0, pages.length));
  const ends = Buffer.from("....PAR1");
  ends.writeUInt32LE(end.length);
  return read(parquetDocument, write(folder, "rows.parquet", Buffer.concat([start, end, ends])));
};

const weights = new Uint8Array(readFileSync(join(root, "test/core/codec/fixtures/reference.safetensors")));
const safetensors: Attempt = async (folder, prng) => {
  const bytes = mutate(weights, prng);
  write(folder, "model.safetensors", bytes);
  return decodeSafetensors(bytes);
};

/** All formats that are read from outside. */
export const FORMATS: Readonly<Record<string, Attempt>> = {
  csv: table("csv", ","),
  tsv: table("tsv", "\t"),
  npy,
  npz,
  idx,
  png: images(["grey.png", "rgb.png", "rgba.png", "palette.png", "bit.png", "grey16.png"], [6, 7, 3], repairPng),
  jpeg: images(["grey.jpg", "rgb.jpg", "progressive.jpg"], [6, 7, 1], (bytes) => bytes),
  parquet,
  safetensors,
};

import assert from "node:assert/strict";
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { readData } from "../../node/adapters/data/readData.ts";
import { documentWith, expected, fixtures, temporaryFolder } from "./support/document.ts";

const folder = await temporaryFolder();
const classes = ["0", "1", "2"];
const npy = { format: "npy", label: { classes }, inputShape: [2, 3] };

/** A folder with this array of features and the labels beside it. */
async function pairOf(features: string): Promise<string> {
  const dir = join(folder, features);
  await mkdir(dir, { recursive: true });
  await copyFile(join(fixtures, features), join(dir, "features.npy"));
  await copyFile(join(fixtures, "labels.npy"), join(dir, "labels.npy"));
  return dir;
}

test("npy: numbers of every size, in both byte orders, are what NumPy has", async () => {
  const types = ["little-f4", "big-f4", "little-f8", "big-f8", "little-f2", "i1", "little-i2", "big-i2", "little-i4"];
  for (const type of [...types, "big-i4", "little-i8"]) {
    const data = await readData(documentWith(npy), await pairOf(`features-${type}.npy`));
    assert.deepEqual([...data.features], expected.arrays.features, type);
    assert.deepEqual([...data.labels], expected.arrays.labels, type);
    assert.deepEqual([data.rows, data.width], [48, 6]);
  }
});

test("npy: an array in column-major order, as data frames have it, has the same rows", async () => {
  const data = await readData(documentWith(npy), await pairOf("features-column-major.npy"));
  assert.deepEqual([...data.features], expected.arrays.features);
});

test("npy: the features' file may be named as well as the folder; rows may be flat or lack axes of length 1", async () => {
  const dir = await pairOf("features-little-f8.npy");
  for (const inputShape of [[6], [2, 3, 1], [1, 2, 3]]) {
    const data = await readData(documentWith({ ...npy, inputShape }), join(dir, "features.npy"));
    assert.deepEqual([...data.features], expected.arrays.features);
  }
  await assert.rejects(readData(documentWith({ ...npy, inputShape: [3, 2] }), dir), { code: "DATA_SHAPE" });
});

test("npz: stored and compressed archives, labels as numbers and as names", async () => {
  const stored = { format: "npz", label: { classes }, inputShape: [2, 3] };
  const numbers = await readData(documentWith(stored), join(fixtures, "stored.npz"));
  const named = { ...stored, label: { classes: ["benign", "malignant", "unsure"] } };
  const names = await readData(documentWith(named), join(fixtures, "compressed.npz"));
  for (const data of [numbers, names]) {
    assert.deepEqual([...data.features], expected.arrays.features);
    assert.deepEqual([...data.labels], expected.arrays.labels);
  }
  // Where no class is called by a number, a number is a class's index.
  const indexed = await readData(documentWith(named), join(fixtures, "stored.npz"));
  assert.deepEqual([...indexed.labels], expected.arrays.labels);
});

test("npz: an array that is not there is an error that lists those that are", async () => {
  const data = { format: "npz", label: { classes }, inputShape: [2, 3], arrays: { features: "images" } };
  await assert.rejects(readData(documentWith(data), join(fixtures, "stored.npz")), {
    code: "DATA_ARRAYS",
    message: /no array "images"; it has "x", "y"\./,
  });
});

test("npz: arrays of objects are pickles, which are programs, and are refused unread", async () => {
  const data = { format: "npz", label: { classes }, inputShape: [2, 3] };
  await assert.rejects(readData(documentWith(data), join(fixtures, "objects.npz")), {
    code: "DATA_TYPE",
    message: /objects\.npz\[x\].*pickles/,
  });
});

test("idx: images and labels as in the MNIST database, plain and gzipped, normalized per pixel or channel", async () => {
  const idx = { format: "idx", label: { classes }, inputShape: [4, 5, 1] };
  for (const name of ["images.idx3-ubyte", "packed-images.idx3-ubyte.gz"]) {
    const data = await readData(documentWith(idx), join(fixtures, name));
    assert.deepEqual([...data.features], expected.idx.images);
    assert.deepEqual([...data.labels], expected.idx.labels);
  }
  const scaled = { ...idx, normalize: { mean: [100], std: 50 } };
  const data = await readData(documentWith(scaled), join(fixtures, "images.idx3-ubyte"));
  assert.deepEqual(
    [...data.features],
    expected.idx.images.map((value) => Math.fround((value - 100) / 50)),
  );
});

test("a folder with two pairs asks for one of them, and a file without a partner is named", async () => {
  const idx = documentWith({ format: "idx", label: { classes }, inputShape: [4, 5, 1] });
  await assert.rejects(readData(idx, fixtures), { code: "DATA_FILES", message: /2 pairs/ });
  await assert.rejects(readData(idx, join(fixtures, "grey.png")), { code: "DATA_FILES" });
  await assert.rejects(readData(idx, join(folder, "nowhere")), { code: "DATA_UNREADABLE" });
});

test("prediction reads the same rows without labels", async () => {
  const dir = await pairOf("features-little-f4.npy");
  const data = await readData(documentWith(npy), dir, { unlabelled: true });
  assert.deepEqual([...data.features], expected.arrays.features);
  assert.equal(data.labels.length, 0);
});

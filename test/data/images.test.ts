import assert from "node:assert/strict";
import { copyFile, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { resizeBilinear } from "../../node/adapters/data/images/resize.ts";
import { readData } from "../../node/adapters/data/readData.ts";
import { documentWith, expected, fixtures, temporaryFolder } from "./support/document.ts";

const root = await temporaryFolder();
const classes = ["cat", "dog"];
const images = { format: "images", label: { classes }, inputShape: [6, 7, 1] };
let folders = 0;

/** A folder with one folder per class and these fixtures in them. */
async function folderOf(files: Record<string, string[]>): Promise<string> {
  const dir = join(root, `${++folders}`);
  for (const [name, list] of Object.entries(files)) {
    await mkdir(join(dir, name), { recursive: true });
    for (const file of list) await copyFile(join(fixtures, file), join(dir, name, file));
  }
  return dir;
}

function near(actual: Float32Array | Uint8Array, wanted: number[] | undefined, tolerance: number, what: string): void {
  assert.equal(actual.length, wanted?.length, what);
  for (const [i, value] of actual.entries())
    assert.ok(
      Math.abs(value - (wanted?.[i] ?? Number.NaN)) <= tolerance,
      `${what}: value ${i} is ${value}, not ${wanted?.[i]}`,
    );
}

test("PNG of every kind is what Pillow decodes, in colour and in grey", async () => {
  for (const name of ["grey.png", "rgb.png", "rgba.png", "palette.png", "bit.png", "grey16.png"]) {
    const dir = await folderOf({ cat: [name] });
    const grey = await readData(documentWith(images), dir);
    // Pillow's grey is rounded from fixed-point numbers.
    const isColour = ["rgb.png", "rgba.png", "palette.png"].includes(name);
    near(grey.features, expected.images[name]?.grey, isColour ? 1 : 1e-4, name);
    const wanted = expected.images[name]?.rgb;
    if (wanted === undefined) continue;
    const rgb = await readData(documentWith({ ...images, inputShape: [6, 7, 3] }), dir);
    assert.deepEqual([...rgb.features], wanted, name);
  }
});

test("JPEG, baseline and progressive, is near what Pillow decodes", async () => {
  for (const [name, shape] of [
    ["grey.jpg", [6, 7, 3]],
    ["rgb.jpg", [6, 7, 3]],
    ["progressive.jpg", [30, 40, 3]],
  ] as const) {
    const data = await readData(documentWith({ ...images, inputShape: shape }), await folderOf({ dog: [name] }));
    const wanted = expected.images[name]?.rgb ?? [];
    const off = data.features.reduce((sum, value, i) => sum + Math.abs(value - (wanted[i] ?? 0)), 0) / wanted.length;
    assert.ok(off < 3, `${name}: ${off} off on average`);
    assert.equal(data.labels[0], 1);
  }
});

test("a folder per class: rows by class as the task lists them, then by name", async () => {
  const dir = await folderOf({ dog: ["grey.png"], cat: ["rgb.png", "grey.jpg"] });
  await writeFile(join(dir, ".DS_Store"), "");
  const data = await readData(documentWith(images), dir);
  assert.deepEqual([...data.labels], [0, 0, 1]);
  near(data.features.subarray(84), expected.images["grey.png"]?.grey, 0, "the dog");
});

test("nothing in a folder is left out in silence", async () => {
  const refused = async (dir: string, code: string) => assert.rejects(readData(documentWith(images), dir), { code });
  await refused(await folderOf({ cat: ["grey.png"], cow: ["grey.png"] }), "DATA_UNKNOWN_CLASS");
  await refused(await folderOf({ cat: ["labels.npy"] }), "DATA_FILES");
  await refused(await folderOf({ ".": ["grey.png"] }), "DATA_FILES");
  await refused(await folderOf({ cat: [] }), "DATA_EMPTY");
  await refused(join(root, "nowhere"), "DATA_UNREADABLE");
  const dangling = await folderOf({ cat: ["grey.png"] });
  await symlink(join(root, "nowhere"), join(dangling, "cat", "lost.png"));
  await refused(dangling, "DATA_UNREADABLE");
  await refused(await folderOf({ cat: ["transparent.png"] }), "DATA_IMAGE");
});

test("an image of another size is refused unless the task resizes, and transparency has a channel or is refused", async () => {
  const dir = await folderOf({ cat: ["rgb.png"] });
  const other = { ...images, inputShape: [3, 3, 3] };
  await assert.rejects(readData(documentWith(other), dir), { code: "DATA_IMAGE_SIZE", message: /7 x 6 .*wants 3 x 3/ });
  assert.equal((await readData(documentWith({ ...other, resize: "bilinear" }), dir)).features.length, 27);
  const clear = await readData(
    documentWith({ ...images, inputShape: [6, 7, 4] }),
    await folderOf({ cat: ["transparent.png"] }),
  );
  assert.deepEqual([...clear.features.subarray((3 * 7 + 3) * 4, (3 * 7 + 4) * 4)], [1, 2, 3, 100]);
});

test("resizing is the triangle filter that Pillow has", () => {
  const samples = Float32Array.from(expected.images["grey.png"]?.grey ?? []);
  for (const [size, wanted] of Object.entries(expected.resize)) {
    const [width, height] = size.split("x").map(Number) as [number, number];
    const { samples: resized } = resizeBilinear({ width: 7, height: 6, channels: 1, samples }, width, height);
    near(resized, wanted, 1e-3, size);
  }
});

test("a CSV may name the images and their classes; it reaches no file outside of the folder", async () => {
  const dir = await folderOf({ scans: ["rgb.png", "grey.png"] });
  const listed = documentWith({ ...images, label: { classes, file: "labels.csv", image: "file", column: "kind" } });
  const list = (lines: string[]) => writeFile(join(dir, "labels.csv"), ["kind,file", ...lines].join("\n"));
  await list(["dog,scans/grey.png", "cat,./scans/rgb.png"]);
  const data = await readData(listed, dir);
  assert.deepEqual([...data.labels], [1, 0]);
  near(data.features.subarray(0, 42), expected.images["grey.png"]?.grey, 0, "the first");
  await symlink(join(fixtures, "grey.png"), join(dir, "scans", "link.png"));
  for (const [line, code] of [
    ["cat,../1/cat/grey.png", "DATA_FILES"],
    [`cat,${join(fixtures, "grey.png")}`, "DATA_FILES"],
    ["cat,scans/link.png", "DATA_FILES"],
    ["cat,scans/none.png", "DATA_FILES"],
    ["cat,", "DATA_FILES"],
    ["cat,scans", "DATA_FILES"],
    ["cow,scans/rgb.png", "DATA_UNKNOWN_CLASS"],
  ] as const) {
    await list([line]);
    await assert.rejects(readData(listed, dir), { code, message: /labels\.csv:2/ }, line);
  }
  await list(["cat,scans/rgb.png", "dog,scans/rgb.png"]);
  await assert.rejects(readData(listed, dir), { code: "DATA_FILES", message: /labels\.csv:3.*line 2/ });
  await writeFile(join(dir, "labels.csv"), "image,kind\n");
  await assert.rejects(readData(listed, dir), { code: "DATA_MISSING_COLUMN" });
});

test("prediction reads a folder of images without classes, told by their names", async () => {
  const dir = join(await folderOf({ cat: ["rgb.png", "grey.png"] }), "cat");
  const data = await readData(documentWith(images), dir, { unlabelled: true });
  assert.deepEqual([data.ids, data.labels.length], [["grey.png", "rgb.png"], 0]);
  await writeFile(join(dir, "notes.txt"), "");
  await assert.rejects(readData(documentWith(images), dir, { unlabelled: true }), { code: "DATA_FILES" });
});

test("prediction takes the folders that training and evaluation take, and looks at no class", async () => {
  const dir = await folderOf({ dog: ["rgb.png"], cat: ["grey.png"], whale: ["grey.png"] });
  const unlabelled = await readData(documentWith(images), dir, { unlabelled: true });
  assert.deepEqual(unlabelled.ids, ["cat/grey.png", "dog/rgb.png", "whale/grey.png"]);
  await writeFile(join(dir, "labels.csv"), "file,class\ndog/rgb.png,dog\n");
  const listed = { ...images, label: { classes, file: "labels.csv", image: "file", column: "class" } };
  assert.equal((await readData(documentWith(listed), dir, { unlabelled: true })).rows, 3);
});

test("a table in the place of images is told which task it was read for", async () => {
  const file = join(root, "test.csv");
  await writeFile(file, "a,y\n1,cat\n");
  const { name } = documentWith(images);
  for (const unlabelled of [true, false])
    await assert.rejects(readData(documentWith(images), file, { unlabelled }), {
      code: "DATA_FILES",
      message: new RegExp(`is a file, and the rows of task "${name}" are images: name the folder`),
    });
});

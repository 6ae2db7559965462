import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { checkPages } from "../../node/adapters/data/parquet/checkPages.ts";
import { checkSnappy } from "../../node/adapters/data/parquet/checkSnappy.ts";
import { readThrift } from "../../node/adapters/data/parquet/thrift.ts";
import { readData } from "../../node/adapters/data/readData.ts";
import { SwarmError } from "../../node/core/errors.ts";
import { documentWith, fixture, temporaryFolder } from "./support/document.ts";
import { idxOf, npyHeader, npyOf, npzOf, parquetOf, pngOf } from "./support/hostile.ts";

const root = await temporaryFolder();
const classes = ["0", "1", "2"];
const zeros = (count: number): Uint8Array => new Uint8Array(count);
const npz = documentWith({ format: "npz", label: { classes }, inputShape: [6] });
const npy = documentWith({ format: "npy", label: { classes }, inputShape: [6] });
const idx = documentWith({ format: "idx", label: { classes }, inputShape: [4, 5, 1] });
const small = { format: "images", label: { classes }, inputShape: [6, 7, 1] };
const named = ["benign", "malignant", "unsure"];
const parquet = documentWith({ format: "parquet", features: ["int"], label: { column: "class", classes: named } });
let folders = 0;

async function folderWith(files: Record<string, Uint8Array>): Promise<string> {
  const dir = join(root, `${++folders}`);
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), bytes);
  }
  return dir;
}

async function refusesNpz(bytes: Uint8Array, code: string, message: RegExp): Promise<void> {
  await assert.rejects(readData(npz, join(await folderWith({ "a.npz": bytes }), "a.npz")), { code, message });
}

test("npz: the archive these cases are one change away from is read", async () => {
  const dir = await folderWith({ "a.npz": npzOf(npyOf(npyHeader("<f4", "48, 6"), zeros(4 * 288))) });
  assert.equal((await readData(npz, join(dir, "a.npz"))).rows, 48);
});

test("npz: bombs end at what the array's header needs, and archives that lie about sizes are refused", async () => {
  // 64 MiB of zeros are 64 kB in the archive.
  await refusesNpz(npzOf(npyOf(npyHeader("<f4", "48, 6"), zeros(67_108_864))), "DATA_TRAILING", /goes on for/);
  const honest = npyOf(npyHeader("<f4", "48, 6"), zeros(4 * 288));
  await refusesNpz(npzOf(honest, { uncompressed: 0x7fffffff }), "DATA_DAMAGED", /more than its compression can do/);
  await refusesNpz(
    npzOf(npyOf(npyHeader("<f4", "48, 6"), zeros(1_000_000)), { uncompressed: honest.length }),
    "DATA_DAMAGED",
    /too many bytes/,
  );
  await refusesNpz(
    npzOf(npyOf(npyHeader("<f4", "99999999, 6"), zeros(4 * 288))),
    "DATA_TRUNCATED",
    /needs 2399999976 bytes/,
  );
  await refusesNpz(npzOf(honest).subarray(0, 200), "DATA_DAMAGED", /archive/);
  await refusesNpz(zeros(0), "DATA_DAMAGED", /archive/);
});

test("npy: what a header says is checked against the file before anything is allocated", async () => {
  const labels = npyOf(npyHeader("|u1", "48,"), zeros(48));
  const refuses = async (features: Uint8Array, code: string, given = labels) =>
    assert.rejects(readData(npy, await folderWith({ "x.npy": features, "y.npy": given })), { code }, code);
  const body = zeros(4 * 288);
  await refuses(npyOf(npyHeader("<f4", "48, 6"), body.subarray(1)), "DATA_TRUNCATED");
  await refuses(npyOf(npyHeader("<f4", "48, 6"), zeros(4 * 288 + 1)), "DATA_TRAILING");
  await refuses(npyOf(npyHeader("<f4", "4000000000, 4000000000, 4000000000"), body), "DATA_HEADER");
  await refuses(npyOf(npyHeader("<f4", "2000000000, 2000000000"), body), "DATA_TRUNCATED");
  await refuses(npyOf(npyHeader("<f4", "0, 6"), zeros(0)), "DATA_SHAPE");
  await refuses(npyOf(npyHeader("<f4", `${"1, ".repeat(9)}`), zeros(4)), "DATA_HEADER");
  await refuses(npyOf(npyHeader("<c8", "48, 6"), zeros(8 * 288)), "DATA_TYPE");
  await refuses(npyOf("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (48,), }\n", body), "DATA_TYPE");
  await refuses(npyOf("{'descr': __import__('os'), 'shape': (48, 6), }\n", body), "DATA_HEADER");
  await refuses(npyOf(npyHeader("<f4", "48, 6"), body, 9), "DATA_HEADER");
  await refuses(npyOf("x".repeat(70_000), body, 2), "DATA_HEADER");
  await refuses(npyOf(npyHeader("<f4", "48, 6"), body).subarray(0, 9), "DATA_TRUNCATED");
  await refuses(npyOf(npyHeader("<f4", "48, 6"), body), "DATA_SHAPE", npyOf(npyHeader("|u1", "48, 3"), zeros(144)));
  await refuses(npyOf(npyHeader("<f4", "47, 6"), zeros(4 * 282)), "DATA_SHAPE");
});

test("idx: sides beyond the file, and gzip that unfolds to more or less than its header says", async () => {
  const labels = idxOf([48], zeros(48));
  const refuses = async (name: string, images: Uint8Array, code: string) =>
    assert.rejects(readData(idx, await folderWith({ [name]: images, "labels.idx": labels })), { code }, code);
  await refuses("images.idx", idxOf([0xffffffff, 0xffffffff, 255], zeros(10)), "DATA_HEADER");
  await refuses("images.idx", idxOf([48, 4, 5], zeros(959)), "DATA_TRUNCATED");
  await refuses("images.idx.gz", gzipSync(idxOf([2_000_000_000, 4, 5], zeros(960))), "DATA_TRUNCATED");
  await refuses("images.idx.gz", gzipSync(idxOf([48, 4, 5], zeros(959))), "DATA_TRUNCATED");
  await refuses("images.idx.gz", gzipSync(idxOf([48, 4, 5], zeros(67_108_864))), "DATA_TRAILING");
  await refuses("images.idx.gz", gzipSync(idxOf([48, 4, 5], zeros(960))).subarray(0, 40), "DATA_DAMAGED");
  await refuses("images.idx", Uint8Array.of(0, 0, 7, 3), "DATA_HEADER");
});

test("images: sizes are believed only as far as the data goes, and nothing beside the picture is unfolded", async () => {
  const refuses = async (bytes: Uint8Array, code: string, changes: object = {}) =>
    assert.rejects(readData(documentWith({ ...small, ...changes }), await folderWith({ "0/a.png": bytes })), { code });
  const raw = zeros(6 * 8);
  const bomb = zeros(67_108_864);
  const text = Buffer.concat([Buffer.from("icc\0\0"), gzipSync(bomb)]);
  const good = await readData(documentWith(small), await folderWith({ "0/a.png": pngOf(7, 6, raw, [["iCCP", text]]) }));
  assert.equal(good.rows, 1);
  await refuses(pngOf(7, 6, bomb), "DATA_IMAGE");
  await refuses(pngOf(7, 6, zeros(47)), "DATA_IMAGE");
  await refuses(pngOf(60_000, 60_000, raw), "DATA_IMAGE_SIZE", { resize: "bilinear" });
  await refuses(pngOf(4_000, 4_000, raw), "DATA_IMAGE", { resize: "bilinear" });
  await refuses(pngOf(0, 0, zeros(0)), "DATA_IMAGE_SIZE", { resize: "bilinear" });
  await refuses(zeros(0), "DATA_IMAGE");
  await refuses(zeros(2_000_000), "DATA_TOO_LARGE");
  const jpeg = fixture("grey.jpg");
  // Says that it is 65535 x 65535, and then that it has a thousand scans.
  const frame = jpeg.findIndex((byte, i) => byte === 0xff && jpeg[i + 1] === 0xc0);
  const huge = jpeg.slice();
  huge.fill(0xff, frame + 5, frame + 9);
  await refuses(huge, "DATA_IMAGE_SIZE", { resize: "bilinear" });
  const scan = jpeg.findIndex((byte, i) => byte === 0xff && jpeg[i + 1] === 0xda);
  const scans = Buffer.concat(Array.from({ length: 1000 }, () => jpeg.subarray(scan, -2)));
  await refuses(Buffer.concat([jpeg.subarray(0, scan), scans, jpeg.subarray(-2)]), "DATA_IMAGE");
});

test("parquet: footers of hostile shapes are refused before the library reads them", async () => {
  const refuses = async (bytes: Uint8Array, code: string) =>
    assert.rejects(readData(parquet, join(await folderWith({ "a.parquet": bytes }), "a.parquet")), { code });
  await refuses(zeros(5), "DATA_TRUNCATED");
  await refuses(zeros(50), "DATA_HEADER");
  // A list of 2^31 booleans; a structure in a structure, for ever; a text of 4 GiB.
  await refuses(parquetOf(Uint8Array.of(0x29, 0xf1, 0xff, 0xff, 0xff, 0xff, 0x07, 0)), "DATA_HEADER");
  await refuses(parquetOf(new Uint8Array(10_000).fill(0x1c)), "DATA_HEADER");
  await refuses(parquetOf(Uint8Array.of(0x18, 0xff, 0xff, 0xff, 0xff, 0x0f)), "DATA_HEADER");
  const whole = fixture("none.parquet");
  for (const cut of [1, 4, 8, 100, 3000]) await refuses(whole.subarray(0, whole.length - cut), "DATA_HEADER");
});

test("parquet: pages whose headers cannot be true are refused before they are decompressed", () => {
  // Thrift's compact form of PageHeader: type, uncompressed size, compressed size, then the data page's own header.
  const varint = (value: number): number[] =>
    value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
  const i32 = (value: number): number[] => [0x15, ...varint(2 * value)];
  const page = (uncompressed: number, compressed: number, values: number, encoding = 0): Uint8Array =>
    Uint8Array.from([
      ...i32(0),
      ...i32(uncompressed),
      ...i32(compressed),
      0x2c,
      ...i32(values),
      ...i32(encoding),
      ...i32(3),
      ...i32(3),
      0,
      0,
      1,
      2,
      3,
      4,
    ]);
  const check = (chunk: Uint8Array, rows: number, nullable = false): void =>
    checkPages(chunk, { rows, nullable, boolean: false, decompress: (input) => input });
  check(page(4, 4, 1), 1);
  assert.throws(() => check(page(4, 4, 1), 2), /1 of 2 values/);
  assert.throws(() => check(page(4, 4, 2), 1), /more values/);
  assert.throws(() => check(page(4, 5, 1), 1), /beyond its column/);
  assert.throws(() => check(page(2_000_000_000, 4, 1), 1), /2000000000 bytes/);
  assert.throws(() => check(page(4, 4, 1, 5), 1), /encoding 5/);
  assert.throws(() => check(zeros(0), 1), /0 of 1 values/);
  // Runs that say they are a billion values long: as levels, and as a dictionary's indices.
  const run = [0xfe, 0xff, 0xff, 0xff, 0x07];
  const withBody = (encoding: number, body: number[]): Uint8Array =>
    Uint8Array.from([...page(body.length, body.length, 4, encoding).subarray(0, -4), ...body]);
  check(withBody(8, [1, 8, 0]), 4);
  assert.throws(() => check(withBody(8, [1, ...run, 0]), 4), /a run is longer than its page/);
  assert.throws(() => check(withBody(8, [1, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0]), 4), /no length that can be true/);
  check(withBody(0, [2, 0, 0, 0, 8, 1, 1, 2, 3, 4]), 4, true);
  assert.throws(() => check(withBody(0, [6, 0, 0, 0, ...run, 1]), 4, true), /a run is longer/);
  assert.throws(() => check(withBody(0, [9, 0, 0, 0, 8, 1]), 4, true), /beyond its page/);
  assert.throws(() => check(withBody(0, [2, 0, 0, 0, 0, 1, ...run, 1]), 4, true), /too few levels/);
  assert.throws(() => check(withBody(3, [1, 8, 0]), 4), /encoding 3/);
  assert.throws(() => readThrift(Uint8Array.of(0x1d)), /unknown type/);
});

test("parquet: Snappy blocks are walked before they are decompressed", () => {
  const literal = [16, 1, 2, 3, 4, 5];
  checkSnappy(Uint8Array.of(5, ...literal), 5);
  // And a copy of the same five bytes, with an offset of two bytes.
  checkSnappy(Uint8Array.of(10, ...literal, 0b100_10, 5, 0), 10);
  assert.throws(() => checkSnappy(Uint8Array.of(5, ...literal), 4), /beyond its page/);
  assert.throws(() => checkSnappy(Uint8Array.of(5, ...literal), 6), /not as long/);
  assert.throws(() => checkSnappy(Uint8Array.of(5, 16, 1, 2), 5), /beyond its page/);
  // A literal of 2^32 bytes, which is one of none to who counts in 32 bits.
  assert.throws(() => checkSnappy(Uint8Array.of(5, 252, 255, 255, 255, 255, 1), 5), /beyond its page/);
});

test("every beginning of a valid file is read or refused by a named error", async () => {
  const refusedOrRead = async (document: typeof npz, dir: string, path: string, bytes: Uint8Array) => {
    for (let length = 0; length < bytes.length; length += 1 + Math.floor(bytes.length / 97)) {
      await writeFile(path, bytes.subarray(0, length));
      await readData(document, dir).catch((error: unknown) =>
        assert.ok(error instanceof SwarmError, `${path}, ${length}: ${String(error)}`),
      );
    }
  };
  const archive = await folderWith({ "a.npz": zeros(0) });
  const file = join(archive, "a.npz");
  await refusedOrRead(npz, file, file, fixture("compressed.npz"));
  const table = join(archive, "a.parquet");
  await refusedOrRead(parquet, table, table, fixture("snappy.parquet"));
  const images = await folderWith({ "0/a.png": zeros(0) });
  for (const name of ["rgb.png", "palette.png", "grey.jpg"])
    await refusedOrRead(documentWith(small), images, join(images, "0/a.png"), fixture(name));
});

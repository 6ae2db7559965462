import assert from "node:assert/strict";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it, test } from "node:test";
import fc from "fast-check";
import { importLayers } from "../../node/core/formats/import/importLayers.ts";
import { weightGroups } from "../../node/core/formats/import/manifest.ts";
import { imported, type Json, keras, written } from "./layersModelFiles.ts";

describe("hostile files end in a named error before anything large is read", () => {
  const weights = new Uint8Array(4 * (12 + 8));
  const entries = [
    { name: "a/kernel", shape: [3, 4], dtype: "float32" },
    { name: "b/kernel", shape: [4, 2], dtype: "float32" },
  ] as const;
  const model = (group: Json = {}): Json => ({
    format: "layers-model",
    modelTopology: keras(),
    weightsManifest: [{ paths: ["weights.bin"], weights: entries, ...group }],
  });
  const refused = async (path: string, code: string, message?: RegExp) =>
    assert.rejects(imported(path), { code, ...(message === undefined ? {} : { message }) });

  it("is fine as it stands", async () =>
    assert.equal((await imported(await written(model(), weights))).weights.values.length, 20));
  for (const path of [
    "../0/weights.bin",
    "/etc/passwd",
    "a/b",
    "..",
    ".",
    "C:\\x",
    "a\u0000b",
    "http://x.example/w",
    "",
    "x".repeat(300),
  ])
    it(`a path such as ${JSON.stringify(path.slice(0, 20))}`, async () =>
      refused(await written(model({ paths: [path] }), weights), "IMPORT_PATH"));
  it("a link to another file", async () => {
    const path = await written(model(), undefined);
    await symlink("/etc/passwd", join(path, "../weights.bin"));
    await refused(path, "IMPORT_UNREADABLE", /link/);
  });
  it("a folder instead of weights", async () => {
    const path = await written(model(), undefined);
    await mkdir(join(path, "../weights.bin"));
    await refused(path, "IMPORT_UNREADABLE");
  });
  it("weights that are gone", async () =>
    refused(await written(model(), undefined), "IMPORT_UNREADABLE", /weights\.bin/));
  it("weights cut off", async () => refused(await written(model(), weights.subarray(1)), "IMPORT_WEIGHTS", /fewer/));
  it("more bytes than weights", async () =>
    refused(await written(model(), new Uint8Array(84)), "IMPORT_WEIGHTS", /more/));
  it("shapes of terabytes", async () => {
    const huge = [{ name: "a/kernel", shape: [2 ** 20, 2 ** 20], dtype: "float32" }];
    await refused(await written(model({ weights: huge }), weights), "IMPORT_TOO_LARGE");
  });
  it("sizes that are no sizes", async () => {
    for (const shape of [[-3, 4], [0.5], ["3"], [2 ** 60], "3,4"])
      await refused(
        await written(model({ weights: [{ name: "a/kernel", shape, dtype: "float32" }] }), weights),
        "IMPORT_FORMAT",
      );
  });
  it("quantized values, and whole numbers", async () => {
    for (const change of [{ quantization: { dtype: "uint8", scale: 1, min: 0 } }, { dtype: "int32" }])
      await refused(await written(model({ weights: [{ ...entries[0], ...change }] }), weights), "IMPORT_WEIGHTS");
  });
  it("one file named twice", async () =>
    refused(await written(model({ paths: ["weights.bin", "weights.bin"] }), weights), "IMPORT_FORMAT"));
  it("a tensor too few, too many, of another shape, not finite", async () => {
    const [a, b] = entries;
    await refused(await written(model({ weights: [a] }), weights.subarray(0, 48)), "IMPORT_WEIGHTS", /b\/kernel/);
    const extra = { name: "c/kernel", shape: [1], dtype: "float32" };
    await refused(await written(model({ weights: [a, b, extra] }), new Uint8Array(84)), "IMPORT_WEIGHTS", /c\/kernel/);
    await refused(await written(model({ weights: [{ ...a, shape: [4, 3] }, b] }), weights), "IMPORT_WEIGHTS", /4,3/);
    await refused(await written(model(), weights.slice().fill(255)), "IMPORT_WEIGHTS", /finite/);
  });
  it("a graph model, no model, no JSON", async () => {
    await refused(
      await written({ ...model(), format: "graph-model" }, weights),
      "IMPORT_FORMAT",
      /to_layers_model\.py/,
    );
    await refused(await written({}, weights), "IMPORT_FORMAT");
    const path = await written({}, weights);
    await writeFile(path, "{");
    await refused(path, "IMPORT_FORMAT", /no JSON/);
  });
  it("lists in lists, a hundred thousand deep", async () => {
    const path = await written({}, weights);
    const deep = "[".repeat(100_000) + "]".repeat(100_000);
    await writeFile(path, JSON.stringify(model()).replace('"activation":"linear"', `"activation":${deep}`));
    await refused(path, "IMPORT_ACTIVATION");
    await writeFile(path, JSON.stringify(model()).replace('"use_bias":false', `"data_format":${deep}`));
    await refused(path, "IMPORT_LAYER");
  });
});

/** Places of all values in a JSON document, the root's left out. */
function placesIn(value: unknown): string[][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [[key], ...placesIn(inner).map((rest) => [key, ...rest])]);
}

test("whatever stands in a place of the JSON, layers and manifest are read or end in a named error", () => {
  const good = () => ({
    topology: structuredClone(
      keras({ class_name: "BatchNormalization", config: { name: "n", axis: -1, epsilon: 0.01 } }),
    ),
    manifest: [{ paths: ["w"], weights: [{ name: "a/kernel", shape: [3, 4], dtype: "float32" }] }],
  });
  const places = placesIn(good());
  const odd = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(2 ** 31, -1, 1e308, "__proto__", "softmax", "../x", [null, 3], {}),
  );
  fc.assert(
    fc.property(fc.constantFrom(...places), odd, (place, value) => {
      const model = good() as Record<string, unknown>;
      let at = model;
      for (const key of place.slice(0, -1)) at = at[key] as Record<string, unknown>;
      at[place.at(-1) as string] = value;
      for (const read of [() => importLayers(model.topology), () => weightGroups(model.manifest)]) {
        try {
          read();
        } catch (error) {
          assert.match((error as { code?: string }).code ?? String((error as Error).stack), /^IMPORT_/);
        }
      }
    }),
    { numRuns: 2000 },
  );
});

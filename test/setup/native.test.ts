import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "node:test";
import { NATIVE_VERSIONS } from "../../node/adapters/tfjs/native/folder.ts";

const read = (name: string): string => readFileSync(resolve(import.meta.dirname, "../../scripts/native", name), "utf8");

test("the native engine is built of the versions that it says with each update, each with its hash", () => {
  const { dependencies } = JSON.parse(read("package.json")) as { dependencies: Record<string, string> };
  assert.equal(dependencies["@tensorflow/tfjs-node"], NATIVE_VERSIONS.tfjsNode);
  for (const version of Object.values(dependencies)) assert.match(version, /^\d+\.\d+\.\d+$/);
  const escaped = NATIVE_VERSIONS.tensorflow.replaceAll(".", "\\.");
  assert.match(read("requirements.txt"), new RegExp(`^tensorflow-cpu==${escaped} --hash=sha256:[0-9a-f]{64}$`, "m"));
});

test("its lock file names no registry's host, and has a hash of every package", () => {
  const { packages } = JSON.parse(read("package-lock.json")) as {
    packages: Record<string, { resolved?: string; integrity?: string }>;
  };
  const entries = Object.entries(packages).filter(([path]) => path !== "");
  assert.ok(entries.length > 50);
  for (const [path, { resolved, integrity }] of entries) {
    assert.equal(resolved, undefined, path);
    assert.match(integrity ?? "", /^sha512-/, path);
  }
});

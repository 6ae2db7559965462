import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { builtText, compileKernels, MERGE_KERNELS } from "../../../scripts/kernels/compile.ts";

test("the committed kernels are what their source compiles to", async () => {
  const built = builtText(MERGE_KERNELS, await compileKernels(MERGE_KERNELS));
  const { builtFile } = MERGE_KERNELS;
  assert.ok(readFileSync(builtFile, "utf8") === built, `${builtFile} is not up to date: run "npm run build:kernels"`);
});

test("no instruction whose result machines may choose, no fused one, no memory of their own", async () => {
  const { default: binaryen } = await import("assemblyscript/binaryen");
  const text = binaryen.readBinary(await compileKernels(MERGE_KERNELS)).emitText();
  assert.match(text, /f64x2\.mul/);
  assert.doesNotMatch(text, /relaxed|madd|\bfma\b|memory\.grow|\(data /);
});

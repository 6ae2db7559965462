import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { builtText, compileKernels, TRAINING_KERNELS } from "../../../scripts/kernels/compile.ts";

test("the committed training kernels are what their source compiles to", async () => {
  const built = builtText(TRAINING_KERNELS, await compileKernels(TRAINING_KERNELS));
  const { builtFile } = TRAINING_KERNELS;
  assert.ok(readFileSync(builtFile, "utf8") === built, `${builtFile} is not up to date: run "npm run build:kernels"`);
});

test("they keep nothing in the engine's memory and never grow it: it is not theirs", async () => {
  const { default: binaryen } = await import("assemblyscript/binaryen");
  const text = binaryen.readBinary(await compileKernels(TRAINING_KERNELS)).emitText();
  assert.match(text, /relaxed_madd/);
  assert.doesNotMatch(text, /memory\.grow|\(data |\(start /);
});

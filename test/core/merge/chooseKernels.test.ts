import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { chooseKernels, kernelsOf } from "../../../node/core/merge/chooseKernels.ts";
import { plainKernels } from "../../../node/core/merge/plainKernels.ts";
import { wasmKernels } from "../../../node/core/merge/wasm/wasmKernels.ts";
import { code } from "./support.ts";

describe("merge: which kernels", () => {
  it("those that the operator names, else the fastest that run here", () => {
    assert.equal(kernelsOf(chooseKernels("plain")), plainKernels);
    assert.equal(kernelsOf(chooseKernels("wasm")), wasmKernels);
    assert.throws(() => chooseKernels("gpu"), code("MERGE_KERNELS"));
  });

  it("the plain ones where the processor has no SIMD", (t) => {
    for (const nothing of [undefined, ""]) assert.equal(chooseKernels(nothing), "wasm");
    t.mock.method(WebAssembly, "validate", () => false);
    for (const nothing of [undefined, ""]) assert.equal(chooseKernels(nothing), "plain");
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { audit } from "../../../node/core/audit.ts";
import { type Spool, spoolInMemory } from "../../../node/core/audit/spool.ts";
import { wasmKernels } from "../../../node/core/merge/wasm/wasmKernels.ts";
import type { Bytes32 } from "../../../node/core/primitives.ts";
import { hasCode } from "../../ports/support.ts";
import { buildWorld, deployment, keccak } from "./world.ts";

describe("audit: the spool", () => {
  it("gets each included update once, is read for the merge, and holds one round at a time", async () => {
    const { world } = buildWorld();
    const inner = spoolInMemory();
    const held = new Set<Bytes32>();
    const sizes: number[] = [];
    let opened = 0;
    const spool: Spool = {
      put(sha256, bytes) {
        assert.equal(held.has(sha256), false, "put twice");
        held.add(sha256);
        return inner.put(sha256, bytes);
      },
      open(name) {
        opened++;
        return inner.open(name);
      },
      clear() {
        sizes.push(held.size);
        held.clear();
        return inner.clear();
      },
    };
    const options = { files: world.files, deployment, keccak256: keccak, spool };
    const report = await audit(world.events, { ...options, kernels: wasmKernels });
    assert.equal(report.verdict, "right");
    assert.equal(report.counts.mergesRecomputed, 3);
    assert.equal(opened, report.counts.updatesChecked);
    assert.equal(held.size, 0);
    assert.deepEqual(
      sizes.filter((size) => size > 0),
      [4, 4, 4],
    );
  });

  it("that gives other bytes than it got breaks the audit off, and nobody is blamed", async () => {
    const { world } = buildWorld();
    const inner = spoolInMemory();
    const spool: Spool = { ...inner, put: (sha256, bytes) => inner.put(sha256, bytes.with(bytes.length - 1, 1)) };
    const audited = audit(world.events, { files: world.files, deployment, keccak256: keccak, spool });
    await assert.rejects(audited, hasCode("FILE_DAMAGED"));
  });
});

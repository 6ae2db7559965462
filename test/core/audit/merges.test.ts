import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { encodeModel } from "../../../node/core/codec.ts";
import { defaultMerge } from "../../../node/core/merge/defaultMerge.ts";
import type { MergeConfig, MergeContext } from "../../../node/core/merge/rule.ts";
import type { Bytes32 } from "../../../node/core/primitives.ts";
import { asModel } from "../../../node/core/weights/model.ts";
import { expectRight, expectWrong } from "./check.ts";
import { buildWorld } from "./world.ts";

describe("audit: merges", () => {
  it("MERGE_WRONG: a model that colluders finalized, by name", async () => {
    const specs = [
      { name: "a", shape: [2] },
      { name: "b", shape: [3] },
    ];
    const evil = encodeModel(asModel({ specs, values: Float32Array.of(6, 6, 6, 6, 6) }));
    let hash: Bytes32 | undefined;
    const { world } = buildWorld({
      before: (w, { round, what }) => {
        if (round === 3 && what === "open") hash = w.store(evil, ["node 1"]);
      },
      vote: (round, _member, right) => (round === 3 && hash !== undefined ? hash : right),
    });
    const [finding] = await expectWrong(world, ["MERGE_WRONG"]);
    assert.equal(finding?.round, 3);
    assert.equal(finding?.file, hash);
    for (const member of [1, 2, 3]) assert.match(finding?.text ?? "", new RegExp(`Member ${member} `));
  });

  it("a single wrong vote that lost is noted by name", async () => {
    const { world } = buildWorld({
      vote: (round, member, right) => (round === 2 && member === 0 ? `0x${"6".repeat(64)}` : right),
    });
    const { findings } = await expectRight(world);
    assert.deepEqual(
      findings.map(({ code, member, round }) => [code, member, round]),
      [["VOTE_WRONG", 0, 2]],
    );
  });

  const composed: [title: string, merge: MergeConfig, other: Partial<MergeContext>][] = [
    ["the round's seed", { before: [{ step: "bucketing", size: 2 }], rule: "mean" }, { seed: `0x${"5".repeat(64)}` }],
    ["the task's f", defaultMerge(1), { f: 0 }],
  ];
  for (const [title, merge, mergedWith] of composed) {
    // Three updates: of four, buckets are of one size, and their mean is the same whatever the draw.
    const silent = () => [3];
    const values = (round: number, member: number) => [round, member, member * member, 1 / (member + 1), -member];
    it(`recomputes a merge that goes by ${title}`, async () => {
      const report = await expectRight(buildWorld({ merge, silent, values }).world);
      assert.equal(report.counts.mergesRecomputed, 3);
    });
    it(`MERGE_WRONG: merges that did not go by ${title}`, async () => {
      await expectWrong(buildWorld({ merge, silent, values, mergedWith }).world, ["MERGE_WRONG"]);
    });
  }

  it("MODEL_INVALID: a first model of other tensors", async () => {
    const first = {
      specs: [
        { name: "a", shape: [2] },
        { name: "b", shape: [4] },
      ],
      values: new Float32Array(6),
    };
    const [finding] = await expectWrong(buildWorld({ first }).world, ["MODEL_INVALID"]);
    assert.equal(finding?.round, 0);
  });
});

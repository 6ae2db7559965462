import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { audit } from "../../../node/core/audit.ts";
import type { AuditFiles } from "../../../node/core/audit/files.ts";
import { maxFileBytes } from "../../../node/core/update.ts";
import { decodeModel, encodeModel } from "../../../node/core/codec.ts";
import { stateSpecs } from "../../../node/core/merge/optimizerState.ts";
import type { MergeConfig } from "../../../node/core/merge/rule.ts";
import type { Bytes32 } from "../../../node/core/primitives.ts";
import { asModel } from "../../../node/core/weights/model.ts";
import { codes, expectRight, expectWrong, run } from "./check.ts";
import { specs } from "./document.ts";
import { buildWorld, deployment, keccak, type World } from "./world.ts";

const MOMENTUM: MergeConfig = { rule: "median", optimizer: { type: "momentum", learningRate: 1, momentum: 0.9 } };
const ADAM: MergeConfig = {
  rule: "mean",
  optimizer: { type: "adam", learningRate: 0.01, beta1: 0.9, beta2: 0.99, epsilon: 0.001 },
};

/** The last value of a model: one of the state, which stands behind the weights. */
const lastOf = ({ optimizer }: MergeConfig): number => (optimizer?.type === "adam" ? 15 : 10) - 1;

/** A model that the world has, with one value changed. */
function changed(world: World, hash: Bytes32, element: number): Uint8Array {
  const { specs: all, values } = decodeModel(world.copies.get(hash)?.[0]?.bytes as Uint8Array);
  return encodeModel(asModel({ specs: all, values: values.with(element, (values[element] as number) + 1) }));
}

describe("audit: merges with an optimizer", () => {
  for (const merge of [MOMENTUM, ADAM]) {
    const { optimizer } = merge;
    const type = optimizer?.type ?? "";

    it(`recomputes each round of ${type} from its base and its updates`, async () => {
      const { world } = buildWorld({ merge });
      const report = await expectRight(world);
      assert.equal(report.counts.mergesRecomputed, 3);
    });

    it(`reads as much of a model of ${type} as its state makes it larger, and no more of an update`, async () => {
      const { world } = buildWorld({ merge });
      const largest = new Map<string, Set<number>>();
      const files: AuditFiles = {
        get(kind, hash, context) {
          largest.set(kind, new Set([...(largest.get(kind) ?? []), context.maxBytes]));
          return world.files.get(kind, hash, context);
        },
      };
      await audit(world.events, { files, deployment, keccak256: keccak });
      assert.deepEqual([...(largest.get("update") ?? [])], [maxFileBytes(specs)]);
      assert.deepEqual([...(largest.get("model") ?? [])], [maxFileBytes(specs) + 4 * (lastOf(merge) + 1 - 5)]);
    });

    it(`recomputes the rounds of ${type} whose files are there, where those before them are gone`, async () => {
      const { world, updates } = buildWorld({ merge, retainRounds: 1 });
      for (const hash of updates[1] ?? []) world.copies.set(hash, []);
      const report = await run(world);
      assert.deepEqual(codes(report.findings), []);
      assert.equal(report.counts.mergesRecomputed, 2);
      const merges = report.unchecked.filter(({ text }) => text.includes("could not be recomputed"));
      assert.deepEqual(
        merges.map(({ round }) => round),
        [1],
      );
    });

    it(`MERGE_WRONG: a model of ${type} whose weights are right and one value of whose state is not`, async () => {
      let right: Bytes32 | undefined;
      let world: World | undefined;
      const { models } = buildWorld({
        merge,
        before: (it) => void (world = it),
        vote(round, _member, hash) {
          if (round !== 2 || world === undefined) return hash;
          right = hash;
          return world.store(changed(world, hash, lastOf(merge)), ["node 1"]);
        },
      });
      assert.ok(world !== undefined);
      const [finding] = await expectWrong(world, ["MERGE_WRONG"]);
      assert.equal(finding?.round, 2);
      assert.match(finding?.text ?? "", new RegExp(`is ${right}, but ${models[2]} was finalized`));
      assert.notEqual(right, models[2]);
    });

    it(`FILE_DAMAGED: a copy of ${type}'s state that was changed later`, async () => {
      const { world, models } = buildWorld({ merge });
      const hash = models[3] as Bytes32;
      const copies = world.copies.get(hash) ?? [];
      const giver = { kind: "node", name: "node 0" } as const;
      const other = { source: "node 0", giver, bytes: changed(world, hash, lastOf(merge)) };
      world.copies.set(hash, [...copies.slice(1), other]);
      const [finding] = await expectWrong(world, ["FILE_DAMAGED"]);
      assert.equal(finding?.source, "node 0");
    });

    it(`MODEL_INVALID: a first model that lacks the state of ${type}`, async () => {
      const { world } = buildWorld({ merge, first: { specs, values: new Float32Array(5) } });
      const [finding] = await expectWrong(world, ["MODEL_INVALID"]);
      const [missing] = optimizer === undefined ? [] : stateSpecs(specs, optimizer);
      assert.ok(finding?.text.includes(`"${missing?.name}" is missing`), finding?.text);
    });
  }
});

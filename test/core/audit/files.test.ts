import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { FileContext } from "../../../node/core/audit/files.ts";
import { audit } from "../../../node/core/audit.ts";
import { SwarmError } from "../../../node/core/errors.ts";
import type { Bytes32 } from "../../../node/core/primitives.ts";
import { codes, expectRight, expectWrong, run } from "./check.ts";
import { buildWorld, deployment, keccak, NODES } from "./world.ts";

const at = <T>(list: readonly T[] | undefined, i: number): T => {
  const value = list?.at(i);
  assert.ok(value !== undefined);
  return value;
};

describe("audit: files", () => {
  it("FILE_DAMAGED: one flipped byte in one copy is found and its source named, though another copy is good", async () => {
    const { world, taskId, updates } = buildWorld();
    const hash = at(updates[2], 1);
    const copy = at(world.copies.get(hash), 1);
    copy.bytes[copy.bytes.length - 1] = (copy.bytes.at(-1) as number) ^ 1;
    const [finding, ...others] = await expectWrong(world, ["FILE_DAMAGED"]);
    assert.deepEqual(others, []);
    assert.deepEqual(
      {
        task: finding?.task,
        round: finding?.round,
        member: finding?.member,
        file: finding?.file,
        source: finding?.source,
      },
      { task: taskId, round: 2, member: 1, file: hash, source: "node 2" },
    );
    assert.equal((await run(world)).counts.mergesRecomputed, 3);
  });

  it("FILE_DAMAGED: a truncated model, and bytes of another file under its name", async () => {
    const { world, models, updates } = buildWorld();
    for (const [hash, bytes] of [
      [at(models, 0), new Uint8Array(0)],
      [at(updates[1], 0), at(world.copies.get(at(updates[1], 1)), 0).bytes],
    ] as const) {
      at(world.copies.get(hash), 0).bytes = bytes;
    }
    const findings = await expectWrong(world, ["FILE_DAMAGED"]);
    assert.deepEqual(
      findings.map(({ round, source }) => [round, source]),
      [
        [0, "node 0"],
        [1, "node 0"],
      ],
    );
  });

  it("FILE_MISSING: an included update that nobody has; later rounds are still recomputed from the stored model", async () => {
    const { world, updates } = buildWorld();
    world.copies.delete(at(updates[1], 2));
    const [finding] = await expectWrong(world, ["FILE_MISSING"]);
    assert.equal(finding?.member, 2);
    assert.equal(finding?.file, at(updates[1], 2));
    const report = await run(world);
    assert.equal(report.counts.mergesRecomputed, 2);
    assert.deepEqual(
      report.unchecked.map(({ round }) => round),
      [1],
    );
  });

  it("retention: what is older than the task retains is listed as unchecked (exit 3), what is younger is missing (exit 1)", async () => {
    const old = buildWorld({ retainRounds: 1 });
    old.world.copies.delete(at(old.updates[2], 0));
    old.world.copies.delete(at(old.models, 0));
    const report = await run(old.world);
    assert.deepEqual(codes(report.findings), []);
    assert.equal(report.verdict, "incomplete");
    assert.equal(report.exitCode, 3);
    assert.deepEqual(
      report.unchecked.map(({ round, member }) => [round, member]),
      [
        [1, undefined],
        [2, undefined],
        [0, undefined],
        [2, 0],
      ],
    );
    assert.equal(report.counts.mergesRecomputed, 1);

    const young = buildWorld({ retainRounds: 1 });
    young.world.copies.delete(at(young.updates[3], 0));
    await expectWrong(young.world, ["FILE_MISSING"]);
  });

  it("R8: a model that nobody has is rebuilt from the updates and noted", async () => {
    const { world, models } = buildWorld();
    world.copies.delete(at(models, 2));
    const report = await expectRight(world);
    assert.deepEqual(codes(report.findings, "notice"), ["MODEL_REBUILT"]);
    assert.equal(report.counts.mergesRecomputed, 3);
  });

  it("says what it could not ask for, and does not call it missing", async () => {
    const { world } = buildWorld();
    const files = {
      get() {
        throw new SwarmError("AUDIT_NO_SOURCES", "No node could be reached; start one or name an archive.");
      },
    };
    const report = await audit(world.events, { files, deployment, keccak256: keccak });
    assert.deepEqual(report.findings, []);
    assert.equal(report.verdict, "incomplete");
    assert.equal(report.counts.mergesRecomputed, 0);
    assert.match(report.unchecked[0]?.text ?? "", /No node could be reached/);
  });

  it("asks for each file once, with author, CID and holders, and takes any kind of iterable", async () => {
    const { world, updates, models } = buildWorld();
    const asked = new Map<Bytes32, FileContext>();
    const files = {
      async get(_kind: string, hash: Bytes32, context: FileContext) {
        assert.equal(asked.has(hash), false, "asked twice");
        asked.set(hash, context);
        return (async function* () {
          yield* world.copies.get(hash) ?? [];
        })();
      },
    };
    assert.equal((await audit(world.events, { files, deployment, keccak256: keccak })).verdict, "right");
    assert.equal(asked.size, 16);
    const update = asked.get(at(updates[3], 2));
    assert.equal(update?.author, NODES[2]);
    assert.equal(update?.cid, "bafy32");
    assert.deepEqual(update?.holders, NODES);
    assert.deepEqual(asked.get(at(models, 3))?.holders, NODES.slice(0, 3), "who voted for it");
  });
});

describe("audit: updates", () => {
  it("UPDATE_INVALID: one beyond the norm bound that colluders attested to hold and merged; they are named", async () => {
    const { world } = buildWorld({
      values: (round, member) => (round === 3 && member === 3 ? [100, 0, 0, 0, 0] : [1, 0, 0, 0, member]),
    });
    const [finding] = await expectWrong(world, ["UPDATE_INVALID"]);
    assert.equal(finding?.member, 3);
    assert.match(finding?.text ?? "", /UPDATE_NORM.*merged all the same/);
    const { findings } = await run(world);
    assert.deepEqual(
      findings.filter(({ code }) => code === "ATTESTATION_FALSE").map(({ member }) => member),
      [0, 1, 2, 3],
    );
  });

  const copied: [title: string, change: object, pattern: RegExp][] = [
    ["of another round", { round: 1 }, /header's round is 1; expected was 3/],
    ["of another node", { node: NODES[0] }, /header's node/],
    ["of another base", { base: `0x${"1".repeat(64)}` }, /header's base/],
    ["of another chain", { genesis: `0x${"1".repeat(64)}` }, /header's genesis/],
  ];
  for (const [title, change, pattern] of copied) {
    it(`R2: UPDATE_INVALID: a file ${title}`, async () => {
      const { world } = buildWorld({
        header: (round, member, header) => (round === 3 && member === 3 ? { ...header, ...change } : header),
      });
      const [finding] = await expectWrong(world, ["UPDATE_INVALID"]);
      assert.match(finding?.text ?? "", pattern);
    });
  }

  it("an invalid update that was refused changes nothing and is noted", async () => {
    const { world } = buildWorld({
      values: (round, member) => (round === 3 && member === 3 ? [100, 0, 0, 0, 0] : [1, 0, 0, 0, member]),
      held: (round, member, all) => (round === 3 && member !== 3 ? all & ~8n : all),
    });
    const report = await expectRight(world);
    assert.deepEqual(codes(report.findings, "notice"), ["ATTESTATION_FALSE", "UPDATE_INVALID"]);
    assert.deepEqual(
      report.findings.map(({ member }) => member),
      [3, 3],
    );
    assert.equal(report.counts.mergesRecomputed, 3);
  });

  it("a valid update that members refused is noted with their names", async () => {
    const { world } = buildWorld({ held: (round, member, all) => (round === 3 && member === 0 ? all & ~8n : all) });
    const { findings } = await expectRight(world);
    assert.deepEqual(
      findings.map(({ code, member }) => [code, member]),
      [["ATTESTATION_FALSE", 0]],
    );
  });

  it("an update that nobody could hold is not missed", async () => {
    const { world, updates } = buildWorld({ held: (round, _member, all) => (round === 3 ? all & ~8n : all) });
    world.copies.delete(at(updates[3], 3));
    const report = await expectRight(world);
    assert.deepEqual(report.findings, []);
  });

  it("an update that its author alone attested to hold and nobody has is a notice that names it", async () => {
    const { world, updates } = buildWorld({
      held: (round, member, all) => (round === 3 && member !== 3 ? all & ~8n : all),
    });
    world.copies.delete(at(updates[3], 3));
    const report = await expectRight(world);
    assert.deepEqual(
      report.findings.map(({ code, severity, member }) => [code, severity, member]),
      [["FILE_MISSING", "notice", 3]],
    );
    assert.match(report.findings[0]?.text ?? "", /attested to be held by Member 4 \(0x/);
    assert.equal(report.counts.mergesRecomputed, 3);
  });

  it("but one that f + 1 attested to hold must be there, as one of them is honest", async () => {
    const { world, updates } = buildWorld({
      held: (round, member, all) => (round === 3 && member < 2 ? all & ~8n : all),
    });
    world.copies.delete(at(updates[3], 3));
    await expectWrong(world, ["FILE_MISSING"]);
  });
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { type Fault, lasting, RECOVERY, scheduleOf, usesChain } from "../../scripts/soak/schedule.ts";

/** The faults of a soak come from a seed, and never take more nodes at once than the protocol tolerates, outages apart. */

const TEN = { nodes: 10, f: 3 };
const seeds = Array.from({ length: 40 }, (_, seed) => seed);
const endOf = ({ at, seconds }: Fault): number => at + seconds + RECOVERY;

test("the same seed gives the same faults, another one others", () => {
  const of = (seed: number) => scheduleOf({ ...TEN, seed, seconds: 1200 });
  assert.deepEqual(of(7), of(7));
  assert.notDeepEqual(of(7), of(8));
});

test("three minutes see several kinds of fault, twenty all of them several times", () => {
  const kinds = (seed: number, seconds: number) =>
    Map.groupBy(scheduleOf({ ...TEN, seed, seconds }), ({ kind }) => kind);
  for (const seed of seeds) {
    assert.ok(kinds(seed, 180).size >= 3, `seed ${seed}`);
    const long = kinds(seed, 1200);
    for (const kind of ["kill", "freeze", "absence", "damage", "suspend", "chain", "outage"] as const)
      assert.ok((long.get(kind)?.length ?? 0) >= 2, `seed ${seed}: ${kind}`);
  }
});

for (const [nodes, f] of [
  [4, 1],
  [7, 2],
  [10, 3],
  [12, 3],
] as const) {
  test(`${nodes} nodes: at most ${f} are faulty at any moment, each once; an outage takes more, and has the network for itself`, () => {
    for (const seed of seeds) {
      const faults = scheduleOf({ seed, nodes, f, seconds: 1800 });
      assert.ok(faults.length > 10);
      for (const fault of faults) {
        const during = faults.filter((other) => other !== fault && other.at <= fault.at && endOf(other) > fault.at);
        const hit = [...fault.nodes, ...during.flatMap((other) => other.nodes)];
        assert.equal(new Set(hit).size, hit.length, `seed ${seed}: one node twice at ${fault.at} s`);
        if (fault.kind === "outage") {
          assert.deepEqual(during, [], `seed ${seed}: not alone at ${fault.at} s`);
          assert.ok(fault.nodes.length > f);
        } else {
          assert.ok(hit.length <= f, `seed ${seed}: ${hit.length} at ${fault.at} s`);
          assert.ok(!during.some(({ kind }) => kind === "outage"), `seed ${seed}: in an outage at ${fault.at} s`);
        }
        if (usesChain(fault.kind))
          assert.ok(!during.some(({ kind }) => usesChain(kind)), `seed ${seed}: ${fault.at} s`);
        assert.ok(endOf(fault) <= 1800 && fault.nodes.every((node) => node >= 0 && node < nodes));
      }
      assert.ok(faults.every((fault, i) => i === 0 || fault.at >= (faults[i - 1] as Fault).at));
    }
  });
}

test("the last nodes live from the first minute to the last", () => {
  for (const seed of seeds) {
    const deadly = scheduleOf({ ...TEN, seed, seconds: 1800 }).filter(({ kind }) => /kill|absence|outage/.test(kind));
    assert.ok(deadly.every(({ nodes }) => nodes.every((node) => node < TEN.nodes - lasting(TEN.nodes, TEN.f))));
  }
});

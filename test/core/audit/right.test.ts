import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { run } from "./check.ts";
import { buildWorld } from "./world.ts";

describe("audit: the right history", () => {
  it("is right, and the report says what was checked", async () => {
    const report = await run(buildWorld().world);
    assert.deepEqual(report.findings, []);
    assert.deepEqual(report.unchecked, []);
    assert.equal(report.verdict, "right");
    assert.equal(report.exitCode, 0);
    const { blocks, ...counts } = report.counts;
    assert.ok(blocks > 50);
    assert.deepEqual(counts, {
      events: 89,
      // 5 decisions of 1 proposal and 2 approvals, 4 registrations, 13 submissions, 12 attestations, 9 votes
      acts: 53,
      licenses: 4,
      auditors: 0,
      tasks: 1,
      roundsFinalized: 3,
      attemptsAborted: 1,
      updatesChecked: 12,
      mergesRecomputed: 3,
      // two copies of each of 12 updates and 4 models
      files: 32,
      sources: 4,
      nodes: 4,
      folders: 0,
    });
  });
});

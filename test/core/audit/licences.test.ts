import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expectRight, expectWrong, nth, patch } from "./check.ts";
import { buildWorld, LICENSORS, NODES, type Twist, type World } from "./world.ts";

const [_node0, _node1, , node3] = NODES as [`0x${string}`, `0x${string}`, `0x${string}`, `0x${string}`];

describe("audit: licences in the middle of a round (R10)", () => {
  const beforeSubmit = (act: (world: World) => void): Twist => ({
    before: (world, { round, what, member }) => {
      if (round === 3 && what === "submit" && member === 3) act(world);
    },
  });

  it("names every act of a member that had been revoked", async () => {
    const { world } = buildWorld(
      beforeSubmit((w) =>
        w.decide({ act: "revoke", account: node3 }, { type: "NodeRevoked", account: node3, grant: 1 }),
      ),
    );
    const findings = await expectWrong(world, ["ACT_BARRED"]);
    assert.equal(findings.length, 2, "it submitted and attested");
    for (const finding of findings) {
      assert.equal(finding.account, node3);
      assert.equal(finding.round, 3);
      assert.match(finding.text, /Member 4 .* revoked or suspended/);
    }
  });

  it("names acts during a suspension, and allows them once it has lapsed", async () => {
    const suspend = (seconds: number) =>
      beforeSubmit((w) =>
        w.tx().emit({ type: "NodeSuspended", account: node3, licensor: LICENSORS[0], until: w.time + seconds }),
      );
    await expectWrong(buildWorld(suspend(1000)).world, ["ACT_BARRED"]);
    await expectRight(buildWorld(suspend(1)).world);
  });

  it("lets a licence that expires in mid-attempt count until the next snapshot, and not longer", async () => {
    const opened = nth(buildWorld().world, "RoundOpened", -1).at.timestamp;
    for (const [expiresAt, right] of [
      [opened + 1, true],
      [opened, false],
    ] as const) {
      const { world } = buildWorld();
      patch(world, "ActProposed", 3, { act: { act: "license", account: node3, expiresAt } });
      patch(world, "NodeAuthorized", 3, { expiresAt });
      if (right) await expectRight(world);
      else await expectWrong(world, ["SNAPSHOT_WRONG"]);
    }
  });
});

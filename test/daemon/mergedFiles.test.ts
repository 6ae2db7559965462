import assert from "node:assert/strict";
import { test } from "node:test";
import { SwarmError } from "../../node/core/errors.ts";
import { plainKernels } from "../../node/core/merge/plainKernels.ts";
import { wasmKernels } from "../../node/core/merge/wasm/wasmKernels.ts";
import { mergerInThread } from "../../node/daemon/inThread.ts";
import type { StoredMerge } from "../../node/ports/merger.ts";
import type { Clinic } from "./support/clinic.ts";
import { smallTask } from "./support/document.ts";
import { allEqual } from "./support/invariants.ts";
import { createSwarm } from "./support/swarm.ts";

type Four = [Clinic, Clinic, Clinic, Clinic];

for (const kind of ["update", "model"] as const) {
  for (const harm of ["damaged", "removed"] as const) {
    test(`R7: a merge whose ${kind} file was ${harm} on this disk is made once the file is back`, async () => {
      const swarm = await createSwarm(smallTask({ rounds: 3 }), 4);
      const [a, , , victim] = swarm.clinics as Four;
      let harmed: string | undefined;
      const disk = victim.disk;
      await swarm.startAll({
        3: ({ disk: usual }) => ({
          disk: {
            ...usual,
            async open(of, sha256) {
              // Held and attested to long before; round 2 has models of two rounds.
              if (of === kind && harmed === undefined && (await usual.list("model")).length === 2) {
                harmed = sha256;
                if (harm === "damaged") disk.damage(of, sha256);
                else await disk.remove(of, sha256);
              }
              return usual.open(of, sha256);
            },
          },
        }),
      });
      await swarm.finish();
      allEqual(swarm);
      assert.ok(harmed !== undefined);
      const lines = victim.warnings.filter((line) => line.includes(`the ${kind} file ${harmed} is gone`));
      assert.equal(lines.length, 1, victim.warnings.join("\n"));
      assert.ok(swarm.stateOf(a).history.every(({ included }) => included.length === 4));
      await swarm.stopAll();
    });
  }
}

test("a merge that crashes is tried again, and kernels make no difference", async () => {
  const swarm = await createSwarm(smallTask({ rounds: 3 }), 4);
  const [, , , victim] = swarm.clinics as Four;
  const asked: StoredMerge[] = [];
  let crashes = 1;
  await swarm.startAll({
    2: ({ disk }) => ({ merger: mergerInThread(disk, plainKernels) }),
    3: ({ disk }) => ({
      merger: {
        kernels: wasmKernels,
        async merge(merge, options) {
          asked.push(merge);
          if (crashes-- > 0) throw new SwarmError("MERGER_CRASHED", "the merging thread ended");
          return mergerInThread(disk, wasmKernels).merge(merge, options);
        },
      },
    }),
  });
  await swarm.finish();
  allEqual(swarm);
  assert.equal(asked.length, 4);
  assert.equal(asked[0]?.base, asked[1]?.base);
  assert.ok(victim.warnings.some((line) => line.includes("could not merge; trying again")));
  await swarm.stopAll();
});

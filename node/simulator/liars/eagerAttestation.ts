import { memberOf } from "../../core/ledger/view/task.ts";
import type { World } from "../world/world.ts";

/** Liars that hold all say so as soon as submissions are closed, before anybody could have got an update. */
export function eagerAttestation(world: World): void {
  const liars = world.nodes.filter(({ liar }) => liar?.attester === "holds all" && liar.share === 1);
  if (liars.length === 0) return;
  const said = new Set<string>();
  world.chain.onHead(() => {
    const { attempt, taskId } = world.witness.task;
    if (attempt?.phase !== "attest") return;
    const held = [...attempt.submissions.keys()].reduce((mask, member) => mask | (1n << BigInt(member)), 0n);
    for (const { account, name, isUp } of liars) {
      const member = memberOf(world.witness.task, account);
      const key = `${name} ${attempt.seen}`;
      if (!isUp || said.has(key) || !((attempt.snapshot >> BigInt(member)) & 1n)) continue;
      said.add(key);
      const { round, attempt: number, seen } = attempt;
      world.chain.submit(account, { type: "attest", ref: { taskId, round, attempt: number, seen }, held, refused: 0n });
    }
  });
}

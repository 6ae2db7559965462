import assert from "node:assert/strict";
import type { RoundAct } from "../../../node/core/ledger/acts.ts";
import type { Clinic } from "./clinic.ts";
import type { Swarm } from "./swarm.ts";

const text = (value: unknown): string =>
  JSON.stringify(value, (_, part) => (typeof part === "bigint" ? `0x${part.toString(16)}` : part));

/** R7: whatever happened, one node never signed two different submissions or votes for one attempt, nor took back what it attested. */
export function neverTwice({ account, signed }: Clinic): void {
  const said = new Map<string, string>();
  const attested = new Map<string, { held: bigint; refused: bigint }>();
  for (const act of signed) {
    if (act.type === "submit" || act.type === "vote") once(said, act, account);
    if (act.type !== "attest") continue;
    const { held, refused } = attested.get(act.ref.seen) ?? { held: 0n, refused: 0n };
    const now = { held: held | act.held, refused: refused | act.refused };
    assert.equal(now.held & now.refused, 0n, `${account} took an attestation back in ${text(act.ref)}`);
    attested.set(act.ref.seen, now);
  }
}

function once(said: Map<string, string>, act: RoundAct & { type: "submit" | "vote" }, account: string): void {
  // What it saw tells attempts of lost histories apart (R3).
  const about = `${act.type} ${act.ref.seen}`;
  const before = said.get(about);
  assert.ok(
    before === undefined || before === text(act),
    `${account} signed two different acts: ${before} and ${text(act)}`,
  );
  said.set(about, text(act));
}

/** Everyone who runs has the same history and the last model of it. */
export function allEqual(swarm: Swarm): void {
  const histories = swarm.clinics.flatMap((clinic) =>
    clinic.peer ? [swarm.stateOf(clinic).history.map(({ round, modelHash }) => [round, modelHash])] : [],
  );
  for (const history of histories) assert.deepEqual(history, histories[0]);
}

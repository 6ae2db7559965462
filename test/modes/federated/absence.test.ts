import assert from "node:assert/strict";
import { test } from "node:test";
import { createVirtualClock } from "../../../node/adapters/memory/clock.ts";
import { Absence } from "../../../node/modes/federated/absence.ts";
import type { ClientComponents } from "../../../node/modes/federated/components.ts";

test("F11: the first contact is called that, and only a coordinator that was there is back", () => {
  const said: string[] = [];
  const say = ({ text }: { text: string }) => void said.push(text);
  const clock = createVirtualClock(Date.UTC(2026, 0, 1));
  const absence = new Absence({ clock } as unknown as ClientComponents, "peer", { away: say, back: say });
  for (let i = 0; i < 2; i++) {
    absence.left();
    absence.came();
  }
  const [early, first, away, back] = said;
  assert.equal(early, "the coordinator does not answer yet; training begins when it does");
  assert.equal(first, "the coordinator is there; training begins");
  assert.match(away ?? "", /^the coordinator is away since/);
  assert.match(back ?? "", /^the coordinator is back after/);
  assert.equal(said.length, 4);
});

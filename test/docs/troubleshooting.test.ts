import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Address } from "../../node/core/primitives.ts";
import type { Doing } from "../../node/core/round/waiting/doing.ts";
import { type Part, waitFor } from "../../node/core/round/waiting/here.ts";
import type { Wait } from "../../node/core/round/waiting/wait.ts";
import { hereWords, waitWords } from "../../node/core/round/waiting/words.ts";
import { DIVERGED_WARNINGS } from "../../node/daemon/divergedWords.ts";
import { ClippingWatch } from "../../node/daemon/ownClipping.ts";
import { taskDocument } from "../task/fixture.ts";
import { read, root } from "./support/walk.ts";

const guide = read("docs/TROUBLESHOOTING.md");
const [A, B] = [`0x${"a".repeat(40)}`, `0x${"b".repeat(40)}`] as [Address, Address];
const nameOf = (account: Address): string => (account === A ? "A" : "B");

/** One example of each wait that a node or the ledger can be in. */
const WAITS: Record<Wait["kind"], Partial<Wait>> = {
  submissions: { phase: "submit", missing: [A, B] },
  attestations: { phase: "attest", missing: [A, B] },
  votes: { phase: "merge", missing: [A, B] },
  deadline: { phase: "submit", barred: [A] },
  blocks: { phase: "submit", needed: 2 },
  advance: { phase: "submit" },
  approval: {},
  unpause: {},
  members: { have: 2, needed: 4 },
  opening: {},
  endpoint: {},
  history: {},
  licence: { reasons: ["suspended"] },
  model: { missing: [A, B] },
};
const PARTS: Part[] = ["not in this attempt", "absent", "sits out", "lost its update", "diverged"];

test("the guide has every wait in the words of `swarm status` and the daemons' logs", () => {
  for (const [kind, facts] of Object.entries(WAITS)) {
    const words = waitWords(waitFor(kind as Wait["kind"], facts), nameOf);
    assert.ok(guide.includes(`\`${words}\``), words);
  }
  const merge = waitFor("deadline", { phase: "merge", have: 2, needed: 3 });
  assert.ok(guide.includes(`\`${waitWords(merge, nameOf)}\``));
  assert.ok(guide.includes(`\`${waitWords(waitFor("licence", { reasons: ["not registered"] }), nameOf)}\``));
});

test("the guide has everything that keeps a node out of an attempt, and what it does meanwhile", () => {
  for (const part of PARTS) {
    const [words] = hereWords({ part, doing: [] }, nameOf);
    assert.ok(guide.includes(`\`${words}\``), words);
  }
  const opening: Doing = { what: "open", of: A, from: [A, B], failed: 0, isSent: false };
  const training: Doing = { what: "train", of: undefined, from: [], failed: 0, isSent: false };
  for (const one of [opening, training]) {
    const [words] = hereWords({ part: undefined, doing: [one] }, nameOf);
    assert.ok(guide.includes(`\`${words}\``), words);
  }
});

test("the guide has what daemons say of training that diverged, and of an update that was cut short", () => {
  const [what, advice] = DIVERGED_WARNINGS;
  assert.ok(guide.includes(`\`${what}\``), what);
  assert.ok(guide.includes(`\`${advice.split(".")[0]}\``), advice);
  assert.match(guide, /a task on the ledger cannot be changed/);
  const document = taskDocument({ limits: { maxUpdateNorm: 0.02 } });
  const [said] = (new ClippingWatch().look(document, 1, { norm: 3.7, clipped: 0.0054 }) ?? "").split(": ");
  assert.ok(guide.includes(`\`${said}\``), said);
});

test("the guide's other messages and error codes stand in the code", () => {
  const code = globSync("node/**/*.ts", { cwd: root })
    .map((path) => readFileSync(join(root, path), "utf8"))
    .join("\n");
  const codes = [...guide.matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g)].map(([, name]) => name as string);
  assert.ok(codes.length >= 8);
  for (const name of codes) assert.ok(code.includes(`"${name}"`), name);
  const said = [...guide.matchAll(/^\| `(too few [^`]+)`/gm)].map(([, text]) => text as string);
  assert.equal(said.length, 3);
  for (const text of said) assert.ok(code.includes(text), text);
  for (const [, name] of guide.matchAll(/`(swarm_\w+)`/g)) assert.ok(code.includes(`${name}:`), name);
});

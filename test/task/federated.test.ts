import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { sampleClients, targetOf } from "../../node/core/modes/federatedSampling.ts";
import { federatedSettings } from "../../node/core/modes/federatedSettings.ts";
import { weightedFigures } from "../../node/core/modes/weightedFigures.ts";
import type { Address } from "../../node/core/primitives.ts";
import { canonicalDocument } from "../../node/core/task/document.ts";
import { problemsWith, taskDocument } from "./fixture.ts";

test("a document without the section says what it said before there was one; its settings are those of the round", () => {
  const document = taskDocument();
  assert.doesNotMatch(new TextDecoder().decode(canonicalDocument(document)), /federated/);
  assert.deepEqual(federatedSettings(document), { rounds: 5, minClients: 3, sample: undefined, roundSeconds: 10 });
});

test("what is wrong with the section is said with its field", () => {
  const wrong = (federated: object): string => problemsWith({ federated }).join("\n");
  assert.match(wrong({ clientsPerRound: 4, fraction: 0.5 }), /^federated.fraction: stands beside clientsPerRound/);
  assert.match(wrong({ clientsPerRound: 2 }), /^federated.clientsPerRound: is 2, must be at least minClients = 3/);
  // The fixture's merge is by trimming one value at each end, which one update has not.
  assert.match(wrong({ minClients: 1 }), /^federated.minClients: is 1, too few for the task's merge/);
  assert.match(wrong({ fraction: 0 }), /^federated.fraction: is 0; allowed is more than 0/);
});

test("F4: a draw is the candidates' first `target` in a shuffle that their order has no part in", () => {
  const accounts = fc.uniqueArray(fc.integer({ min: 1, max: 1e6 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(accounts, fc.integer({ min: 1, max: 50 }), fc.nat(9), fc.nat(99), (ids, clients, held, seed) => {
      const candidates = ids.map((id) => `0x${id.toString(16).padStart(40, "0")}` as Address);
      const settings = { rounds: 1, roundSeconds: 1, minClients: 1, sample: { clients } };
      const draw = { held, seed, round: 3, attempt: 0 };
      const drawn = sampleClients(settings, { ...draw, candidates });
      assert.equal(drawn.length, Math.max(0, Math.min(candidates.length + held, Math.max(1, clients)) - held));
      assert.ok(drawn.every((account) => candidates.includes(account)) && new Set(drawn).size === drawn.length);
      assert.deepEqual(sampleClients(settings, { ...draw, candidates: candidates.toReversed() }), drawn);
    }),
  );
});

test("F4: a share of those that are there, rounded up, and never fewer than a round needs", () => {
  const settings = { rounds: 1, roundSeconds: 1, minClients: 2, sample: { fraction: 0.3 } };
  assert.deepEqual(
    [1, 2, 5, 10, 11].map((present) => targetOf(settings, present)),
    [1, 2, 2, 3, 4],
  );
});

test("F9: figures are weighted by rows; who keeps no rows counts for nothing", () => {
  const figures = [
    { rows: 30, loss: 1, accuracy: 0.5, auc: 0.6 },
    { rows: 10, loss: 2, accuracy: 0.9 },
    { rows: 0, loss: 0, accuracy: 0 },
  ];
  assert.deepEqual(weightedFigures(figures), { rows: 40, loss: 1.25, accuracy: 0.6, auc: 0.6 });
  assert.equal(weightedFigures(figures.slice(2)), undefined);
});

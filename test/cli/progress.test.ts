import assert from "node:assert/strict";
import { test } from "node:test";
import { createOutput } from "../../node/cli/output/output.ts";
import { progressPrinter } from "../../node/cli/progress.ts";
import type { LedgerEvent } from "../../node/core/ledger/events.ts";
import type { RoundRecord, WaitingEvent } from "../../node/daemon/components.ts";
import { account, HASH, ids, joined, ledger, opened, START, submitted, TASK } from "./support/ledger.ts";

/** A printer of member 1's daemon and what it prints. */
function printer(isJson = false, more: { rounds?: number; once?: boolean } = {}) {
  let text = "";
  const out = createOutput(isJson, { out: { write: (part) => void (text += part) }, err: { write: () => undefined } });
  const cli = { out, verbose: false, signal: new AbortController().signal };
  const { observer, ready } = progressPrinter(cli, { taskId: TASK, account: account(0), rounds: 5, ...more });
  const take = (...events: LedgerEvent[]): string[] => {
    const { view, now } = ledger(...events);
    observer.ledger?.(view, now);
    return said();
  };
  const said = (): string[] => {
    const lines = text.split("\n").slice(0, -1);
    text = "";
    return lines;
  };
  return { observer, ready, take, said };
}

test("before the first round a daemon says how many members it waits for, once for each change", () => {
  const { take } = printer();
  assert.deepEqual(take(...joined(2)), [
    "waiting for 2 more members: 4 must be licensed, registered and joined, 2 are",
  ]);
  assert.deepEqual(take(...joined(2)), []);
  assert.match(take(...joined(3)).join("\n"), /^waiting for 1 more member:/);
  assert.match(take(...joined(3), { type: "Paused" }).join("\n"), /^waiting for the council, which has paused/);
});

test("a daemon that is ready names its task", () => {
  const { ready, said } = printer();
  const rows = { training: 90, validation: 10 };
  const facts = { account: account(0), peerId: "16U", engine: "wasm", rows, addresses: [], log: "daemon.log" };
  ready({ ...facts, task: TASK, name: "wdbc" });
  assert.equal(
    said()[0],
    `node ${account(0)} is ready for task wdbc (0x7777777777): 90 rows to train on, 10 to validate (wasm)`,
  );
});

test("it says that a round opened, also at a later attempt, whose number people count from 1", () => {
  const { take, observer, said } = printer();
  take(...joined(4));
  assert.deepEqual(take(...joined(4), opened), []);
  observer.phase?.({ round: 1, attempt: 0, phase: "submit", members: 4 });
  observer.phase?.({ round: 1, attempt: 0, phase: "attest" });
  observer.phase?.({ round: 1, attempt: 1, phase: "submit", members: 4 });
  assert.deepEqual(said(), ["round 1/5 opened with 4 members", "round 1/5 opened again, attempt 2, with 4 members"]);
});

const HASHES = [HASH("a"), HASH("b")] as const;
const record: RoundRecord = {
  round: 1,
  attempt: 0,
  modelHash: HASHES[0],
  included: [account(0), account(1)],
  finalAt: 0,
  engine: "wasm",
  trainingMs: 163.2,
  trainingLoss: 0.5,
  base: { rows: 4, loss: 0.6, accuracy: 0.75 },
  local: undefined,
  update: { norm: 1, clipped: 1 },
  hints: [],
  traffic: { sent: 0, received: 0, content: 0 },
};

test("a final round's line says whose accuracy it tells: that of the model before", () => {
  const { observer, said } = printer();
  observer.round?.(record);
  observer.round?.({ ...record, round: 2, attempt: 1, modelHash: HASHES[1] });
  observer.round?.({ ...record, round: 3, base: undefined, trainingMs: undefined });
  assert.deepEqual(said(), [
    "round 1/5 final, 2 updates, model 0xaaaaaaaa (first model: accuracy 75.0 % here), trained 163 ms",
    "round 2/5 final, after 2 attempts, 2 updates, model 0xbbbbbbbb (model of round 1: accuracy 75.0 % here), trained 163 ms",
    "round 3/5 final, 2 updates, model 0xaaaaaaaa, not trained here",
  ]);
});

test("a daemon that ends with its task does not say that it stays to serve files", () => {
  const over = { rounds: 5, modelHash: HASHES[0], evaluation: undefined };
  const staying = printer();
  staying.observer.finished?.(over);
  assert.match(
    staying.said()[1] ?? "",
    /^serving files to members and auditors until Ctrl-C; "swarm model get" writes/,
  );
  const once = printer(false, { rounds: 1, once: true });
  once.observer.finished?.({ ...over, rounds: 1 });
  assert.deepEqual(once.said(), [
    `the task's only round is final; model ${HASHES[0]}`,
    '"swarm model get" writes the model to a file',
  ]);
});

test("a daemon that starts in the middle of a round says where it is, and not again", () => {
  const { take } = printer();
  const [line, ...others] = take(...joined(4), opened, submitted(1));
  assert.match(
    line ?? "",
    /^round 1\/5 is under way, phase submit: waiting for submissions of this node, 0x333333\.\.3333 and .*, 1 s of 86 s$/,
  );
  assert.deepEqual(others, []);
  assert.deepEqual(take(...joined(4), opened, submitted(1), submitted(2)), []);
});

test("a node that may not take part any more says so, and says when it may again (R10)", () => {
  const { take } = printer();
  const all = [...joined(4), opened];
  take(...all);
  const until = START + 1_000;
  const suspended: LedgerEvent = { type: "NodeSuspended", account: account(0), licensor: account(8), until };
  assert.match(
    take(...all, suspended).join("\n"),
    /^this node takes no part in new rounds: it has a licence that is suspended until/,
  );
  assert.deepEqual(take(...all, suspended, { type: "NodeUnsuspended", account: account(0) }), [
    "this node takes part again",
  ]);
});

test("the chain's endpoint is told of when it answers again; going away is a warning already", () => {
  const { observer, said } = printer();
  observer.connection?.({ up: false });
  observer.connection?.({ up: true });
  assert.deepEqual(said(), ["the chain's endpoint answers again"]);
});

test("a long wait is a line with its round, and with --json an event with the same words", () => {
  const wait: WaitingEvent = {
    text: "waiting for attestations of clinic-c, 42 s of 60 s",
    kind: "attestations",
    round: 3,
    attempt: 0,
    phase: "attest",
    missing: [account(2)],
    seconds: 42.3,
    ofSeconds: 60,
    part: undefined,
    doing: [],
    lastBlockSeconds: undefined,
  };
  const plain = printer();
  plain.observer.waiting?.(wait);
  plain.observer.waiting?.({ ...wait, attempt: 1 });
  plain.observer.waiting?.({ ...wait, round: undefined, attempt: undefined });
  assert.deepEqual(plain.said(), [`round 3/5: ${wait.text}`, `round 3/5, attempt 2: ${wait.text}`, wait.text]);
  const json = printer(true);
  json.observer.waiting?.(wait);
  const { event, text, missing, seconds } = JSON.parse(json.said().join(""));
  assert.deepEqual(
    { event, text, missing, seconds },
    { event: "waiting", text: wait.text, missing: [account(2)], seconds: 42.3 },
  );
});

test("with --json every line is an object, and attempts are the ledger's numbers", () => {
  const { take, observer, said } = printer(true);
  assert.equal(JSON.parse(take(...joined(2)).join("")).event, "standing");
  observer.aborted?.({ round: ids.round, attempt: ids.attempt, reason: "TooFewHeld" });
  assert.deepEqual(JSON.parse(said().join("")), { event: "aborted", round: 1, attempt: 0, reason: "TooFewHeld" });
});

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { keepCopy, recoverState } from "../../node/adapters/anvil/state.ts";
import { tornAt } from "../../node/adapters/anvil/torn.ts";
import { silentLogger } from "../chain/support/quiet.ts";

let dir: string;
let said: string[];
const logger = { ...silentLogger, warn: (text: string) => said.push(text), error: (text: string) => said.push(text) };

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "torn-"));
  said = [];
});
afterEach(() => rmSync(dir, { recursive: true }));

/** A chain with one block for each sender in turn, whose accounts say what `nonces` says. */
function stateOf(senders: string[], nonces: Record<string, number>, best = senders.length) {
  return {
    best_block_number: best,
    blocks: [
      { header: { number: "0x0", timestamp: "0x1" }, transactions: [] },
      ...senders.map((_, i) => ({
        header: { number: `0x${(i + 1).toString(16)}`, timestamp: "0x2" },
        transactions: [{}],
      })),
    ],
    transactions: senders.map((from) => ({ info: { from } })),
    accounts: {
      ...Object.fromEntries(Object.entries(nonces).map(([account, nonce]) => [account, { nonce, code: "0x" }])),
      contract: { nonce: 1, code: "0x60" },
    },
  };
}
const write = (state: object): void => writeFileSync(join(dir, "state.json"), JSON.stringify(state));
const good = stateOf(["a", "b", "a"], { a: 2, b: 1, idle: 0 });
const torn = stateOf(["a", "b", "a", "b"], { a: 2, b: 3 });

test("a state whose accounts have acted more often, or less, than its blocks say is torn", () => {
  assert.equal(tornAt(good), undefined);
  assert.match(tornAt(stateOf(["a", "b"], { a: 2, b: 1 })) ?? "", /a has nonce 2, and 1 transactions/);
  assert.match(tornAt(stateOf(["a", "b"], { a: 1, b: 0 })) ?? "", /b has nonce 0/);
  assert.match(tornAt(stateOf(["a"], { a: 1, new: 1 })) ?? "", /new has nonce 1, and 0/);
});

test("a state whose blocks do not reach its height, or lack transactions that it lists, is torn", () => {
  assert.match(tornAt(stateOf(["a"], { a: 1 }, 2)) ?? "", /the last block is 1, the chain's height 2/);
  const short = { ...good, transactions: good.transactions.slice(1) };
  assert.match(tornAt(short) ?? "", /blocks have 3 transactions, the file 2/);
});

test("R9: a torn state is not copied, and gives way to the newest copy that is none", () => {
  write(good);
  assert.equal(keepCopy(dir), true);
  write(torn);
  assert.equal(keepCopy(dir), false);
  assert.equal(recoverState(dir, logger)?.block, 3);
  assert.match(said[0] ?? "", /written while it made a block; going back to a copy. Blocks after 3 are lost/);
});

test("without a copy, or with one that lies too far back for the nodes, a torn state stays, and that is said", () => {
  write(torn);
  assert.equal(recoverState(dir, logger)?.block, 4);
  assert.match(said[0] ?? "", /an act may be missing/);
  write(good);
  keepCopy(dir);
  write(
    stateOf(
      Array.from({ length: 300 }, () => "a"),
      { a: 301 },
    ),
  );
  assert.equal(recoverState(dir, logger)?.block, 300);
});

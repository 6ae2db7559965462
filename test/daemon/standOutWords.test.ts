import assert from "node:assert/strict";
import { test } from "node:test";
import type { Address } from "../../node/core/primitives.ts";
import { hintWords, updateHint } from "../../node/daemon/standOutWords.ts";

const accounts = [1, 2, 3, 4].map((i): Address => `0x${String(i).repeat(40)}`);
const nameOf = (account: Address) => `clinic-${"abcd"[accounts.indexOf(account)]}`;
const usual = { norm: 2, clipped: 1, isDropped: false, times: 1, same: [] };

test("what stands out is one sentence with names, and data with accounts", () => {
  const hints = [
    updateHint({ ...usual, index: 2, clipped: 0.4321, times: 3.14, isDropped: true }, accounts),
    updateHint({ ...usual, index: 0, same: [1, 3] }, accounts),
  ];
  assert.equal(
    hintWords(hints, nameOf),
    "the update of clinic-c was clipped to 0.43 of its length, was left out and is 3.1 times as far from the others as usual; " +
      "the update of clinic-a is nearly the same as that of clinic-b and clinic-d",
  );
  assert.deepEqual(hints[0], {
    account: accounts[2],
    norm: 2,
    clipped: 0.4321,
    dropped: true,
    timesAsFar: 3.14,
    sameAs: [],
  });
});

test("infinitely far is written as null, which JSON can hold, and said in words", () => {
  const hint = updateHint({ ...usual, index: 1, times: Number.POSITIVE_INFINITY }, accounts);
  assert.equal(JSON.parse(JSON.stringify(hint)).timesAsFar, null);
  assert.equal(hintWords([hint], nameOf), "the update of clinic-b is unlike the others, which are all the same");
});

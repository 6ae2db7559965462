import assert from "node:assert/strict";
import { test } from "node:test";
import { chainWords } from "../../node/cli/commands/chainStart.ts";
import { printable, table } from "../../node/cli/output/table.ts";
import { toJson } from "../../node/cli/output/json.ts";
import { duration, isoSeconds, list, utc, whoOf } from "../../node/cli/output/units.ts";
import { moment } from "../../node/cli/parse.ts";
import { mergeWords } from "../../node/cli/words/merge.ts";
import { thresholdsOf, thresholdWords } from "../../node/cli/words/thresholds.ts";
import { taskInput } from "../task/fixture.ts";

test("lengths of time show their largest unit and the next one, rounded up to seconds", () => {
  assert.deepEqual([0, 0.2, 59, 60, 3_601, 90_000, 864_000].map(duration), [
    "0 s",
    "1 s",
    "59 s",
    "1 min",
    "1 h",
    "1 d 1 h",
    "10 d",
  ]);
});

test("times are in UTC, and --until takes back what a command printed", () => {
  assert.equal(utc(Date.UTC(2027, 0, 31, 13, 5) / 1000), "2027-01-31 13:05 UTC");
  assert.equal(utc(Date.UTC(2027, 0, 31, 13, 5, 9) / 1000), "2027-01-31 13:05:09 UTC");
  const seconds = 1_893_456_001;
  assert.equal(moment(isoSeconds(seconds)), seconds);
});

test("lists read as sentences", () => {
  assert.deepEqual(
    [list([]), list(["a"]), list(["a", "b"]), list(["a", "b", "c"])],
    ["nobody", "a", "a and b", "a, b and c"],
  );
});

test("who has to act is a choice only where not all have to", () => {
  assert.deepEqual(
    [whoOf(1, ["a"]), whoOf(1, ["a", "b"]), whoOf(2, ["a", "b"]), whoOf(2, ["a", "b", "c"])],
    ["a", "one of a and b", "a and b", "2 of a, b and c"],
  );
});

test("text that others wrote cannot move the cursor or hide itself", () => {
  assert.equal(printable("a\u001b[31mred\u202egnirts"), "a\\u{1b}[31mred\\u{202e}gnirts");
  assert.equal(printable("two\nlines"), "two\nlines");
});

test("tables have aligned columns and no lines around them", () => {
  assert.deepEqual(
    table(
      ["A", "LONGER"],
      [
        ["1", "2"],
        ["333", "4"],
      ],
    ).split("\n"),
    ["A    LONGER", "1    2", "333  4"],
  );
});

test("JSON carries masks as text, bytes as hex and infinity as null", () => {
  assert.equal(
    toJson({ mask: 5n, bytes: Uint8Array.of(1, 255), until: Number.POSITIVE_INFINITY, set: new Set([1]) }),
    '{"mask":"5","bytes":"0x01ff","until":null,"set":[1]}',
  );
});

test("a task's thresholds are those of the protocol, and small numbers of members are called small", () => {
  const { f, minPeers, startMembers } = taskInput().round;
  const params = { f, minPeers, startMembers } as Parameters<typeof thresholdsOf>[0];
  assert.deepEqual(thresholdsOf(params, 4), { n: 4, f: 1, minPeers: 3, toStart: 4, toGoOn: 4, holders: 2, votes: 3 });
  assert.ok(!thresholdWords(thresholdsOf(params, 4)).join(" ").includes("tolerate little"));
  assert.match(
    thresholdWords(thresholdsOf(params, 4)).join(" "),
    /4 members are licensed and registered and have joined/,
  );
  const two = thresholdsOf({ ...params, f: 0, minPeers: 2, startMembers: 2 }, 2);
  assert.deepEqual([two.holders, two.votes], [2, 2]);
  assert.match(thresholdWords(two).join(" "), /none may lie.*2 members tolerate little: each must be there/);
});

test("how a task merges is one line, steps first, settings in parentheses", () => {
  assert.equal(mergeWords({ rule: "mean" }), "mean");
  assert.equal(mergeWords({ rule: "mean", cap: 0.4, before: undefined }), "mean (cap 0.4)");
  const momentum = { type: "momentum", learningRate: 1, momentum: 0.9 } as const;
  assert.equal(
    mergeWords({ rule: "mean", cap: 0.4, optimizer: momentum }),
    "mean (cap 0.4), then momentum (learningRate 1, momentum 0.9)",
  );
  assert.equal(
    mergeWords({ before: ["arc", { step: "bucketing", size: 2 }], rule: "trimmedMean", trim: 1 }),
    "arc, then bucketing (size 2), then trimmedMean (trim 1)",
  );
});

test("only a new chain comes with what to type next, as it can be typed", () => {
  const chain = { rpcUrl: "http://127.0.0.1:8545", chainId: 31_337, folder: "/chain" };
  assert.match(chainWords({ ...chain, block: 0 }), /Next, in another terminal:\n.*\n.*\n {2}swarm deploy [^<>]*$/);
  assert.equal(
    chainWords({ ...chain, block: 11_250 }),
    "A local chain (id 31337) runs at http://127.0.0.1:8545, going on at block 11250; its state is kept in /chain. Ctrl-C stops it.",
  );
});

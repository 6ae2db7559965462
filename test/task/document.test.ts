import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parse } from "yaml";
import { canonicalDocument, checkDocument, MAX_DOCUMENT_BYTES, parseDocument } from "../../node/core/task/document.ts";
import { SECTION_EXAMPLES } from "../../node/core/task/sections.ts";
import { problemsWith, taskDocument, taskInput } from "./fixture.ts";

const utf8 = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (text: string) => new TextEncoder().encode(text);

test("the fixture is valid, and its canonical bytes hold every default in sorted order", () => {
  const document = taskDocument();
  const text = utf8(canonicalDocument(document));
  assert.match(text, /^\{"contributorWeights":"equal","data":\{"features":\["a","b","c"\],"format":"csv"/);
  assert.match(text, /"privacy":\{"minRecords":32\},"retainRounds":"all"/);
  assert.doesNotMatch(text, /\s/);
  assert.deepEqual(parseDocument(canonicalDocument(document)), document);
});

test("the order of keys in a task file does not change its bytes", () => {
  const shuffled = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(shuffled);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .toReversed()
        .map(([key, item]) => [key, shuffled(item)]),
    );
  };
  const checked = checkDocument(shuffled(taskInput()));
  assert.ok("document" in checked);
  assert.deepEqual(canonicalDocument(checked.document), canonicalDocument(taskDocument()));
});

test("each field that is wrong is named with what is allowed", () => {
  const cases: [Record<string, unknown>, RegExp][] = [
    [{ version: 2 }, /^version: is 2; allowed is 1$/],
    [{ name: "A b" }, /^name: is "A b": lower-case/],
    [{ trainig: {} }, /^trainig: .*did you mean "training"\?$/],
    [
      { "training.optimizer.type": "adm" },
      /^training\.optimizer\.type: is "adm"; allowed is "sgd", "adam", "rmsprop"$/,
    ],
    [{ "training.batchSize": 1.5 }, /^training\.batchSize: is 1\.5; allowed is a whole number$/],
    [{ "training.validationSplit": 0.6 }, /^training\.validationSplit: is 0\.6; allowed is at most 0\.5$/],
    [
      { "training.optimizer.learningRate": Number.POSITIVE_INFINITY },
      /^training\.optimizer\.learningRate: is Infinity/,
    ],
    [{ "training.optimizer.learningRate": 0 }, /^training\.optimizer\.learningRate: is 0; allowed is more than 0$/],
    [{ "round.rounds": undefined }, /^round\.rounds: is missing; allowed is a number$/],
    [{ "data.normalize": "yes" }, /^data\.normalize: is "yes"; allowed is "none", or an object$/],
    [{ "data.features": { columns: "p" } }, /^data\.features\.columns: is "p": needs a range/],
    [{ "data.label.classes": ["only"] }, /^data\.label\.classes: is \["only"\]; allowed is at least 2 entries$/],
    [
      { contributorWeights: { cappedSample: 5 } },
      /^contributorWeights\.cappedSample: .*did you mean "cappedSamples"\?$/,
    ],
    [{ "privacy.minRecords": 31 }, /^privacy\.minRecords: is 31; allowed is at least 32$/],
    [
      { "model.layers.0": { type: "dens", units: 3 } },
      /^model\.layers\[0\]\.type: is "dens"; allowed is "dense", "conv2d"/,
    ],
    [{ "model.layers.0": { type: "dense", unit: 3 } }, /^model\.layers\[0\]\.unit: .*did you mean "units"\?$/],
    [{ "model.layers.0": { type: "lambda", code: "x" } }, /^model\.layers\[0\]\.type: is "lambda"/],
    [{ "data.label.classes": [0, 1] }, /^data\.label\.classes\[1\]: is 1; allowed is text: write it in quotes, "1"$/],
    [{ "data.label.classes.0": true }, /: is true; allowed is text: write it in quotes, "true"$/],
    [{ limits: undefined }, /^limits: is missing; it is written as in limits: \{ maxUpdateNorm: 10 \}$/],
    [{ model: undefined }, /^model: is missing; it is written as in model: \{ layers: /],
    [{ "data.label": undefined }, /^data\.label: is missing; allowed is an object with column, classes$/],
    [{ earlyStopping: { patience: 3 } }, /^earlyStopping: is no field here; it belongs under "training"$/],
    [{ "privacy.maxUpdateNorm": 1 }, /^privacy\.maxUpdateNorm: is no field here; it belongs under "limits"$/],
    [{ retainRounds: 0 }, /^retainRounds: is 0; allowed is at least 1$/],
  ];
  for (const [change, expected] of cases) {
    const problems = problemsWith(change);
    assert.ok(
      problems.some((problem) => expected.test(problem)),
      `${JSON.stringify(change)} gave ${JSON.stringify(problems)}`,
    );
  }
});

test("examples of sections that are left out are right", () => {
  for (const [section, example] of Object.entries(SECTION_EXAMPLES))
    assert.deepEqual(problemsWith({ [section]: parse(example) }), [], section);
});

test("rules over several fields: each is refused one step past its border and not on it", () => {
  const round = (f: number, minPeers: number, startMembers: number) => ({
    "round.f": f,
    "round.minPeers": minPeers,
    "round.startMembers": startMembers,
  });
  const borders: [Record<string, unknown>, Record<string, unknown>, RegExp][] = [
    [round(1, 3, 4), round(1, 2, 4), /^round\.minPeers: is 2, must be at least 3/],
    [round(0, 2, 2), round(0, 1, 2), /^round\.minPeers/],
    [
      round(2, 5, 7),
      round(2, 5, 6),
      /^round\.f: is 2, but 6 members \(round\.startMembers\) allow at most 1; f = 2 takes startMembers of at least 7 and/,
    ],
    [round(1, 4, 5), round(1, 4, 4), /^round\.startMembers: is 4, must be at least 5/],
    [{ "privacy.clipNorm": 100 }, { "privacy.clipNorm": 100.5 }, /^privacy\.clipNorm/],
    [
      { contributorWeights: { bucketedSamples: [10, 20] } },
      { contributorWeights: { bucketedSamples: [10, 10] } },
      /^contributorWeights\.bucketedSamples\[1\]/,
    ],
    [
      { "data.normalize": { mean: [0, 0, 0], std: 1 } },
      { "data.normalize": { mean: [0, 0], std: 1 } },
      /^data\.normalize\.mean: has 2 values for 3 features/,
    ],
    [{ "data.features": ["a", "b"] }, { "data.features": ["a", "a"] }, /^data\.features\[1\]: "a" is named twice/],
    [{ "data.label.column": "z" }, { "data.label.column": "a" }, /^data\.label\.column: "a" is a feature too/],
    [{ "data.inputShape": [3] }, { "data.inputShape": [4] }, /^data\.inputShape: \[4\] holds 4 values/],
    [
      { "model.layers.1.units": 2 },
      { "model.layers.1.units": 3 },
      /^model\.layers\[1\]: gives \[3\], but softmaxCrossEntropy over 2 classes needs \[2\]/,
    ],
    [
      { "model.layers.1.activation": "linear" },
      { "model.layers.1.activation": "relu" },
      /^model\.layers\[1\]\.activation: is relu/,
    ],
    [
      { "model.layers.0": { type: "flatten" } },
      { "model.layers.0": { type: "conv2d", filters: 2, kernelSize: 3 } },
      /^model\.layers\[0\]: needs \[height, width, channels\]/,
    ],
  ];
  for (const [right, wrong, expected] of borders) {
    assert.deepEqual(problemsWith(right), [], JSON.stringify(right));
    const problems = problemsWith(wrong);
    assert.ok(
      problems.some((problem) => expected.test(problem)),
      `${JSON.stringify(wrong)} gave ${JSON.stringify(problems)}`,
    );
  }
});

test("an f that the members do not allow is the one thing that is said of thresholds, and no default that goes by it", () => {
  assert.deepEqual(problemsWith({ "round.f": 2 }), [
    "round.f: is 2, but 4 members (round.startMembers) allow at most 1; f = 2 takes startMembers of at least 7 and minPeers of at least 5",
  ]);
  assert.deepEqual(problemsWith({ "round.minPeers": 2 }).length, 1);
});

test("a document must fit the ledger, and a model must fit memory", () => {
  const names = Array.from({ length: 3000 }, (_, i) => `feature_${i}`);
  assert.match(
    problemsWith({ "data.features": names }).join(),
    new RegExp(`takes \\d+ bytes, ${MAX_DOCUMENT_BYTES} is the most`),
  );
  const large = { type: "dense", units: 65536 };
  assert.match(
    problemsWith({
      "model.layers.0": large,
      "model.layers.1": large,
      "model.layers.2": { type: "dense", units: 2 },
    }).join(),
    /model\.layers: makes \d+ parameters/,
  );
});

test("bytes from the ledger are taken only in their one canonical form", () => {
  const canonical = utf8(canonicalDocument(taskDocument()));
  for (const other of [
    ` ${canonical}`,
    canonical.replace('"seed":0', '"seed":0.0'),
    canonical.replace('"seed":0,', ""),
    `\ufeff${canonical}`,
  ]) {
    assert.notEqual(other, canonical);
    assert.throws(
      () => parseDocument(bytes(other)),
      (error: { code: string }) => ["TASK_NOT_CANONICAL", "TASK_INVALID"].includes(error.code),
    );
  }
  const proto = canonical.replace('{"contributor', '{"__proto__":{"mode":"split"},"contributor');
  for (const broken of ["", "{", "null", "[]", proto, "[".repeat(20000), `"${"x".repeat(MAX_DOCUMENT_BYTES)}"`]) {
    assert.throws(() => parseDocument(bytes(broken)), { code: "TASK_INVALID" });
  }
  assert.throws(() => parseDocument(Uint8Array.of(0xff, 0xfe)), { code: "TASK_INVALID" });
  const deep = `{"version":${"[".repeat(9_000)}${"]".repeat(9_000)}}`;
  assert.throws(() => parseDocument(new TextEncoder().encode(deep)), {
    code: "TASK_INVALID",
    message: /version: is a list/,
  });
});

test("whatever it is given, a check ends in a document or in problems", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.jsonValue(),
        fc.record({ version: fc.constant(1), model: fc.jsonValue(), data: fc.jsonValue(), round: fc.jsonValue() }),
      ),
      (value) => {
        const checked = checkDocument(value);
        assert.ok("problems" in checked && checked.problems.length > 0);
      },
    ),
  );
});

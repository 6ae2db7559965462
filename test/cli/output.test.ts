import assert from "node:assert/strict";
import { test } from "node:test";
import { LISTED_MODELS, latestModels } from "../../node/cli/latestModels.ts";
import { createOutput } from "../../node/cli/output/output.ts";

/** What both streams get of a line for people, a remark and a result. */
function printed(isJson: boolean, outIsTTY: boolean, errIsTTY: boolean): [out: string, err: string] {
  const texts: [string, string] = ["", ""];
  const stream = (at: 0 | 1, isTTY: boolean) => ({ isTTY, write: (text: string) => void (texts[at] += text) });
  const out = createOutput(isJson, { out: stream(0, outIsTTY), err: stream(1, errIsTTY) });
  out.say("table");
  out.note("warning");
  out.json({ a: 1 });
  return texts;
}

test("--json at a terminal says nothing twice; where either stream goes elsewhere, the words are on standard error", () => {
  assert.deepEqual(printed(true, true, true), ['{"a":1}\n', "warning\n"]);
  for (const [out, err] of [
    [false, true],
    [true, false],
    [false, false],
  ] as const)
    assert.deepEqual(printed(true, out, err), ['{"a":1}\n', "table\nwarning\n"]);
  assert.deepEqual(printed(false, true, true), ["table\n", "warning\n"]);
});

test("a long list of models shows its end and says how to see the rest", () => {
  const models = Array.from({ length: LISTED_MODELS + 2 }, (_, round) => round);
  const { shown, note } = latestModels(models, false);
  assert.deepEqual([shown[0], shown.length], [2, LISTED_MODELS]);
  assert.equal(note, "2 earlier models left out: --all lists them.");
  assert.deepEqual(latestModels(models, true), { shown: models });
  assert.deepEqual(latestModels(models.slice(2), false), { shown: models.slice(2) });
});

import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { typeGuide } from "./support/typeGuide.ts";
import { root } from "./support/walk.ts";

/** What takes longer than this hangs. Milliseconds. */
const LIMIT = 280_000;
const options = { timeout: LIMIT + 20_000, skip: process.platform === "win32" };
const limit = (signal: AbortSignal): AbortSignal => AbortSignal.any([signal, AbortSignal.timeout(LIMIT)]);

/** What a guide's steps have to have shown, by words of the step; every one has to be typed. */
type Expected = [words: string, output: RegExp, pages?: Record<string, RegExp>][];

const GUIDES: Record<string, Expected> = {
  "docs/GUIDE-LAPTOP.md": [
    ["npm start", /5\/5 final[\s\S]*verdict: right/],
    ["swarm status", /all 5 rounds are final[\s\S]*accuracy/],
    ["--home auditor", /^verdict: right/m, { "audit.html": /Verdict: Right\./ }],
    ["spoiled", /WRONG {2}FILE_DAMAGED[\s\S]*exit code 1/, { "spoiled.html": /Verdict: WRONG\./ }],
  ],
  "docs/GUIDE-OWN-DATA.md": [
    ["npm run split", /^test\.csv +451 /m],
    ["swarm task create .swarm/own/task.yaml --check", /is valid: task pixels, 1810 parameters/],
    ["swarm data check", /can be trained on; the warnings/],
    ["swarm compare", /^swarm +9\d\.\d %/m],
    ["swarm task approve", /Done: the council has decided it/],
    ["swarm evaluate", /the model of round 12: accuracy 9\d\.\d %[\s\S]*answers\.csv: 451 rows/],
    ["swarm model export", /onnx[\s\S]*web-model/],
    ["swarm model import", /is valid: task pixels[\s\S]*first model sha256/],
  ],
  "docs/AUDIT.md": [
    ["npm start", /3\/3 final[\s\S]*verdict: right/],
    ["swarm node register", /registered/i],
    ["--report audit.csv", /^verdict: right/m, { "audit.html": /Verdict: Right\./, "audit.csv": /update/ }],
    ["--from archive", /^verdict: right/m, { "offline.html": /Verdict: Right\./ }],
  ],
};

for (const [path, expected] of Object.entries(GUIDES)) {
  test(`${path}: every command does what it says`, options, async (t) => {
    const seen = new Set<string>();
    await typeGuide(path, limit(t.signal), async (script, output, { dir }) => {
      for (const [words, pattern, pages = {}] of expected) {
        if (!script.includes(words)) continue;
        seen.add(words);
        assert.match(output, pattern);
        for (const [name, text] of Object.entries(pages))
          assert.match(
            (await readFile(join(dir, ".swarm/start", name), "utf8"))
              .replaceAll(/<[^>]*>|\s+/g, " ")
              .replaceAll(/ +/g, " "),
            text,
          );
      }
    });
    assert.deepEqual(
      [...seen],
      expected.map(([words]) => words),
    );
  });
}

test("every guide is typed", () => {
  const guides = globSync("docs/GUIDE-*.md", { cwd: root });
  assert.ok(guides.length > 0);
  for (const path of guides) assert.ok(path in GUIDES, `${path} is typed by no test`);
});

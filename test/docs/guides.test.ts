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

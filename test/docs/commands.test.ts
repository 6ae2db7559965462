import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { blocksOf } from "./support/blocks.ts";
import { REFERENCE, type Typed } from "./support/reference.ts";
import type { Shell, Terminal } from "./support/shell.ts";
import { openTerminals } from "./support/terminals.ts";
import { read, root, shellBlocks } from "./support/walk.ts";

/** What takes longer than this hangs. Milliseconds. */
const LIMIT = 280_000;

const DOCUMENTS = globSync(["README.md", "docs/*.md", "examples/*/README.md"], { cwd: root }).toSorted();
/** Typed from their first command to their last, by tests that name them. */
const WHOLE = {
  "docs/AUDIT.md": "guides.test.ts",
  "docs/GUIDE-LAPTOP.md": "guides.test.ts",
  "docs/GUIDE-OWN-DATA.md": "guides.test.ts",
  "docs/THREE-HOSPITALS.md": "hospitals.test.ts",
  "README.md": "readme.test.ts",
} as Record<string, string>;
/** Blocks that are run elsewhere, or that no test can type, by their beginning. */
const ELSEWHERE: Record<string, string> = {
  "npm start": "the whole check",
  "npm test": "the whole check",
  "npm run test:faults": "the whole check, those that --quick chooses",
  "npm run cnn": "half a minute, judged by its own exit code; the same parts as in test/e2e",
  "npm run setup:python": "loads some hundred megabytes",
  "swarm trainer check": "needs that Python: test/cli/trainerCheck.test.ts and test/trainers",
  "swarm node run --home clinic-4 --trainer": "needs that Python: test/e2e/trainers.test.ts",
  "cd examples/trainers": "needs numpy: test/trainers",
  "swarm audit --home auditor --archive archive": "needs numpy: test/core/merge/recompute.test.ts",
};

const startsWith =
  (block: string) =>
  (beginning: string): boolean =>
    block.startsWith(beginning);

const inWalk = shellBlocks(read("README.md"), "## By hand, in separate terminals");

test("every command block of README, guides and reference is marked as one, and typed by a test", () => {
  for (const file of DOCUMENTS) {
    for (const { language, text, line } of blocksOf(read(file))) {
      const where = `${file}:${line}`;
      const isCommands = /^(swarm|npm|npx|python3?) [a-z.-]/m.test(text);
      assert.ok(!isCommands || language.startsWith("sh"), `${where} has commands: mark it with sh`);
      if (!language.startsWith("sh") || (file in WHOLE && (file !== "README.md" || inWalk.includes(text)))) continue;
      const isTyped = REFERENCE.some(({ file: of, block }) => of === file && text.startsWith(block));
      assert.ok(isTyped || Object.keys(ELSEWHERE).some(startsWith(text)), `${where} is typed by no test:\n${text}`);
    }
  }
});

test("what is said to be typed stands in a document", () => {
  const blocks = DOCUMENTS.flatMap((file) => blocksOf(read(file)).map(({ text }) => ({ file, text })));
  for (const { file, block } of REFERENCE)
    assert.ok(
      blocks.some((each) => each.file === file && each.text.startsWith(block)),
      `${file}: ${block}`,
    );
  for (const beginning of Object.keys(ELSEWHERE))
    assert.ok(
      blocks.some(({ text }) => text.startsWith(beginning)),
      beginning,
    );
  for (const [file, by] of Object.entries(WHOLE))
    assert.ok(read(join("test/docs", by)).includes(file), `${by} types ${file}`);
});

test(
  "commands of the reference documents do what they say, on a practice network",
  { timeout: LIMIT + 20_000, skip: process.platform === "win32" },
  async (t) => {
    const signal = AbortSignal.any([t.signal, AbortSignal.timeout(LIMIT)]);
    await using terminals = await openTerminals('export PATH="$PWD/node_modules/.bin:$PATH"', signal);
    const started = await terminals.type("npm start -- --fresh --rounds 2");
    assert.equal(started.code, 0, started.output);
    const chain = terminals.open("cd .swarm/start && swarm chain start --dir chain");
    await chain.shows(/runs at/);
    for (const typed of REFERENCE) await type(terminals, typed);
    assert.equal(await chain.interrupt(), 130);
  },
);

async function type(terminals: Shell, typed: Typed): Promise<void> {
  const { file, block, at, before, instead = {}, shows, until, code = 0 } = typed;
  const text = blocksOf(read(file)).find((each) => each.text.startsWith(block))?.text as string;
  const network = "export SWARM_PASSWORD_FILE=password SWARM_NETWORK=deployment.json; cd .swarm/start";
  const prefix = at === "network" ? `${network}\n` : "";
  if (before !== undefined) {
    const done = await terminals.type(`${prefix}${before}`);
    assert.equal(done.code, 0, `before ${file}: ${block}\n${done.output}`);
  }
  const script = Object.entries(instead).reduce((whole, [from, to]) => whole.replaceAll(from, to), text);
  if (!Array.isArray(shows)) {
    const { code: ended, output } = await terminals.type(`${prefix}${script}`);
    assert.equal(ended, code, `${file}:\n${script}\n${output}`);
    assert.match(output, shows, `${file}:\n${script}`);
    return;
  }
  const lines = script.split("\n");
  assert.equal(lines.length, shows.length, `${file}: ${block}`);
  const staying: Terminal[] = [];
  for (const [i, line] of lines.entries()) {
    // Lines for one folder follow each other, those for several are there together.
    const terminal = terminals.open(`${prefix}${line.replace(/ +#.*/, "")}`);
    await terminal.shows(shows[i] as RegExp);
    staying.push(terminal);
  }
  if (until !== undefined) await staying[0]?.shows(until);
  for (const terminal of staying.toReversed()) assert.equal(await terminal.interrupt(), 130, terminal.output());
}

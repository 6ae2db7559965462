import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import type { Command } from "commander";
import { buildProgram } from "../../node/cli/program.ts";
import { read, root } from "./support/walk.ts";

const documents = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "node/README.md",
  "examples/digits/README.md",
  "examples/digits-cnn/README.md",
  "examples/wdbc/README.md",
  "examples/trainers/README.md",
  ...globSync("docs/*.md", { cwd: root }),
];
const each = documents.map((path) => ({ path, text: read(path) }));

test("links between documents lead somewhere", () => {
  const links = each.flatMap(({ path, text }) =>
    [...text.matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)].map(([, target]) => ({ path, target: target as string })),
  );
  assert.ok(links.length > 10);
  for (const { path, target } of links)
    assert.ok(existsSync(join(root, dirname(path), target)), `${path} links to ${target}`);
});

test("error codes that docs/OPERATIONS.md explains exist", () => {
  const code = globSync("node/**/*.ts", { cwd: root })
    .map((path) => readFileSync(join(root, path), "utf8"))
    .join("\n");
  const codes = new Set(
    [...read("docs/OPERATIONS.md").matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g)].map(([, name]) => name as string),
  );
  for (const name of codes)
    assert.ok(name.startsWith("SWARM_") || code.includes(`"${name}"`), `${name} is thrown nowhere`);
  assert.ok(codes.size > 50);
});

/** `swarm ...` as it stands in code: in blocks a line's, elsewhere a span's. */
function commandsIn(text: string): string[] {
  const blocks = [...text.matchAll(/^```\w*\n([\s\S]*?)^```$/gm)].map(([, block]) =>
    (block as string).replaceAll("\\\n", " "),
  );
  const spans = [...text.replaceAll(/^```[\s\S]*?^```$/gm, "").matchAll(/`([^`]+)`/g)].map(
    ([, span]) => span as string,
  );
  return [...blocks.flatMap((block) => block.split("\n")), ...spans].flatMap((line) =>
    [...line.matchAll(/(?<![\w/.-])swarm ((?:[a-z]|--)[^|;&()\n]*)/g)].map(([, words]) => (words as string).trim()),
  );
}

test("commands and options that documents name exist", () => {
  const program = buildProgram(async () => {});
  for (const { path, text } of each) {
    for (const line of commandsIn(text)) {
      let command: Command = program;
      const words = line.split(/\s+/);
      while (command.commands.length > 0 && words[0] !== undefined && !words[0].startsWith("-")) {
        const name = words.shift() as string;
        const next: Command | undefined = command.commands.find((one) => one.name() === name);
        assert.ok(next, `${path}: there is no "swarm ${line}"`);
        command = next;
      }
      const known = new Set(["--help", "--version", ...command.options.map(({ long }) => long ?? "")]);
      for (const word of words)
        if (word.startsWith("--")) assert.ok(known.has(word), `${path}: "swarm ${line}" has no ${word}`);
    }
  }
});

test("npm scripts that documents name exist", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  for (const { path, text } of each) {
    for (const [, name] of text.matchAll(/`?npm run (\w+)/g))
      assert.ok(scripts[name as string], `${path}: npm run ${name}`);
  }
  assert.match(read("README.md"), /(`|^)npm test\b/m);
});

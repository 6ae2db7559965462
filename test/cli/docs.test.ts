import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "node:test";
import { buildProgram } from "../../node/cli/program.ts";

const text = readFileSync(resolve(import.meta.dirname, "../../docs/COMMANDS.md"), "utf8");

test("docs/COMMANDS.md names every command and every variable of the environment that is read", () => {
  for (const group of buildProgram(async () => {}).commands) {
    const names = group.commands.length === 0 ? [""] : group.commands.map((command) => command.name());
    assert.ok(text.includes(`swarm ${group.name()}`), group.name());
    // In a row for several commands of a group only the first has the group's name before it.
    for (const name of names) assert.match(text, new RegExp(`\`[^\`]*\\b${name}\\b`), `${group.name()} ${name}`);
    for (const { envVar } of group.commands.flatMap(({ options }) => options)) {
      if (envVar !== undefined) assert.ok(text.includes(envVar), envVar);
    }
  }
});

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Command } from "commander";
import { buildProgram } from "../../node/cli/program.ts";

let performed = 0;
const program = buildProgram(async () => void performed++);

test("every command's help says what it does and shows an example that the command line accepts", async (t) => {
  for (const { path, command } of leaves(program, [])) {
    await t.test(path.join(" "), async () => {
      const help = helpOf(command);
      assert.ok(command.description().length > 20, "a description");
      const lines = help.split("\n").filter((line) => line.trim().startsWith("$ "));
      assert.ok(lines.length > 0, "an example");
      for (const line of lines) {
        assert.ok(line.trim().startsWith(`$ swarm ${path.join(" ")}`), `the example is of this command: ${line}`);
        const before = performed;
        await buildProgram(async () => void performed++).parseAsync(["node", ...line.trim().split(" ").slice(1)]);
        assert.equal(performed, before + 1, `the command line accepts ${line}`);
      }
      assert.match(help, /--help/);
    });
  }
});

test("commands that print data have --json", () => {
  for (const { path, command } of leaves(program, [])) {
    assert.ok(
      command.options.some(({ long }) => long === "--json"),
      path.join(" "),
    );
  }
});

test("the walk that an operator goes is there", () => {
  const paths = leaves(program, []).map(({ path }) => path.join(" "));
  const walk = [
    ["chain start", "deploy", "account create", "account show"],
    [
      "license grant",
      "license approve",
      "license list",
      "license pending",
      "license suspend",
      "license confirm",
      "license unsuspend",
      "license revoke",
    ],
    ["council show", "council add", "council remove", "council threshold", "council pause", "council unpause"],
    ["node init", "node register", "node run", "node show", "node rotate-keys", "node backup", "node restore"],
    ["task create", "task approve", "task show", "task list", "task join"],
    ["status", "model get", "model list", "model export", "model import", "evaluate", "predict", "audit"],
  ].flat();
  for (const wanted of walk) assert.ok(paths.includes(wanted), wanted);
});

test("the program's help lists exit codes, environment and the way from nothing to a trained model", () => {
  const help = helpOf(program);
  for (const word of ["Exit codes: 0", "130", "SWARM_NETWORK", "SWARM_HOME", "SWARM_PASSWORD_FILE", "swarm task join"])
    assert.ok(help.includes(word), word);
});

function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({ writeOut: (part) => void (text += part) });
  command.outputHelp();
  return text;
}

function leaves(command: Command, path: string[]): { path: string[]; command: Command }[] {
  const children = command.commands.filter((child) => child.name() !== "help");
  return children.length === 0
    ? [{ path, command }]
    : children.flatMap((child) => leaves(child, [...path, child.name()]));
}

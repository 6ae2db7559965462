import assert from "node:assert/strict";
import { test } from "node:test";
import { buildProgram } from "../../node/cli/program.ts";

/** What the command line was understood as. */
async function parsed(...words: string[]): Promise<unknown> {
  let understood: unknown;
  const program = buildProgram(async (options) => void (understood = options));
  for (const command of [program, ...program.commands.flatMap((group) => [group, ...group.commands])])
    command.configureOutput({ writeErr: () => undefined });
  await program.parseAsync(words, { from: "user" });
  return understood;
}

test("a run takes an engine by name", async () => {
  for (const engine of ["auto", "wasm", "native"])
    assert.equal(((await parsed("node", "run", "--engine", engine)) as { engine: string }).engine, engine);
});

test("an engine that there is not is refused, and so is one beside a trainer", async () => {
  await assert.rejects(parsed("node", "run", "--engine", "gpu"), { code: "commander.invalidArgument" });
  await assert.rejects(parsed("node", "run", "--engine", "wasm", "--trainer", "./mine"), {
    code: "commander.conflictingOption",
  });
});

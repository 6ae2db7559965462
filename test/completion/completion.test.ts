import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { SCRIPTS, type Shell } from "../../node/cli/commands/completion.ts";
import { allOf, treeOf } from "../../node/cli/completion/tree.ts";
import { buildProgram } from "../../node/cli/program.ts";
import { makeTempFolder } from "../ports/support.ts";

const tree = treeOf(buildProgram(async () => {}));
const program = (shell: Shell): string => process.env[shell.toUpperCase()] ?? shell;
const without = (shell: Shell): string | false =>
  spawnSync(program(shell), ["-c", "true"]).status === 0 ? false : `${shell} is not here`;

/** What the shell offers at the end of a line. The last word is the one that is being typed; empty for a new one. */
async function offers(t: TestContext, shell: "bash" | "fish", ...words: string[]): Promise<string[]> {
  const folder = await makeTempFolder(t);
  for (const name of ["rows.csv", "a file.csv"]) writeFileSync(join(folder, name), "");
  writeFileSync(join(folder, "script"), SCRIPTS[shell](tree));
  const asked =
    shell === "bash"
      ? `source ./script; COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length - 1}; _swarm; printf '%s\\n' "\${COMPREPLY[@]}"`
      : `source ./script; complete -C '${words.join(" ")}'`;
  const flags = shell === "bash" ? ["--norc", "--noprofile"] : ["--no-config"];
  const { stdout, stderr, status } = spawnSync(program(shell), [...flags, "-c", asked], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, HOME: folder },
  });
  assert.deepEqual([status, stderr], [0, ""]);
  return stdout
    .split("\n")
    .map((line) => line.split("\t")[0] as string)
    .filter(Boolean)
    .sort();
}

for (const shell of ["bash", "fish"] as const) {
  test(`${shell} completes commands, their options, choices and files`, { skip: without(shell) }, async (t) => {
    assert.deepEqual(await offers(t, shell, "swarm", ""), tree.commands.map(({ name }) => name).sort());
    assert.deepEqual(await offers(t, shell, "swarm", "node", "r"), ["register", "restore", "rotate-keys", "run"]);
    assert.deepEqual(await offers(t, shell, "swarm", "node", "run", "--engine", ""), ["auto", "native", "wasm"]);
    assert.deepEqual(await offers(t, shell, "swarm", "completion", "f"), ["fish"]);
    assert.deepEqual(await offers(t, shell, "swarm", "node", "run", "--me"), ["--metrics"]);
    // After an option with its value the command is still the same.
    assert.deepEqual(await offers(t, shell, "swarm", "--json", "node", "--home", "x", "run", "--onc"), ["--once"]);
    assert.deepEqual(await offers(t, shell, "swarm", "node", "init", "--data", "r"), ["rows.csv"]);
    assert.deepEqual(await offers(t, shell, "swarm", "node", "run", "--metrics", ""), []);
    assert.deepEqual(await offers(t, shell, "swarm", "nothing", "--f"), []);
  });
}

test("bash offers every command's every option", { skip: without("bash") }, async (t) => {
  for (const { path, options, commands } of allOf(tree).filter((_, i) => i % 7 === 0)) {
    const flags = options.flatMap((option) => option.flags).filter((flag) => flag.startsWith("--"));
    assert.deepEqual(await offers(t, "bash", ...path.split(" "), "--"), flags.sort(), path);
    if (commands.length > 0) assert.ok((await offers(t, "bash", ...path.split(" "), "")).length === commands.length);
  }
});

test("the scripts are ones that their shells read", async (t) => {
  const folder = await makeTempFolder(t);
  for (const shell of ["bash", "zsh", "fish"] as const) {
    if (without(shell)) {
      t.diagnostic(`${shell} is not here`);
      continue;
    }
    const file = join(folder, shell);
    writeFileSync(file, SCRIPTS[shell](tree));
    const { status, stderr } = spawnSync(program(shell), ["-n", file], { encoding: "utf8" });
    assert.deepEqual([status, stderr], [0, ""], shell);
  }
});

test("the tree knows files from words by the names of values", () => {
  const init = allOf(tree).find(({ path }) => path === "swarm node init");
  const kindOf = (flag: string) => init?.options.find(({ flags }) => flags.includes(flag))?.value.kind;
  assert.equal(kindOf("--data"), "file");
  assert.equal(kindOf("--home"), "file");
  assert.equal(kindOf("--listen"), "free");
  assert.equal(kindOf("--json"), "none");
});

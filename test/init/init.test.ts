import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test, type TestContext } from "node:test";
import type { Ask } from "../../node/adapters/terminal/ask.ts";
import { askAnswers, DEFAULT_HOME } from "../../node/cli/initAnswers.ts";
import { type Desk, openDesk } from "../cli/support/swarm.ts";
import { hasTerminals, typeInTerminal } from "../cli/support/pty.ts";
import { done, typing } from "../cli/support/typing.ts";
import { makeTempFolder } from "../ports/support.ts";

let desk: Desk;
before(async () => void (desk = await openDesk()));
after(async () => desk[Symbol.asyncDispose]());
const { refused } = typing(() => desk);

/** Somebody who gives these answers, one after another, again where one is refused. */
function answering(...answers: string[]): { ask: Ask; problems: string[]; asked: string[] } {
  const problems: string[] = [];
  const asked: string[] = [];
  const ask: Ask = async ({ message, default: usual, problem }) => {
    asked.push(message);
    for (;;) {
      const answer = answers.shift();
      assert.ok(answer !== undefined, `no answer is left for: ${message}`);
      const meant = answer === "" ? (usual ?? "") : answer;
      const found = problem?.(meant);
      if (found === undefined) return meant;
      problems.push(found);
    }
  };
  return { ask, problems, asked };
}

async function rows(t: TestContext): Promise<string> {
  const path = join(await makeTempFolder(t), "rows.csv");
  await writeFile(path, "a,b\n");
  return path;
}

test("questions end in what node init is given; what is impossible is asked again", async (t) => {
  const data = await rows(t);
  const { ask, problems, asked } = answering(
    "",
    "/nowhere.csv",
    data,
    "",
    "here",
    "/ip4/0.0.0.0/tcp/4001",
    "",
    "/dns4/node.example/tcp/4001",
  );
  assert.deepEqual(await askAnswers(ask, {}), {
    home: DEFAULT_HOME,
    data,
    listen: ["/ip4/0.0.0.0/tcp/4001"],
    announce: ["/dns4/node.example/tcp/4001"],
  });
  assert.equal(asked.length, 5);
  assert.match(
    problems.join("\n"),
    /^there is nothing at \/nowhere.csv\nAn address is written like .*\nothers need one$/,
  );
});

test("what the command line says is not asked", async (t) => {
  const data = await rows(t);
  const given = { home: "x", data, network: data, listen: ["/ip4/127.0.0.1/tcp/1"] };
  const { ask, asked } = answering();
  assert.deepEqual(await askAnswers(ask, given), given);
  assert.deepEqual(asked, []);
  const quick = answering("", "");
  assert.deepEqual(await askAnswers(quick.ask, { home: "x", network: data }), { home: "x", network: data });
});

test("without a terminal nothing is asked and nothing made, unless --yes says so", async (t) => {
  assert.match(await refused("init --home a", 2, "USAGE_INVALID"), /--yes/);
  assert.equal(existsSync(join(desk.dir, "a")), false);
  const data = await rows(t);
  done(await desk.swarm(["init", "--yes", "--data", data]));
  const settings = await readFile(join(desk.dir, DEFAULT_HOME, "node.yaml"), "utf8");
  assert.match(settings, /^listen:\n {2}- \/ip4\/127\.0\.0\.1\/tcp\/\d+$/m);
  assert.match(settings, /^data: .*rows\.csv$/m);
  assert.equal(await refused("init --yes", 2, "HOME_EXISTS").then((text) => text.includes("node show")), true);
});

test(
  "at a terminal a weak password is asked again, and the answers before it are kept",
  { skip: !hasTerminals },
  async (t) => {
    const data = await rows(t);
    const { code, shown } = await typeInTerminal(
      desk.dir,
      ["init"],
      [
        [/Folder for/, "typed"],
        [/rows, a file/, data],
        [/deployment file/, ""],
        [/Address to listen on/, ""],
        [/New password .*\(at least 8 characters/, "abc"],
        [/too weak\. New password/, "correct horse"],
        [/The same again/, "correct house"],
        [/differ\. New password/, "correct horse"],
        [/The same again/, "correct horse"],
      ],
    );
    assert.equal(code, 0, shown);
    assert.match(await readFile(join(desk.dir, "typed/node.yaml"), "utf8"), /^data: .*rows\.csv$/m);
    assert.doesNotMatch(shown, /abc|correct/);
  },
);

import assert from "node:assert/strict";
import { cp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { readNodeFile, writeNodeFile } from "../../node/adapters/taskfile/nodeFile.ts";
import type { Watched } from "../e2e/support/daemon.ts";
import { openScene, type Scene } from "./support/scene.ts";

/** A clinic's folder is copied while its daemon runs, and a second daemon is started in the copy: two of them act with one key. */

const CLINIC = 1;
let scene: Scene;
let copy: string;
let second: Watched;

before(async () => {
  scene = await openScene();
  await scene.startAll();
});

after(async () => scene?.[Symbol.asyncDispose]());

test("both daemons of the clinic warn that somebody else acts with their key, and the rounds go on", async () => {
  const home = scene.swarm.at.clinics[CLINIC] as string;
  copy = `${home}-copy`;
  await scene.includedAfter(CLINIC, 1);
  await cp(home, copy, { recursive: true });
  // What a copy on another machine finds: the lock names a host that is not its own, and an operator deletes it.
  await rm(join(copy, "lock"));
  const file = join(copy, "node.yaml");
  await writeNodeFile(file, { ...(await readNodeFile(file)), listen: [`/ip4/127.0.0.1/tcp/${await freePort()}`] });
  second = scene.swarm.run(CLINIC, ["--verbose"], copy);
  await second.ready;
  scene.say(`a copy of clinic-${CLINIC + 1}'s folder runs beside the first, ready in round ${scene.lastRound() + 1}`);
  const first = scene.daemons[CLINIC] as Watched;
  const warning = /another program (acts|sends) with this node's key/;
  const said = await Promise.all([first.says(warning), second.says(warning)]);
  for (const [i, line] of said.entries()) scene.say(`the ${["first", "second"][i]} says: ${line.trim().slice(0, 120)}`);
  const from = scene.lastRound();
  for (const clinic of [0, 1, 2, 3]) await scene.includedAfter(clinic, from + 3, (clinic + 2) % 4);
  scene.say(`from round ${from + 1} on the rounds go on with all four`);
});

test("nobody diverges: the second daemon reports the same models as the network", async () => {
  const theirs = new Map(
    (scene.daemons[0] as Watched).events
      .filter(({ event }) => event === "round")
      .map(({ round, modelHash }) => [round, modelHash]),
  );
  // The last one may have reached the second daemon only.
  const own = second.events.filter(({ event, round }) => event === "round" && theirs.has(round));
  assert.ok(own.length >= 3);
  for (const { round, modelHash } of own) assert.equal(modelHash, theirs.get(round), `round ${round}`);
  for (const home of [scene.swarm.at.clinics[CLINIC] as string, copy]) {
    const log = await readFile(join(home, "daemon.log"), "utf8");
    assert.match(log, /"code":"(KEY_USED_ELSEWHERE|CHAIN_NONCE_CONTESTED)"/);
  }
});

test("the second one stopped, the first goes on alone and undisturbed; one model a round at all, and the audit is right", async () => {
  await second.stop();
  scene.say("the second daemon was stopped");
  const log = scene.log(CLINIC);
  // Acts of the second that were under way may still be told of in the round that was open.
  const from = scene.lastRound() + 2;
  await scene.includedAfter(CLINIC, from);
  log.rest();
  await scene.includedAfter(CLINIC, scene.lastRound() + 2);
  const later = log.rest().filter((line) => /KEY_USED_ELSEWHERE|CHAIN_NONCE_CONTESTED/.test(line));
  assert.deepEqual(later, []);
  await scene.settle({ doubled: [CLINIC] });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}

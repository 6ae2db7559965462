import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openDesk, type Desk } from "./support/swarm.ts";
import { done, typing } from "./support/typing.ts";

let desk: Desk;
before(async () => void (desk = await openDesk()));
after(async () => desk[Symbol.asyncDispose]());
const { run, json, refused } = typing(() => desk);

test("keys come back from a backup, with the same account", async () => {
  const { account: clinic } = await json("node init --home clinic");
  await json("node backup keys.age --home clinic");
  await refused("node backup keys.age --home clinic", 2, "FILE_EXISTS");
  assert.equal((await json("node restore keys.age --home again")).account, clinic);
  await refused("node restore keys.age --home again", 2, "HOME_EXISTS");
  const { stdout } = done(await run("node init --home again"));
  assert.match(stdout, new RegExp(`If ${clinic} has a licence it needs no new one`));
  await json("account create --home lone");
  await json("node backup lone.age --home lone");
  assert.doesNotMatch(done(await run("node restore lone.age --home lone-again")).stdout, /node init/);
});

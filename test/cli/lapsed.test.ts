import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { writeRows, writeTask } from "./support/files.ts";
import { openDesk, type Desk } from "./support/swarm.ts";
import { typing } from "./support/typing.ts";

/** What operators hear whose licence is suspended or expired, on a real local chain with one licensor. */

let desk: Desk;
let rpc: string;
const accounts: Record<string, string> = {};
const { json, refused } = typing(() => desk);

before(async () => {
  desk = await openDesk();
  await writeRows(desk.dir, "rows.csv", 60);
  await writeTask(desk.dir, "task.yaml");
  const chain = await desk.start(["chain", "start", "--dir", "chain", "--port", "0", "--json"]);
  rpc = JSON.parse(chain.firstLine).rpcUrl;
  const node = (home: string) => json(`node init --home ${home} --data rows.csv --network net.json`);
  const made = await Promise.all([json("account create --home a"), node("suspended"), node("expired")]);
  for (const [i, name] of ["a", "suspended", "expired"].entries()) accounts[name] = made[i].account;
  await json(`deploy --home a --rpc ${rpc} --licensor ${accounts.a} --threshold 1 --out net.json`);
  for (const name of ["suspended", "expired"]) {
    await json(`license grant ${accounts[name]} --days 30 --home a --network net.json`);
    await json(`node register --home ${name}`);
  }
  const { taskId } = await json("task create task.yaml --home suspended");
  accounts.task = taskId;
  await json(`task approve ${taskId} --home a --network net.json`);
});

after(async () => desk?.[Symbol.asyncDispose]());

test("a suspended node can neither join nor register new keys, and hears until when", async () => {
  await json(`license suspend ${accounts.suspended} --home a --network net.json`);
  assert.match(
    await refused(`task join ${accounts.task} --home suspended`, 1, "NOT_ELIGIBLE"),
    /suspended until .*licensing authority/,
  );
  assert.match(
    await refused("node rotate-keys --home suspended", 1, "NOT_LICENSED"),
    /suspended until .*licensing authority/,
  );
});

test("an expired licence is named with its end", async () => {
  const post = (method: string, ...params: unknown[]) =>
    fetch(rpc, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    });
  await post("evm_increaseTime", 40 * 86_400);
  await post("evm_mine");
  assert.match(
    await refused(`task join ${accounts.task} --home expired`, 1, "NOT_ELIGIBLE"),
    /expired.*licensing authority/,
  );
  assert.match(await refused("node rotate-keys --home expired", 1, "NOT_LICENSED"), /expired.*licensing authority/);
});

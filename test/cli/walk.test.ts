import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openDisk } from "../../node/adapters/disk/openDisk.ts";
import { createLogger } from "../../node/adapters/system/logger.ts";
import { openDesk, type Desk } from "./support/swarm.ts";
import { done, typing } from "./support/typing.ts";
import { writeRows, writeTask } from "./support/files.ts";

/** The way from nothing to a joined task, typed by two licensors (threshold 2) and a clinic, on a real local chain. */

let desk: Desk;
let chain: Awaited<ReturnType<Desk["start"]>>;
let a: string, b: string, clinic: string, rpc: string, taskId: string, modelHash: string;

const { run, json, refused } = typing(() => desk);

before(async () => {
  desk = await openDesk();
  await writeRows(desk.dir, "rows.csv", 60);
  await writeTask(desk.dir, "task.yaml");
  chain = await desk.start(["chain", "start", "--dir", "chain", "--port", "0", "--json"]);
  rpc = JSON.parse(chain.firstLine).rpcUrl;
});

after(async () => desk[Symbol.asyncDispose]());

test("accounts and nodes are made without a network, each in its own folder", async () => {
  const made = await Promise.all([
    json("account create --home a"),
    json("account create --home b"),
    json("node init --home clinic --data rows.csv --network net.json"),
  ]);
  [a, b, clinic] = made.map(({ account }) => account) as [string, string, string];
  assert.equal(new Set([a, b, clinic]).size, 3);
  assert.match(made[2].peerId, /^16Uiu2/);
  assert.match(
    await readFile(join(desk.dir, "clinic/node.yaml"), "utf8"),
    /listen:\n {2}- \/ip4\/127\.0\.0\.1\/tcp\/\d+/,
  );
  assert.deepEqual((await json("account show --home a")).account, a);
  assert.equal((await json("node show --home clinic")).settings.data, join(desk.dir, "rows.csv"));
  await refused("node init --home clinic", 2, "HOME_EXISTS");
});

test("one of the licensors deploys; a second time is refused so that nobody loses a network's file", async () => {
  const deploy = `deploy --home a --rpc ${rpc} --licensor ${a} ${b} --threshold 2 --out net.json`;
  const deployed = await json(deploy);
  assert.equal(deployed.chainId, 31_337);
  assert.equal(deployed.minPhaseBlocks, 0);
  assert.ok(deployed.gas.NodeRegistry > 0 && deployed.gas.SwarmLedger > 0);
  assert.ok(existsSync(join(desk.dir, "net.json")));
  assert.match(await refused(deploy, 2, "DEPLOYMENT_EXISTS"), /--force/);
});

test("a clinic without a licence is told what to send to whom", async () => {
  assert.match(
    await refused("node register --home clinic", 1, "NOT_LICENSED"),
    new RegExp(`swarm license grant ${clinic}`),
  );
});

test("a licence takes both licensors, who type the same command", async () => {
  const first = await json(`license grant ${clinic} --days 365 --home a --network net.json`);
  assert.deepEqual([first.executed, first.approvals, first.missing, first.licensors], [false, 1, 1, [b]]);
  assert.deepEqual((await json("license list --network net.json")).licenses, []);

  const said = done(await run(`license grant ${clinic} --days 365 --home a --network net.json`)).stdout;
  assert.match(said, new RegExp(`1 of 2 approvals; ${b} must type:`));
  const again = await json(`license grant ${clinic} --days 365 --home a --network net.json`);
  assert.deepEqual([again.proposal, again.transaction], [first.proposal, undefined], "typing it twice changes nothing");
  const pending = await json("license pending --network net.json");
  assert.deepEqual(
    pending.proposals.map((each: { id: number }) => each.id),
    [first.proposal],
  );

  const second = await json(`license grant ${clinic} --days 365 --home b --network net.json`);
  assert.deepEqual([second.executed, second.proposal], [true, first.proposal]);
  const { licenses } = await json("license list --network net.json");
  assert.deepEqual([licenses[0].account, licenses[0].state, licenses[0].registered], [clinic, "active", false]);
  assert.deepEqual((await json("license pending --network net.json")).unregistered, [clinic]);
});

test("typing it again once it was executed proposes nothing; a clearly later end is a renewal", async () => {
  const third = await json(`license grant ${clinic} --days 365 --home a --network net.json`);
  assert.deepEqual([third.already, third.executed, third.proposal], [true, true, null]);
  const { stdout } = done(await run(`license grant ${clinic} --home b --network net.json`));
  assert.match(stdout, /is licensed already until .*; nothing to do/);
  assert.deepEqual((await json("license pending --network net.json")).proposals, []);
  const renewal = await json(`license grant ${clinic} --days 400 --home a --network net.json`);
  assert.deepEqual([renewal.executed, renewal.missing], [false, 1]);
  assert.equal((await json(`license grant ${clinic} --days 400 --home b --network net.json`)).executed, true);
});

test("an auditor's role is granted once, and its folder is not for a daemon", async () => {
  const { account } = await json("node init --home auditor --network net.json");
  assert.match(await refused("audit --home auditor", 1, "NOT_LICENSED"), /has no licence/);
  for (const home of ["a", "b"]) await json(`license grant ${account} --auditor --home ${home} --network net.json`);
  assert.match(await refused("audit --home auditor", 1, "NOT_LICENSED"), /has not registered its keys/);
  assert.equal((await json(`license grant ${account} --auditor --home a --network net.json`)).already, true);
  assert.match(await refused("node run --home auditor", 2, "USAGE_AUDITOR"), /swarm audit --home auditor/);
});

test("the node registers its keys and addresses; registering the same again sends nothing", async () => {
  const registered = await json("node register --home clinic");
  assert.deepEqual([registered.version, registered.registered], [1, true]);
  assert.equal((await json("node register --home clinic")).registered, false);
  const { licenses } = await json("license list --network net.json");
  assert.equal(licenses[0].peerId, registered.peerId);
});

test("keys rotate under the same licence, but not under a running daemon", async () => {
  const before = await json("node show --home clinic");
  const disk = await openDisk(join(desk.dir, "clinic"), { logger: createLogger({ level: "silent" }) });
  await refused("node rotate-keys --home clinic", 1, "DISK_LOCKED").finally(() => disk.close());
  assert.equal((await json("node show --home clinic")).peerId, before.peerId, "nothing was changed");

  const rotated = await json("node rotate-keys --home clinic");
  assert.deepEqual([rotated.account, rotated.version], [clinic, 2]);
  assert.notEqual(rotated.peerId, before.peerId);
  assert.notEqual(rotated.encryptionKey, before.encryptionKey);
  const { licenses } = await json("license list --network net.json");
  assert.equal(licenses[0].peerId, rotated.peerId);
  assert.equal((await json("node register --home clinic")).registered, false);
  await refused("node rotate-keys --home a --network net.json", 2, "KEY_NOT_A_NODE");
});

test("a task is checked before anything is sent: the file with line and column, the model against the task's tensors", async () => {
  await writeTask(desk.dir, "bad.yaml", {
    round: { f: 1, minPeers: 2, startMembers: 4, rounds: 5, submitSeconds: 10, attestSeconds: 10, mergeSeconds: 10 },
  });
  assert.match(await refused("task create bad.yaml --check", 2, "TASK_INVALID"), /bad\.yaml:\d+:\d+: round\.minPeers/);
  await refused("task create rows.csv --check", 2, "TASK_INVALID");
  await refused("task create task.yaml --check --model rows.csv", 2, "FILE_HEADER_TOO_LARGE");
  assert.match(done(await run("task create task.yaml --check")).stdout, /is valid: .*\nlocal work .*\n.*\nmerge rule /);
  assert.deepEqual((await json("task list --network net.json")).tasks, []);
});

test("a licensor cannot create a task, because nobody could get its first model", async () => {
  await refused("task create task.yaml --home a --network net.json", 1, "NOT_ELIGIBLE");
});

test("a node creates the task with other rounds than the file's, sealed to who is registered", async () => {
  assert.equal((await json("task create task.yaml --rounds 3 --check")).params.rounds, 3, "the file says 5");
  const disk = await openDisk(join(desk.dir, "clinic"), { logger: createLogger({ level: "silent" }) });
  const beside = await refused("task create task.yaml --rounds 3 --home clinic", 1, "DISK_LOCKED");
  await disk.close();
  assert.match(beside, /Nothing was sent\. End the daemon with Ctrl-C, type this again/);
  const created = await json("task create task.yaml --rounds 3 --home clinic");
  taskId = created.taskId;
  modelHash = created.params.modelHash;
  assert.equal(created.recipients, 1);
  assert.match(created.modelCid, /^bafk/);
  await refused("task create task.yaml --rounds 3 --home clinic", 1, "TASK_EXISTS");
});

test("the council looks at the task and its first model, and approves it, both again with one command", async () => {
  const hash = modelHash.slice(2);
  const model = `clinic/files/model/${hash.slice(0, 2)}/${hash}`;
  const shown = await json(`task show ${taskId.slice(0, 8)} --network net.json --model ${model}`);
  assert.equal(shown.model.isFirst, true);
  assert.deepEqual(shown.thresholds, { n: 4, f: 1, minPeers: 3, toStart: 4, toGoOn: 4, holders: 2, votes: 3 });
  assert.deepEqual([shown.document.name, shown.document.round.rounds], ["small", 3]);
  await refused("task join small --home clinic", 1, "TASK_NOT_APPROVED");
  assert.equal((await json("task approve small --home a --network net.json")).executed, false);
  assert.equal((await json(`task approve ${taskId} --home b --network net.json`)).executed, true);
  assert.equal((await json("task approve small --home b --network net.json")).already, true);
});

test("data that does not fit the task keeps a node from joining", async () => {
  await writeRows(desk.dir, "few.csv", 20);
  await writeRows(desk.dir, "text.csv", 60, "1,two,3,no");
  await refused("task join small --home clinic --data few.csv", 2, "DATA_TOO_FEW_RECORDS");
  assert.match(
    await refused("task join small --home clinic --data text.csv", 2, "CSV_NOT_A_NUMBER"),
    /text\.csv:2: column "b"/,
  );
});

test("joining is journaled (R7), remembered as the task to run, and done once", async () => {
  const result = done(await run("task join small --home clinic --json"));
  const joined = { ...result.json, text: result.stderr };
  assert.deepEqual([joined.member, joined.joined, joined.data.rows], [0, true, 60]);
  assert.match(await readFile(join(desk.dir, "clinic/journal.jsonl"), "utf8"), new RegExp(`"joined".*${taskId}`));
  assert.equal((await json("node show --home clinic")).settings.task, taskId);
  assert.equal((await json("task join small --home clinic")).joined, false);
  assert.deepEqual(joined.data.findings, (await json("data check rows.csv --task task.yaml")).findings);
  assert.match(joined.text, /fits the task: .*\nwarning \(not-normalized\): "c" far from 0/);
  assert.match(joined.text, /Joined small as member 1 of the 4 that the first round needs/);
});

test("status tells what the task waits for, to people and to programs", async () => {
  const status = await json("status --network net.json");
  assert.equal(status.tasks[0].state, "waiting");
  assert.deepEqual(
    status.tasks[0].members.map(({ account, eligible }: { account: string; eligible: boolean }) => [account, eligible]),
    [[clinic, true]],
  );
  const { stdout } = done(await run("status --network net.json --task small"));
  assert.match(stdout, /Waiting for 3 more members: 4 must be licensed, registered and joined, 1 is, for \d+/);
});

test("watching goes on until Ctrl-C", async () => {
  const watching = await desk.start(["status", "--network", "net.json", "--watch", "--json"]);
  assert.equal(JSON.parse(watching.firstLine).tasks.length, 1);
  assert.equal(await watching.interrupt(), 130);
});

test("one licensor suspends, the council lifts it and revokes", async () => {
  await json(`license suspend ${clinic} --home a --network net.json`);
  assert.equal((await json("license list --network net.json")).licenses[0].state, "suspended");
  await refused(`license suspend ${clinic} --home a --network net.json`, 1, "LEDGER_REFUSED");
  await json(`license unsuspend ${clinic} --home a --network net.json`);
  assert.equal((await json(`license unsuspend ${clinic} --home b --network net.json`)).executed, true);
  await refused(`license unsuspend ${clinic} --home a --network net.json`, 1, "LICENSE_NOT_SUSPENDED");
  await json(`license revoke ${clinic} --home a --network net.json`);
  assert.equal((await json(`license revoke ${clinic} --home b --network net.json`)).executed, true);
  assert.equal((await json(`license revoke ${clinic} --home b --network net.json`)).already, true);
  assert.equal((await json("license list --network net.json")).licenses[0].state, "revoked");
});

test("a council changes itself, and open proposals end with the old one", async () => {
  const open = await json("council pause --home a --network net.json");
  await refused("council threshold 3 --home a --network net.json", 2, "USAGE_INVALID");
  const change = await json("council threshold 1 --home a --network net.json");
  assert.equal((await json(`license approve ${change.proposal} --home b --network net.json`)).executed, true);
  await refused(`license approve ${open.proposal} --home b --network net.json`, 1, "PROPOSAL_CLOSED");
  assert.equal((await json(`license approve ${change.proposal} --home b --network net.json`)).already, true);
  for (const again of ["council threshold 1", `council add ${a} --threshold 1`])
    assert.equal((await json(`${again} --home b --network net.json`)).already, true, again);
  await refused(`council add ${a} --threshold 2 --home b --network net.json`, 2, "USAGE_INVALID");
  await refused("license approve 99 --home b --network net.json", 1, "PROPOSAL_UNKNOWN");
  assert.equal((await json("council pause --home b --network net.json")).already, undefined);
  assert.equal((await json("council pause --home b --network net.json")).already, true);
  const council = await json("council show --network net.json");
  assert.deepEqual([council.threshold, council.paused, council.licensors], [1, true, [a, b]]);
});

test("Ctrl-C stops the chain, and it comes back with its history", async () => {
  assert.equal(await chain.interrupt(), 130);
  await refused("status --network net.json", 1, "CHAIN_UNREACHABLE");
  chain = await desk.start(["chain", "start", "--dir", "chain", "--port", new URL(rpc).port]);
  const [, block] =
    /^A local chain \(id 31337\) runs at http:\S+, going on at block (\d+);/.exec(chain.firstLine) ?? [];
  assert.ok(Number(block) > 5, chain.firstLine);
  assert.equal((await json("status --network net.json")).tasks[0].taskId, taskId);
});

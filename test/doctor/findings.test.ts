import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { takeLock } from "../../node/adapters/disk/lock.ts";
import { checkLicense, checkRegistration } from "../../node/cli/doctor/membership.ts";
import { checkPeers } from "../../node/cli/doctor/peers.ts";
import { placeOf } from "../../node/cli/doctor/place.ts";
import { checkPorts } from "../../node/cli/doctor/ports.ts";
import { checkFit, checkRows } from "../../node/cli/doctor/rows.ts";
import { checkStore } from "../../node/cli/doctor/store.ts";
import { homeOf } from "../../node/cli/home.ts";
import type { LedgerEvent } from "../../node/core/ledger/events.ts";
import { account, HASH, joined, ledger, START } from "../cli/support/ledger.ts";
import { writeRows } from "../cli/support/files.ts";
import { makeTempFolder } from "../ports/support.ts";
import { taskDocument } from "../task/fixture.ts";

const DAY = 86_400;
const ME = account(0);

async function listening(t: TestContext): Promise<number> {
  const server = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** A port that was free a moment ago. */
async function free(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

test("a licence: missing, ending soon, ended, suspended, each with what to type", () => {
  const { view } = ledger(...joined(1));
  const state = (events: LedgerEvent[], now: number) => {
    const { state, text, fix } = checkLicense(ledger(...joined(1), ...events).view.registry, ME, now);
    return { state, said: `${text} ${fix ?? ""}` };
  };
  const end = START + 1_000_000;
  assert.equal(checkLicense(view.registry, ME, end - 15 * DAY).state, "good");
  const soon = state([], end - DAY);
  assert.equal(soon.state, "lacking");
  assert.match(soon.said, /ends soon.*swarm license grant 0x1111/);
  assert.equal(state([], end).state, "missing");
  const suspended: LedgerEvent = { type: "NodeSuspended", account: ME, licensor: account(8), until: START + 99 };
  assert.match(state([suspended], START + 9).said, /suspended until .*swarm license unsuspend 0x1111/);
  assert.match(state([{ type: "NodeRevoked", account: ME, grant: 1 }], START + 9).said, /is revoked .*license grant/);
  assert.match(checkLicense(view.registry, account(5), START).text, /has none/);
});

test("a registration is compared with keys and addresses, one by one", () => {
  const { view } = ledger(...joined(1));
  const found = view.registry.registrations.get(ME);
  assert.ok(found);
  const identity = { kind: "node", account: ME, peerId: found.peerId, encryptionKey: found.encryptionKey } as const;
  const check = (changes: object, addresses: string[] = []) =>
    checkRegistration(
      view.registry,
      { ...identity, ...changes } as Parameters<typeof checkRegistration>[1],
      addresses,
      "home",
    );
  assert.equal(check({}).state, "good");
  for (const [changes, addresses, what] of [
    [{ peerId: "other" }, [], "peer id"],
    [{ encryptionKey: HASH("9") }, [], "encryption key"],
    [{}, ["/ip4/127.0.0.1/tcp/1"], "addresses"],
  ] as const) {
    const { state, text, fix, data } = check(changes, [...addresses]);
    assert.deepEqual([state, fix, data?.differs], ["missing", "swarm node register --home home", [what]], text);
  }
  assert.equal(
    check({ peerId: "other" }, ["/ip4/127.0.0.1/tcp/1"]).text,
    "the ledger has another peer id and other addresses than this node: none there, /ip4/127.0.0.1/tcp/1 here",
  );
  assert.match(check({ account: account(7) }).text, /has not registered/);
});

test("peers are tried at their addresses; those that do not answer are named", async (t) => {
  const at = (member: number, ...ports: number[]): LedgerEvent => ({
    type: "NodeRegistered",
    account: account(member),
    version: 2,
    peerId: `peer${member}`,
    encryptionKey: HASH(String(member)),
    addresses: ports.map((port) => `/ip4/127.0.0.1/tcp/${port}`),
  });
  const [open, closed] = [await listening(t), await free()];
  const signal = new AbortController().signal;
  const check = (...events: LedgerEvent[]) =>
    checkPeers(ledger(...joined(3), ...events).view.registry, ME, START, (one) => one.slice(0, 4), signal);
  assert.equal((await check()).state, "good");
  // One address of several is enough.
  assert.equal((await check(at(1, closed, open))).state, "good");
  const some = await check(at(1, open), at(2, closed));
  assert.equal(some.state, "lacking");
  assert.match(some.text, /^1 of 2 other nodes can be reached; not 0x33$/);
  assert.deepEqual(some.data, { reached: [account(1)], unreached: [account(2)] });
  assert.equal((await check(at(2, closed))).state, "missing");
  // The revoked are nobody's peers.
  assert.equal((await check(at(2, closed), { type: "NodeRevoked", account: account(2), grant: 1 })).state, "good");
});

test("ports: free, taken by a stranger, or the node's own daemon's", async (t) => {
  const home = homeOf({ home: await makeTempFolder(t) });
  const [taken, port] = [await listening(t), await free()];
  const settings = (...ports: number[]) => ({ listen: ports.map((one) => `/ip4/127.0.0.1/tcp/${one}`) });
  assert.equal((await checkPorts(home, settings(port))).state, "good");
  const found = await checkPorts(home, settings(port, taken));
  assert.equal(found.state, "missing");
  assert.deepEqual(found.data, { host: "127.0.0.1", port: taken, code: "EADDRINUSE" });
  assert.equal((await checkPorts(home, { ...settings(port), metrics: taken })).data?.["port"], taken);
  const release = await takeLock(home.disk);
  assert.match((await checkPorts(home, settings(taken))).text, /own daemon runs \(process \d+\)/);
  await release();
  assert.equal((await checkPorts(home, settings(taken))).state, "missing");
});

test("the store's folder takes files, or says why not; rows are there or not", async (t) => {
  const home = homeOf({ home: await makeTempFolder(t) });
  assert.match((await checkStore(home)).text, /none yet/);
  await mkdir(home.ipfs);
  await writeFile(join(home.ipfs, "block"), Buffer.alloc(3 * 2 ** 20, 1));
  assert.match((await checkStore(home)).text, /^3\.\d MiB in /);
  // A file where the folder should be.
  const broken = { ...home, ipfs: join(home.ipfs, "block") };
  assert.equal((await checkStore(broken)).state, "missing");
  const there = checkRows(home, join(home.ipfs, "block"), false);
  assert.equal(there.state, "good");
  assert.match(there.text, /exists; held against a task when one is joined/);
  assert.match(checkRows(home, join(home.ipfs, "block"), true).text, /block exists$/);
  assert.equal(checkRows(home, join(home.dir, "none.csv"), false).state, "missing");
  assert.match(checkRows(home, undefined, false).fix ?? "", /data in .*node\.yaml/);
});

test("rows are held against a task as joining does", async (t) => {
  const dir = await makeTempFolder(t);
  const check = (name: string) => checkFit(taskDocument(), join(dir, name), new AbortController().signal);
  await writeRows(dir, "rows.csv", 60);
  const fits = await check("rows.csv");
  assert.deepEqual([fits?.state, fits?.data?.rows], ["good", 60]);
  await writeFile(join(dir, "other.csv"), "a,b,y\n1,2,no\n");
  const misfit = await check("other.csv");
  assert.deepEqual([misfit?.state, misfit?.data?.code], ["missing", "CSV_MISSING_COLUMN"]);
  assert.match(misfit?.fix ?? "", /other\.csv:1: no column "c"/);
  assert.equal(await check("none.csv"), undefined);
});

test("places of multiaddrs", () => {
  assert.deepEqual(placeOf("/ip4/192.0.2.7/tcp/4001"), { host: "192.0.2.7", port: 4001 });
  assert.deepEqual(placeOf("/dns4/a.example/tcp/1/p2p/16U"), { host: "a.example", port: 1 });
  assert.deepEqual(placeOf("/ip6/::1/tcp/1"), { host: "::1", port: 1 });
  for (const text of ["", "/ip4/1.2.3.4/udp/1", "/ip4/1.2.3.4/tcp/65536", "ip4/1.2.3.4/tcp/1"])
    assert.equal(placeOf(text), undefined, text);
});

import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { folderFiles } from "../../node/cli/audit/folders.ts";
import { createReach } from "../../node/cli/audit/reach.ts";
import { reachNodes } from "../../node/cli/audit/reachNodes.ts";
import type { Cli } from "../../node/cli/cli.ts";
import { SwarmError } from "../../node/core/errors.ts";
import { sha256 } from "../../node/core/hash.ts";
import { hasCode } from "../ports/support.ts";

/** What an audit does before and while nodes do not answer. */

const AWAY = ["0xa1", "0xa2"] as const;

function desk() {
  const notes: string[] = [];
  const stop = new AbortController();
  const out = {
    isJson: false,
    say: () => undefined,
    note: (text: string) => void notes.push(text),
    json: () => undefined,
  };
  const cli: Cli = { out, verbose: false, signal: stop.signal };
  return { cli, notes, stop };
}

const watch = { reaching: () => undefined };
const silent = { settle: async () => ({ nodes: 2, away: [...AWAY] }) };
const names = new Map([[AWAY[0], "clinic-1"]]);

test("where no node answers an audit fails at once, and says who was asked and what to do", async () => {
  const { cli } = desk();
  await assert.rejects(reachNodes(cli, silent, watch, { names, follow: false }), {
    code: "AUDIT_UNREACHABLE",
    message: /clinic-1 and 0xa2.*daemons run.*swarm doctor.*--from/,
  });
});

test("where some answer, those that do not are named and the audit goes on", async () => {
  const { cli, notes } = desk();
  await reachNodes(cli, { settle: async () => ({ nodes: 4, away: [AWAY[0]] }) }, watch, { names, follow: false });
  assert.deepEqual(notes, ["1 node does not answer: clinic-1; the others are asked"]);
});

test("an audit that follows waits for the first node, says so once, and Ctrl-C ends the waiting", async () => {
  const { cli, notes, stop } = desk();
  let looks = 0;
  const late = { settle: async () => ({ nodes: 2, away: ++looks < 3 ? [...AWAY] : [] }) };
  await reachNodes(cli, late, watch, { names, follow: true });
  assert.equal(looks, 3);
  assert.equal(notes.length, 1);
  const stopped = {
    settle: async () => {
      stop.abort(new SwarmError("STOPPED", "stopped"));
      throw stop.signal.reason;
    },
  };
  await reachNodes(cli, stopped, watch, { names, follow: true });
  await assert.rejects(reachNodes(cli, stopped, watch, { names, follow: false }), hasCode("STOPPED"));
});

test("where no node answers, an archive with files is checked all the same; an empty one is no help", async (t) => {
  const archive = await mkdtemp(join(tmpdir(), "swarm-archive-"));
  t.after(() => rm(archive, { recursive: true }));
  const { cli, notes } = desk();
  const options = { names, archive, follow: false };
  await assert.rejects(reachNodes(cli, silent, watch, options), hasCode("AUDIT_UNREACHABLE"));
  await store(archive);
  await reachNodes(cli, silent, watch, options);
  assert.match(notes.join(), /no node answers .* what is in .* is checked/);
});

test("a folder without a node's files is another than was meant: it accuses nobody, unless there are no files yet", async (t) => {
  const dir = await mkdtemp(join(tmpdir(), "swarm-insurer-"));
  t.after(() => rm(dir, { recursive: true }));
  await assert.rejects(folderFiles([dir], true), { code: "AUDIT_FOLDER_EMPTY", message: /holds no update or model/ });
  await folderFiles([dir], false);
  await store(dir);
  assert.equal((await folderFiles([dir], true)).nobody, "none of the folders named with --from");
});

async function store(dir: string): Promise<void> {
  const bytes = new Uint8Array([1, 2, 3]);
  const name = sha256(bytes).slice(2);
  await mkdir(join(dir, "files/model", name.slice(0, 2)), { recursive: true });
  await writeFile(join(dir, "files/model", name.slice(0, 2), name), bytes);
}

test("a node is down when it failed for long enough or took all of its time, until it connects again", () => {
  let now = 0;
  let connected = false;
  const reach = createReach({ connections: () => [{ peerId: "p", account: "0xa1", connected }] }, 1_000, () => now);
  const failed = new SwarmError("PEER_UNREACHABLE", "no connection");
  reach.failed("p", failed);
  assert.ok(!reach.isDown("p"), "a daemon may be starting");
  now = 1_000;
  reach.failed("p", failed);
  assert.ok(reach.isDown("p"));
  now = 1e9;
  assert.ok(reach.isDown("p"), "it is dialled all the time; who comes back is connected");
  connected = true;
  assert.ok(!reach.isDown("p"));
  reach.failed("p", new SwarmError("PEER_TIMEOUT", "too slow"));
  assert.ok(reach.isDown("p"), "connected, but it gives nothing");
  now += 60_000;
  assert.ok(!reach.isDown("p"), "asked again, rarely");
  reach.answered("p");
  reach.failed("p", failed);
  assert.ok(!reach.isDown("p"));
});

test("what is connected is waited for no longer than others take; who is not connected then is down", async () => {
  let now = 0;
  const there = { peerId: "p", account: AWAY[0], connected: true };
  const gone = { peerId: "q", account: AWAY[1], connected: false };
  const connections = () => {
    now += 1_000;
    return [there, gone];
  };
  const reach = createReach({ connections }, 1_000, () => now);
  const peer = { role: "node" as const, addresses: ["/ip4/127.0.0.1/tcp/1"] };
  const nodes = [there, gone].map(({ peerId, account }) => ({ ...peer, peerId, account }));
  const seen: number[] = [];
  const away = await reach.settle(nodes, { signal: AbortSignal.timeout(60_000), onLook: (n) => seen.push(n) });
  assert.deepEqual(
    away.map(({ peerId }) => peerId),
    ["q"],
  );
  assert.equal(seen[0], 1);
  assert.deepEqual([reach.isDown("p"), reach.isDown("q")], [false, true]);
});

import assert from "node:assert/strict";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { freeBytes, usedBytes } from "../../node/adapters/disk/usage.ts";
import { createMonitorApp, STUCK_SECONDS } from "../../node/adapters/http/monitorApp.ts";
import { startHeartbeat } from "../../node/adapters/system/heartbeat.ts";
import { monitorAddress, monitorAddressOf } from "../../node/cli/monitorAddress.ts";
import { createLogCollector, hasCode, makeTempFolder } from "../ports/support.ts";

test("a process that stood still is not healthy, a node that lacks something is not ready", async () => {
  let seconds = 0;
  const parts = { chain: false, keys: true };
  const app = createMonitorApp({
    metrics: { read: async () => ({ text: "swarm_round 1\n", type: "text/plain; version=0.0.4" }) },
    stoodStill: () => seconds,
    ready: () => parts,
    names: [],
    logger: createLogCollector().logger,
  });
  const ask = async (path: string, host = "localhost", method = "GET") => {
    const answer = await app.fetch(new Request(`http://${host}${path}`, { method, headers: { host } }));
    return [answer.status, await answer.text()] as const;
  };
  assert.deepEqual(await ask("/metrics"), [200, "swarm_round 1\n"]);
  assert.equal((await ask("/metrics", "evil.example"))[0], 403);
  assert.equal((await ask("/healthz"))[0], 200);
  seconds = STUCK_SECONDS;
  assert.deepEqual(await ask("/healthz"), [503, JSON.stringify({ healthy: false, stoodStillSeconds: STUCK_SECONDS })]);
  assert.deepEqual(await ask("/readyz"), [503, JSON.stringify({ ready: false, chain: false, keys: true })]);
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS"])
    assert.equal((await ask("/metrics", "localhost", method))[0], 405);
  parts.chain = true;
  assert.equal((await ask("/readyz"))[0], 200);
});

test("a heartbeat tells of a pause while it lasts and for half a minute after it, and of nothing else", (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  let time = 0;
  using heart = startHeartbeat(() => time);
  const beats = (count: number): void => {
    for (let i = 0; i < count; i++) {
      time += 1000;
      t.mock.timers.tick(1000);
    }
  };
  beats(5);
  assert.equal(heart.stoodStill(), 0);
  time += 13_000;
  assert.equal(heart.stoodStill(), 12);
  t.mock.timers.tick(1000);
  assert.equal(heart.stoodStill(), 12);
  beats(29);
  assert.equal(heart.stoodStill(), 12);
  beats(2);
  assert.equal(heart.stoodStill(), 0);
});

test("a folder's size is that of its files, however deep; links lead nowhere", async (t) => {
  const folder = await makeTempFolder(t);
  const elsewhere = await makeTempFolder(t);
  await mkdir(join(folder, "a", "b"), { recursive: true });
  await writeFile(join(folder, "one"), Buffer.alloc(100_000, 1));
  await writeFile(join(folder, "a", "b", "two"), Buffer.alloc(50_000, 1));
  await writeFile(join(elsewhere, "large"), Buffer.alloc(1_000_000, 1));
  await symlink(elsewhere, join(folder, "link"));
  const used = await usedBytes(folder);
  assert.ok(used >= 150_000 && used < 400_000, String(used));
  assert.equal(await usedBytes(join(folder, "absent")), 0);
  assert.ok((await freeBytes(folder)) > 0);
});

test("figures are served on loopback unless a host is named", () => {
  assert.deepEqual(monitorAddress("9464"), { host: "127.0.0.1", port: 9464 });
  assert.deepEqual(monitorAddress("0.0.0.0:0"), { host: "0.0.0.0", port: 0 });
  assert.deepEqual(monitorAddress("[::1]:80"), { host: "::1", port: 80 });
  assert.deepEqual(monitorAddress("monitor.example:9464"), { host: "monitor.example", port: 9464 });
  for (const text of ["", "host", "65536", "::1:80", "http://a:1", "a b:1", "-1"])
    assert.throws(() => monitorAddress(text), /A port such as 9464/, text);
});

test("the command line and the environment go before node.yaml", () => {
  const settings = { listen: ["/ip4/127.0.0.1/tcp/1"] };
  const given = { host: "127.0.0.1", port: 1 };
  assert.equal(monitorAddressOf(given, { ...settings, metrics: 2 }), given);
  assert.deepEqual(monitorAddressOf(undefined, { ...settings, metrics: 2 }), { host: "127.0.0.1", port: 2 });
  assert.equal(monitorAddressOf(undefined, settings), undefined);
  assert.throws(() => monitorAddressOf(undefined, { ...settings, metrics: "a:99999" }), hasCode("NODE_FILE_METRICS"));
});

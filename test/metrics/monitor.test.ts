import assert from "node:assert/strict";
import { hostname } from "node:os";
import { test, type TestContext } from "node:test";
import { startMonitor } from "../../node/cli/monitor.ts";
import { monitorAddress, monitorNames } from "../../node/cli/monitorAddress.ts";
import type { PeerComponents } from "../../node/daemon/components.ts";
import { account, joined, ledger, opened, TASK } from "../cli/support/ledger.ts";
import { ask } from "../http/support/ask.ts";
import { createLogCollector, hasCode, makeTempFolder } from "../ports/support.ts";
import { samplesOf } from "./support/samples.ts";

const COMPONENTS = {
  learner: { engine: "memory 1" },
  network: {
    addresses: () => ["/memory/1"],
    connections: () => [],
    traffic: () => ({ sent: 1, received: 2 }),
  },
} as unknown as Pick<PeerComponents, "learner" | "network">;

async function start(t: TestContext) {
  const address = monitorAddress("0");
  const stop = new AbortController();
  const home = { dir: await makeTempFolder(t) };
  const { logger } = createLogCollector();
  const monitor = await startMonitor({ address, home, logger, signal: stop.signal });
  t.after(() => monitor[Symbol.asyncDispose]());
  const { port } = new URL(monitor.url);
  const at = { port: Number(port) };
  return { monitor, at, home, logger, stop };
}

test("a node becomes ready part by part: keys, network, chain; and is not while the chain is away", async (t) => {
  const { monitor, at } = await start(t);
  const ready = async () => {
    const { status, body } = await ask(at, "/readyz");
    const { ready: isReady, ...parts } = JSON.parse(body) as Record<string, boolean>;
    const figure = samplesOf((await ask(at, "/metrics")).body).get("swarm_ready");
    assert.deepEqual([isReady, figure], [status === 200, status === 200 ? 1 : 0]);
    return Object.keys(parts).filter((name) => parts[name]);
  };
  assert.deepEqual(await ready(), []);
  assert.equal((await ask(at, "/healthz")).status, 200);
  monitor.unlocked();
  assert.deepEqual(await ready(), ["keys"]);
  const observer = monitor.started(COMPONENTS, { account: account(0), taskId: TASK, earlyStopping: undefined });
  assert.deepEqual(await ready(), ["keys", "network"]);
  // An endpoint that answers is not a history that was read.
  observer.connection?.({ up: true });
  assert.deepEqual(await ready(), ["keys", "network"]);
  const { view, now } = ledger(...joined(4), opened);
  observer.ledger?.(view, now);
  assert.deepEqual(await ready(), ["chain", "keys", "network"]);
  observer.connection?.({ up: false });
  assert.deepEqual(await ready(), ["keys", "network"]);
  observer.connection?.({ up: true });
  assert.deepEqual(await ready(), ["chain", "keys", "network"]);
});

test("where nobody names a host only this machine is served, and a port that is taken is an error", async (t) => {
  const { monitor, at, home, logger, stop } = await start(t);
  assert.match(monitor.url, /^http:\/\/127\.0\.0\.1:/);
  const again = startMonitor({ address: monitorAddress(String(at.port)), home, logger, signal: stop.signal });
  await assert.rejects(again, hasCode("HTTP_PORT_IN_USE"));
  assert.equal((await ask(at, "/metrics", { headers: { host: "monitor.example" } })).status, 403);
});

test("a server for other machines is asked by this machine's name, too", () => {
  assert.deepEqual(monitorNames("0.0.0.0"), ["0.0.0.0", hostname()]);
  assert.deepEqual(monitorNames("monitor.example"), ["monitor.example", hostname()]);
  for (const host of ["127.0.0.1", "localhost", "::1"]) assert.deepEqual(monitorNames(host), [], host);
});

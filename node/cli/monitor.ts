import { freeBytes, usedBytes } from "../adapters/disk/usage.ts";
import { createMonitorApp } from "../adapters/http/monitorApp.ts";
import { serveHttp } from "../adapters/http/serve.ts";
import { createPrometheus } from "../adapters/metrics/prometheus.ts";
import { startHeartbeat } from "../adapters/system/heartbeat.ts";
import { PROTOCOL_VERSION } from "../core/primitives.ts";
import type { PeerComponents, PeerObserver } from "../daemon/components.ts";
import { measure, type MeasureInit } from "../daemon/measure.ts";
import { tellAll } from "../daemon/observers.ts";
import type { Logger } from "../ports/logger.ts";
import type { Home } from "./home.ts";
import { type MonitorAddress, monitorNames } from "./monitorAddress.ts";

/** Walking through a large folder takes a while: its size is taken this often at the most, milliseconds. */
const USED_EVERY_MS = 60_000;

export interface Monitor extends AsyncDisposable {
  readonly url: string;
  /** The keys are open. */
  unlocked(): void;
  /** The engine and the network run. @returns what the daemon is to tell */
  started(components: Pick<PeerComponents, "learner" | "network">, init: MeasureInit): PeerObserver;
}

export interface MonitorInit {
  address: MonitorAddress;
  home: Pick<Home, "dir">;
  logger: Logger;
  signal: AbortSignal;
}

/** Serves a daemon's figures from before its keys are open until it ends. @throws SwarmError HTTP_PORT_IN_USE, HTTP_CANNOT_LISTEN */
export async function startMonitor({ address, home, logger, signal }: MonitorInit): Promise<Monitor> {
  await using closing = new AsyncDisposableStack();
  const heartbeat = closing.use(startHeartbeat());
  const metrics = closing.adopt(createPrometheus({ logger }), (it) => it.close());
  const parts = { chain: false, keys: false, network: false };
  const isReady = (): boolean => Object.values(parts).every(Boolean);
  metrics.onRead(() => metrics.set("swarm_ready", isReady() ? 1 : 0));
  metrics.onRead(async () => metrics.set("swarm_disk_free_bytes", await freeBytes(home.dir)));
  let measuredAt = Number.NEGATIVE_INFINITY;
  metrics.onRead(async () => {
    if (performance.now() - measuredAt < USED_EVERY_MS) return;
    measuredAt = performance.now();
    metrics.set("swarm_disk_used_bytes", await usedBytes(home.dir));
  });
  const names = monitorNames(address.host);
  const app = createMonitorApp({
    metrics,
    stoodStill: () => heartbeat.stoodStill(),
    ready: () => parts,
    names,
    logger,
  });
  const server = closing.use(await serveHttp(app, { ...address, logger, signal }));
  const close = closing.move();
  return {
    url: server.url,
    unlocked: () => void (parts.keys = true),
    started: ({ learner, network }, init) => {
      metrics.set("swarm_info", 1, { protocol: String(PROTOCOL_VERSION), engine: learner.engine });
      parts.network = network.addresses().length > 0;
      let isRead = false;
      const followed: PeerObserver = {
        ledger: () => void (isRead = parts.chain = true),
        connection: ({ up }) => void (parts.chain = up && isRead),
      };
      return tellAll(followed, measure(metrics, network, init));
    },
    [Symbol.asyncDispose]: () => close.disposeAsync(),
  };
}

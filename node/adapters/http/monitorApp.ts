import type { Logger } from "../../ports/logger.ts";
import type { Metrics } from "../../ports/metrics.ts";
import { createApp } from "./createApp.ts";
import { type Fetching, readOnly } from "./readOnly.ts";
import { hostGuard } from "./guards.ts";

export interface MonitorInit {
  metrics: Pick<Metrics, "read">;
  /** Seconds for which the process answered nobody, lately. */
  stoodStill: () => number;
  /** What a node needs for taking part, and whether it is there. */
  ready: () => Readonly<Record<string, boolean>>;
  /** Names that the server is reached by, besides those of this machine alone. */
  names: readonly string[];
  logger: Logger;
}

/** A process that answers nobody for so long is not well, seconds. */
export const STUCK_SECONDS = 10;

/**
 * What a monitor asks a daemon: `/metrics` in Prometheus' text format; `/healthz`, 503 where the process stood still, which a restart may mend;
 * `/readyz`, 503 with what is missing where the node cannot take part yet, which a restart does not mend.
 */
export function createMonitorApp({ metrics, stoodStill, ready, names, logger }: MonitorInit): Fetching {
  const app = createApp({ logger });
  app.use(hostGuard({ names }));
  app.get("/metrics", async (context) => {
    const { text, type } = await metrics.read();
    return context.body(text, 200, { "content-type": type });
  });
  app.get("/healthz", (context) => {
    const seconds = stoodStill();
    const isWell = seconds < STUCK_SECONDS;
    return context.json({ healthy: isWell, stoodStillSeconds: seconds }, isWell ? 200 : 503);
  });
  app.get("/readyz", (context) => {
    const parts = ready();
    const isReady = Object.values(parts).every(Boolean);
    return context.json({ ready: isReady, ...parts }, isReady ? 200 : 503);
  });
  return readOnly(app);
}

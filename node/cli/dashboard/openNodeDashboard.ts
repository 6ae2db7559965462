import { join } from "node:path";
import type { PeerObserver } from "../../daemon/components.ts";
import { type DashboardPlace, openDashboard } from "./openDashboard.ts";
import { rememberDoing, type ShownNode, showNode } from "./nodeEntries.ts";

/** Where a dashboard listens when nobody says. */
export const DASHBOARD_PORT = 4780;

export interface NodeDashboardInit {
  port: number;
  place: Omit<DashboardPlace, "port" | "audit" | "auditIsNamed">;
  node: Omit<ShownNode, "dashboard" | "signal">;
}

export interface NodeDashboard extends AsyncDisposable {
  url: string;
  /** Takes the place of the observer that was given. */
  observer: PeerObserver;
}

/**
 * A daemon's own dashboard, with what only the daemon knows. Once it runs, nothing that happens to it reaches the daemon: trouble goes to the log.
 * @throws SwarmError HTTP_PORT_IN_USE, HTTP_CANNOT_LISTEN
 */
export async function openNodeDashboard(
  observer: PeerObserver,
  { port, place, node }: NodeDashboardInit,
): Promise<NodeDashboard> {
  const { logger } = place;
  const stop = new AbortController();
  const signal = AbortSignal.any([place.signal, stop.signal]);
  const dashboard = await openDashboard({ ...place, port, audit: join(node.dir, "audit.json"), signal });
  const remembered = rememberDoing(observer);
  const trouble = (error: unknown): void => {
    logger.warn("the dashboard shows no news any more", { error });
    dashboard.dashboard.connection(false);
  };
  dashboard.ended.catch(trouble);
  const showing = showNode({ ...node, dashboard: dashboard.dashboard, signal }, remembered.doing).catch(trouble);
  return {
    url: dashboard.url,
    observer: remembered.observer,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await dashboard[Symbol.asyncDispose]();
      await showing;
    },
  };
}

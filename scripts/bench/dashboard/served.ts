import { resolve } from "node:path";
import { loadAssets } from "../../../node/adapters/http/dashboard/assets.ts";
import { createDashboardApp } from "../../../node/adapters/http/dashboard/dashboardApp.ts";
import type { STREAM_LIMITS } from "../../../node/adapters/http/dashboard/eventStreams.ts";
import { type HttpServer, serveHttp } from "../../../node/adapters/http/serve.ts";
import { commandOf, describeAct } from "../../../node/cli/words/acts.ts";
import type { Address } from "../../../node/core/primitives.ts";
import { Dashboard } from "../../../node/dashboard/dashboard.ts";
import type { Logger } from "../../../node/ports/logger.ts";

export const TOKEN = "c0ffee00c0ffee00c0ffee00";
export const PAGE = resolve(import.meta.dirname, "../../../node/dashboard/page");

let runs = 0;

/** A dashboard that knows nothing yet, at this time (unix seconds). */
export const emptyDashboard = (now: number, names: ReadonlyMap<Address, string> = new Map()): Dashboard =>
  new Dashboard({
    run: `run-${++runs}`,
    network: { chainId: 31_337, registry: `0x${"a".repeat(40)}`, ledger: `0x${"b".repeat(40)}`, finality: "at once" },
    names,
    words: { describe: describeAct, command: commandOf },
    clock: { now: () => now * 1000 },
  });

const nothing = (): void => undefined;
const QUIET: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing, child: () => QUIET };

export interface ServedDashboard extends AsyncDisposable {
  server: HttpServer;
  /** With the token. */
  url: string;
}

export async function serveDashboard(
  source: Dashboard,
  {
    port = 0,
    limits = {},
    logger = QUIET,
  }: { port?: number; limits?: Partial<Record<keyof typeof STREAM_LIMITS, number>>; logger?: Logger } = {},
): Promise<ServedDashboard> {
  const stop = new AbortController();
  const { signal } = stop;
  const app = createDashboardApp({ source, assets: await loadAssets(PAGE), token: TOKEN, logger, signal, limits });
  const server = await serveHttp(app, { port, logger, signal });
  return {
    server,
    url: `${server.url}/#token=${TOKEN}`,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await server.close();
    },
  };
}

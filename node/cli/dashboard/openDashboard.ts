import { join } from "node:path";
import { loadAssets } from "../../adapters/http/dashboard/assets.ts";
import { createDashboardApp } from "../../adapters/http/dashboard/dashboardApp.ts";
import { serveHttp } from "../../adapters/http/serve.ts";
import { createRandom } from "../../adapters/system/random.ts";
import { Dashboard } from "../../dashboard/dashboard.ts";
import type { Ledger } from "../../ports/ledger.ts";
import type { Logger } from "../../ports/logger.ts";
import type { NetworkChoice } from "../network.ts";
import { cliClock } from "../system.ts";
import { commandOf, describeAct } from "../words/acts.ts";
import { finalityWords } from "../words/finality.ts";
import { readAuditFile } from "./auditFile.ts";
import { followLedger } from "./followLedger.ts";
import { watchFiles } from "./watchFiles.ts";

export interface DashboardPlace {
  network: Pick<NetworkChoice, "deployment" | "names">;
  /** Read by a follower of its own; stays the caller's. */
  ledger: Ledger;
  /** A node's records of its rounds. */
  rounds?: string;
  /** An audit's report; a missing one is waited for, but for one that was named. */
  audit?: string | undefined;
  auditIsNamed?: boolean;
  port: number;
  logger: Logger;
  /** Ends it. */
  signal: AbortSignal;
}

export interface OpenDashboard extends AsyncDisposable {
  /** With the token, which is nowhere else. */
  url: string;
  dashboard: Dashboard;
  /** Resolves once the signal has ended it. @throws what ends the following of the ledger */
  ended: Promise<void>;
}

/** Bytes of chance in a token. */
const TOKEN_BYTES = 24;

/**
 * Serves the page on 127.0.0.1 and keeps it up to date.
 * @throws SwarmError HTTP_PORT_IN_USE, HTTP_CANNOT_LISTEN, AUDIT_REPORT_INVALID of a report that was named
 */
export async function openDashboard(place: DashboardPlace): Promise<OpenDashboard> {
  const { network, ledger, port, logger } = place;
  const { chainId, registry, ledger: contract, finality } = network.deployment;
  const { bytes } = createRandom();
  const dashboard = new Dashboard({
    run: Buffer.from(bytes(6)).toString("hex"),
    network: { chainId, registry, ledger: contract, finality: finalityWords(finality) },
    names: network.names,
    words: { describe: describeAct, command: commandOf },
    clock: cliClock(),
  });
  if (place.audit !== undefined && place.auditIsNamed === true) dashboard.setAudit(await readAuditFile(place.audit));
  const token = Buffer.from(bytes(TOKEN_BYTES)).toString("base64url");
  const stop = new AbortController();
  const signal = AbortSignal.any([place.signal, stop.signal]);
  const assets = await loadAssets(join(import.meta.dirname, "../../dashboard/page"));
  const app = createDashboardApp({ source: dashboard, assets, token, logger, signal });
  const server = await serveHttp(app, { port, logger, signal });
  const following = followLedger(ledger, dashboard, signal);
  const watching = watchFiles({ ...place, dashboard, view: following.view, signal });
  const ended = Promise.all([following.ended, watching]).then(() => undefined);
  // Whoever awaits `ended` is told; it is no unhandled rejection for others.
  ended.catch(() => undefined);
  return {
    url: `${server.url}/#token=${token}`,
    dashboard,
    ended,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await server.close();
      await ended.catch(() => undefined);
    },
  };
}

import { join, resolve } from "node:path";
import { createLedger } from "../../adapters/chain/ledger.ts";
import type { Cli, NetworkOptions } from "../cli.ts";
import { openDashboard } from "../dashboard/openDashboard.ts";
import { homeOf } from "../home.ts";
import { chooseNetwork } from "../network.ts";
import { cliClock, cliLogger } from "../system.ts";

interface Options extends NetworkOptions {
  port: number;
  auditReport?: string;
}

/** `swarm dashboard`: a read-only page about the network, for this machine's browsers, until Ctrl-C. */
export async function run(cli: Cli, options: Options): Promise<undefined> {
  const choice = await chooseNetwork(options);
  const { deployment, rpcUrl } = choice;
  const home = options.home === undefined ? undefined : homeOf(options);
  const logger = cliLogger(cli);
  await using closing = new AsyncDisposableStack();
  const chain = { deployment, rpcUrl, logger, clock: cliClock() };
  const ledger = closing.adopt(await createLedger(chain, { signal: cli.signal }), (it) => it.close());
  const audit = options.auditReport === undefined ? undefined : resolve(options.auditReport);
  const dashboard = closing.use(
    await openDashboard({
      network: choice,
      ledger,
      ...(home ? { rounds: home.rounds } : {}),
      audit: audit ?? (home && join(home.dir, "audit.json")),
      auditIsNamed: audit !== undefined,
      port: options.port,
      logger,
      signal: cli.signal,
    }),
  );
  cli.out.json({ url: dashboard.url });
  cli.out.say(`The dashboard is at\n  ${dashboard.url}\nWhoever has this address can read all of it. Ctrl-C ends it.`);
  await dashboard.ended;
  return undefined;
}

import { type ChainLedger, createLedger } from "../adapters/chain/ledger.ts";
import type { NetworkView } from "../core/ledger/view/network.ts";
import type { LedgerAct } from "../core/ledger/acts.ts";
import type { ActReceipt } from "../ports/ledger.ts";
import type { Signer } from "../ports/signer.ts";
import type { Cli, NetworkOptions } from "./cli.ts";
import { readNetwork, readUntil } from "./ledger.ts";
import { cliClock, cliLogger } from "./system.ts";
import { chooseNetwork, type NetworkChoice } from "./network.ts";

/** A connection to the network and what was read of it. */
export interface Session extends NetworkChoice, AsyncDisposable {
  ledger: ChainLedger;
  view: NetworkView;
  /** Unix seconds as far as licences and deadlines go: the chain's time, or this machine's where that is later. */
  now(): number;
  /** Sends an act and reads on until it counts. @throws SwarmError as `Ledger.send` */
  send(act: LedgerAct): Promise<ActReceipt>;
}

/**
 * Connects, checks that it is the network's chain, and replays its history.
 * @throws SwarmError as `chooseNetwork`, `createLedger` and `readNetwork`
 */
export async function openSession(cli: Cli, options: NetworkOptions, signer?: Signer): Promise<Session> {
  const choice = await chooseNetwork(options);
  const { deployment, rpcUrl } = choice;
  const logger = cliLogger(cli);
  const clock = cliClock();
  const ledger = await createLedger(
    { deployment, rpcUrl, ...(signer ? { signer } : {}), logger, clock },
    { signal: cli.signal },
  );
  try {
    const view = await readNetwork(ledger, cli.signal);
    return {
      ...choice,
      ledger,
      view,
      now: () => Math.max(view.timestamp, Math.floor(clock.now() / 1000)),
      async send(act) {
        const receipt = await ledger.send(act, { signal: cli.signal });
        if (receipt.block > view.head && deployment.finality.kind !== "immediate")
          cli.out.note("sent; waiting until its block is final");
        await readUntil(ledger, view, receipt.block, cli.signal);
        return receipt;
      },
      [Symbol.asyncDispose]: () => ledger.close(),
    };
  } catch (error) {
    await ledger.close();
    throw error;
  }
}

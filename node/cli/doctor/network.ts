import type { NodeFile } from "../../adapters/taskfile/nodeFile.ts";
import { SwarmError } from "../../core/errors.ts";
import type { Cli, NetworkOptions } from "../cli.ts";
import type { Home } from "../home.ts";
import { nodeSettings } from "../home.ts";
import { readPublic } from "../identity.ts";
import { nameIn } from "../names.ts";
import { counted } from "../output/units.ts";
import { openSession, type Session } from "../session.ts";
import { checkedDocument } from "../taskCheck.ts";
import { findTask } from "../tasks.ts";
import { type Finding, good, missing, withFix } from "./check.ts";
import { judgeClock } from "./clock.ts";
import { checkLicense, checkRegistration } from "./membership.ts";
import { checkPeers } from "./peers.ts";
import { checkFit } from "./rows.ts";

/** What to do about each way in which a chain is not the network's. Other errors say it themselves. */
const FIXES: Record<string, string> = {
  CHAIN_UNREACHABLE: "does the endpoint run, is its URL right (--rpc), does a firewall or proxy intervene?",
  CHAIN_OTHER_GENESIS: "correct --rpc or the deployment file: they belong to different chains",
  CHAIN_CODE_MISSING: "wait until the endpoint has synced, or name another with --rpc",
  CHAIN_CODE_MISMATCH: "stop, and find out why other contracts are there before going on",
  CHAIN_VERSION: "install the release that belongs to the network",
};

/**
 * All that takes the network: chain, clock, rows for the joined task, licence, registration, peers. Without a network only the clock is told.
 * @param isGiven whether the rows were held against a task's file instead
 */
export async function checkNetwork(
  cli: Cli,
  options: NetworkOptions,
  home: Home | undefined,
  isGiven: boolean,
): Promise<Finding[]> {
  try {
    const settings = home && (await nodeSettings(home));
    if ((options.network ?? settings?.network) === undefined) {
      const clock = judgeClock(Date.now() / 1000, undefined);
      if (home === undefined || settings === undefined) return [clock];
      const fix = `ask whoever deployed the network for its deployment file, and name it as network in ${home.nodeFile}`;
      return [withFix(missing("chain", "node.yaml names no network"), fix), clock];
    }
    await using session = await openSession(cli, options);
    const found = [checkChain(session), judgeClock(Date.now() / 1000, session.view.timestamp)];
    if (home === undefined || settings === undefined) return found;
    const fit = isGiven ? [] : await checkJoined(cli, session, settings);
    return [...found, ...fit, ...(await checkNode(cli, session, home, settings.announce ?? settings.listen))];
  } catch (error) {
    if (!(error instanceof SwarmError) || cli.signal.aborted) throw error;
    const found = missing("chain", error.message, { code: error.code });
    const fix = FIXES[error.code];
    const clock = missing("clock", "it cannot be compared with the chain's", { code: error.code });
    return [fix === undefined ? found : withFix(found, fix), clock];
  }
}

/** That a session is open means that the genesis, the contracts and their version are the network's. */
function checkChain({ rpcUrl, deployment, view }: Session): Finding {
  const tasks = counted(view.tasks.size, "task");
  const text = `${new URL(rpcUrl).origin} is the network's chain ${deployment.chainId}, block ${view.head}; ${tasks}`;
  return good("chain", text, { chainId: deployment.chainId, head: view.head, genesis: deployment.genesisHash });
}

/** Whether the rows still are what the task that was joined trains on. */
async function checkJoined({ signal }: Cli, { view }: Session, { task, data }: NodeFile): Promise<Finding[]> {
  if (task === undefined) return [];
  try {
    const fit = await checkFit(checkedDocument(findTask(view, task)), data, signal);
    return fit ? [fit] : [];
  } catch (error) {
    if (!(error instanceof SwarmError) || signal.aborted) throw error;
    return [missing("rows for task", error.message, { code: error.code })];
  }
}

async function checkNode(cli: Cli, session: Session, home: Home, addresses: string[]): Promise<Finding[]> {
  const { registry } = session.view;
  const identity = await readPublic(home);
  const now = session.now();
  return [
    checkLicense(registry, identity.account, now),
    checkRegistration(registry, identity, addresses, home.dir),
    await checkPeers(registry, identity.account, now, nameIn(session.names), cli.signal),
  ];
}

import type { Deployment } from "../../adapters/chain/deployment.ts";
import { createLiveText, isLive } from "../../adapters/terminal/liveText.ts";
import { OLD_BLOCK_SECONDS } from "../../core/round/waiting/lastBlock.ts";
import type { NetworkView } from "../../core/ledger/view/network.ts";
import type { Cli, NetworkOptions } from "../cli.ts";
import { homeOf } from "../home.ts";
import { lastHints } from "../lastHints.ts";
import { watchNetwork } from "../ledger.ts";
import { counted, utc } from "../output/units.ts";
import { openProposals } from "../proposals.ts";
import { openSession } from "../session.ts";
import { findTask } from "../tasks.ts";
import type { NetworkChoice } from "../network.ts";
import { taskStatus } from "../taskStatus.ts";
import { watchLive } from "../watchLive.ts";
import { finalityWords } from "../words/finality.ts";
import { licenseState } from "../words/licenses.ts";
import { taskStatusText } from "../words/taskStatus.ts";

interface Options extends NetworkOptions {
  task?: string;
  watch?: boolean;
}

export async function run(cli: Cli, options: Options): Promise<undefined> {
  await using session = await openSession(cli, options);
  const { ledger, now } = session;
  if (options.watch === true && !cli.out.isJson && isLive(process.stdout)) {
    using live = createLiveText(process.stdout);
    const choice = { ...session, oldAfter: oldAfter(session.deployment) };
    await watchLive(watchNetwork(ledger, cli.signal), live, choice, options, now);
    return undefined;
  }
  await print(cli, options, session, session.view, now());
  if (options.watch !== true) return undefined;
  // The first look replays what was just printed.
  let isNews = false;
  let wasUp = true;
  for await (const { view, events, isUp } of watchNetwork(ledger, cli.signal)) {
    if (isUp !== wasUp) cli.out.note(`the chain's endpoint ${isUp ? "answers again" : "does not answer"}`);
    wasUp = isUp;
    if (isNews && events > 0) {
      cli.out.say("");
      await print(cli, options, session, view, Math.max(view.timestamp, now()));
    }
    isNews = true;
  }
  return undefined;
}

async function print(
  cli: Cli,
  options: Options,
  { deployment, names }: NetworkChoice,
  view: NetworkView,
  now: number,
): Promise<void> {
  const { registry } = view;
  const standsOut = options.home === undefined ? undefined : await lastHints(homeOf(options).rounds, names);
  const chosen = options.task === undefined ? [...view.tasks.values()] : [findTask(view, options.task)];
  const tasks = chosen.map((task) => taskStatus(view, task, now, { names, oldAfter: oldAfter(deployment) }));
  const licensed = [...registry.licenses.keys()].filter((account) => licenseState(registry, account, now) === "active");
  const network = {
    chainId: deployment.chainId,
    registry: deployment.registry,
    ledger: deployment.ledger,
    finality: deployment.finality,
    head: view.head,
    timestamp: view.timestamp,
    licensors: [...registry.licensors],
    threshold: registry.threshold,
    paused: registry.paused,
    licensed: licensed.length,
    registered: licensed.filter((account) => registry.registrations.has(account)).length,
    openProposals: openProposals(registry).map(({ id }) => id),
  };
  cli.out.json({ network, tasks, ...(standsOut ? { standsOut } : {}) });
  cli.out.say(
    `Network on chain ${network.chainId}, block ${network.head} (${utc(network.timestamp)}); events count ${finalityWords(deployment.finality)}\n` +
      `  council: ${network.threshold} of ${counted(network.licensors.length, "licensor")}${network.paused ? "; the opening of rounds is PAUSED" : ""}` +
      `${network.openProposals.length > 0 ? `; ${counted(network.openProposals.length, "open proposal")} (swarm license pending)` : ""}\n` +
      `  ${counted(network.licensed, "licensed account")}, ${network.registered} registered`,
  );
  if (tasks.length === 0) cli.out.say("  no task yet (swarm task create)");
  for (const task of tasks) cli.out.say(`\n${taskStatusText(task)}`);
  if (standsOut) cli.out.say(`\nIn round ${standsOut.round}, ${standsOut.text}.`);
}

/** Seconds that a block takes at the most on usual chains, and that finality takes where it is the chain's own. */
const BLOCK_SECONDS = 15;
const FINALITY_SECONDS = 1_800;

/** After how many seconds the last block that counts is old: it is behind the chain's last one by what finality takes. */
function oldAfter({ finality }: Deployment): number {
  if (finality.kind === "finalized") return OLD_BLOCK_SECONDS + FINALITY_SECONDS;
  return OLD_BLOCK_SECONDS + (finality.kind === "confirmations" ? finality.blocks * BLOCK_SECONDS : 0);
}

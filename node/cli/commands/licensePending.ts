import type { Cli, NetworkOptions } from "../cli.ts";
import { table } from "../output/table.ts";
import { missingLicensors, openProposals } from "../proposals.ts";
import { openSession } from "../session.ts";
import { commandOf, describeAct } from "../words/acts.ts";
import { licenseState } from "../words/licenses.ts";

export async function run(cli: Cli, options: NetworkOptions): Promise<undefined> {
  await using session = await openSession(cli, options);
  const { view } = session;
  const { registry } = view;
  const proposals = openProposals(registry).map((proposal) => ({
    id: proposal.id,
    act: proposal.act,
    words: describeAct(proposal.act, view),
    approvals: proposal.approvedBy,
    threshold: registry.threshold,
    missing: missingLicensors(registry, proposal),
    command: commandOf(proposal.act, proposal.id),
  }));
  const unregistered = [...registry.licenses.keys()].filter(
    (account) => licenseState(registry, account, session.now()) === "active" && !registry.registrations.has(account),
  );
  cli.out.json({ proposals, unregistered });
  if (proposals.length === 0 && unregistered.length === 0) cli.out.say("Nothing is pending.");
  if (proposals.length > 0) {
    const rows = proposals.map(({ id, words, approvals, threshold, command }) => [
      id,
      words,
      `${approvals.length} of ${threshold}`,
      command,
    ]);
    cli.out.say(table(["ID", "PROPOSAL", "APPROVALS", "TO APPROVE"], rows));
  }
  if (unregistered.length > 0) {
    cli.out.say(
      `Licensed, but without a registered node yet (its operator types "swarm node register"):\n  ${unregistered.join("\n  ")}`,
    );
  }
  return undefined;
}

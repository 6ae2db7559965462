import type { Cli, NetworkOptions } from "../cli.ts";
import { facts } from "../output/table.ts";
import { counted } from "../output/units.ts";
import { openProposals } from "../proposals.ts";
import { openSession } from "../session.ts";
import { describeAct } from "../words/acts.ts";

export async function run(cli: Cli, options: NetworkOptions): Promise<undefined> {
  await using session = await openSession(cli, options);
  const { registry } = session.view;
  const licensors = [...registry.licensors];
  const open = openProposals(registry);
  cli.out.say(
    facts([
      ["licensors", licensors.join("\n")],
      ["threshold", `${registry.threshold} of ${licensors.length}`],
      ["rounds", registry.paused ? "paused: none opens until the council unpauses" : "may open"],
      [
        "proposals",
        open.length === 0
          ? "none open"
          : open.map(({ id, act }) => `${id}: ${describeAct(act, session.view)}`).join("\n"),
      ],
    ]),
  );
  if (open.length > 0) cli.out.say(`${counted(open.length, "open proposal")}; see "swarm license pending".`);
  cli.out.json({
    licensors,
    threshold: registry.threshold,
    epoch: registry.epoch,
    paused: registry.paused,
    proposals: open.map(({ id, act, approvedBy }) => ({ id, act, approvals: approvedBy })),
  });
  return undefined;
}

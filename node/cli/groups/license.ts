import { type Command, Option } from "commander";
import { type Definitions, examples, lazily } from "../define.ts";
import { withAccount, withNetwork } from "../options.ts";
import { address, moment, whole } from "../parse.ts";

export function defineLicense(program: Command, definitions: Definitions): void {
  const license = program.command("license").description("licences: who may take part");

  const grant = withAccount(
    license
      .command("grant")
      .description(
        "license an account: proposes it, or approves another licensor's open proposal for the same; renews a licence that would end clearly earlier",
      )
      .argument("<account>", "the account that the clinic sent", address)
      .addOption(
        new Option("--until <day>", "last day of the licence (UTC), or a moment")
          .argParser(moment)
          .conflicts(["days", "auditor"]),
      )
      .addOption(
        new Option(
          "--days <n>",
          "length of the licence from today on (default: 365); agrees with another licensor's proposal of the last 7 days",
        )
          .argParser(whole(1, 36_500))
          .conflicts("auditor"),
      )
      .option("--auditor", "grant the auditor's role instead, which may read everything and has no expiry"),
  );
  examples(
    grant,
    "swarm license grant 0x1111111111111111111111111111111111111111 --days 365 --home insurer-a",
    "swarm license grant 0x1111111111111111111111111111111111111111 --until 2027-12-31 --home insurer-a",
    "swarm license grant 0x2222222222222222222222222222222222222222 --auditor --home insurer-a",
  );
  lazily(grant, definitions, () => import("../commands/licenseGrant.ts"));

  const approve = withAccount(
    license
      .command("approve")
      .description("approve an open proposal of the council by its number, after showing what it is about")
      .argument("<id>", "number of the proposal (see `swarm license pending`)", whole(1)),
  );
  examples(approve, "swarm license approve 3 --home insurer-b");
  lazily(approve, definitions, () => import("../commands/licenseApprove.ts"));

  const list = withNetwork(
    license.command("list").description("list all licences with their state and who has registered a node"),
  );
  examples(list, "swarm license list", "swarm license list --json");
  lazily(list, definitions, () => import("../commands/licenseList.ts"));

  const pending = withNetwork(
    license
      .command("pending")
      .description("list what waits: proposals for approvals, licensed accounts for a registration"),
  );
  examples(pending, "swarm license pending");
  lazily(pending, definitions, () => import("../commands/licensePending.ts"));

  const suspend = withAccount(
    license
      .command("suspend")
      .description("suspend a licence at once, alone; it lapses unless the council confirms it in time")
      .argument("<account>", "the licensed account", address),
  );
  examples(suspend, "swarm license suspend 0x1111111111111111111111111111111111111111 --home insurer-a");
  lazily(suspend, definitions, () => import("../commands/licenseSuspend.ts"));

  for (const [name, description] of [
    ["confirm", "make a suspension last until the council ends it (council)"],
    ["unsuspend", "end a suspension (council)"],
    ["revoke", "end a licence or an auditor's role for good (council)"],
  ] as const) {
    const command = withAccount(
      license.command(name).description(description).argument("<account>", "the licensed account", address),
    );
    examples(command, `swarm license ${name} 0x1111111111111111111111111111111111111111 --home insurer-a`);
    lazily(command, definitions, async () => (await import("../commands/licenseAct.ts"))[name]);
  }
}

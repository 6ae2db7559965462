import { SwarmError } from "../../core/errors.ts";
import { licenseOf } from "../../core/ledger/view/registry.ts";
import type { Address } from "../../core/primitives.ts";
import { openAccount } from "../identity.ts";
import type { AccountOptions, Cli } from "../cli.ts";
import { counted, utc } from "../output/units.ts";
import { openSession } from "../session.ts";

export async function run(cli: Cli, options: AccountOptions, account: Address): Promise<undefined> {
  const actor = await openAccount(cli, options);
  await using session = await openSession(cli, options, actor.signer);
  const { registry } = session.view;
  if (licenseOf(registry, account).role === "none") {
    throw new SwarmError("LICENSE_NONE", `${account} has no licence: see "swarm license list"`, { account });
  }
  const receipt = await session.send({ type: "suspend", account });
  const { suspendedUntil } = licenseOf(registry, account);
  const forGood = suspendedUntil === Number.POSITIVE_INFINITY;
  cli.out.say(
    forGood
      ? `${account} was suspended by the council already; that lasts until the council ends it.`
      : `Suspended ${account} until ${utc(suspendedUntil)}. It lapses then unless the council confirms it (${counted(registry.threshold, "licensor")}):\n  swarm license confirm ${account}`,
  );
  cli.out.json({ account, suspendedUntil, ...receipt });
  return undefined;
}

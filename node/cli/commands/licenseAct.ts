import { SwarmError } from "../../core/errors.ts";
import { licenseOf } from "../../core/ledger/view/registry.ts";
import type { Address } from "../../core/primitives.ts";
import type { AccountOptions, Cli, CommandModule } from "../cli.ts";
import { councilAct } from "../councilAct.ts";
import type { Session } from "../session.ts";
import { licenseState } from "../words/licenses.ts";

type LicenseCommand = CommandModule<AccountOptions, [Address]>;

/** A command for an act of the council on a licence that is there. */
function command(
  act: "confirmSuspension" | "unsuspend" | "revoke",
  needsSuspension: boolean,
  next: string,
): LicenseCommand {
  return {
    async run(cli: Cli, options: AccountOptions, account: Address) {
      await councilAct(cli, options, (session) => {
        if (act === "revoke" && licenseState(session.view.registry, account, session.now()) === "revoked")
          return { act: { act, account }, already: `The licence of ${account} was revoked already; nothing to do.` };
        requireLicense(session, account, needsSuspension);
        return { act: { act, account }, next };
      });
      return undefined;
    },
  };
}

/** The registry would refuse it only once the last licensor has approved. */
function requireLicense(session: Session, account: Address, needsSuspension: boolean): void {
  const { registry } = session.view;
  if (licenseOf(registry, account).role === "none") {
    throw new SwarmError("LICENSE_NONE", `${account} has no licence: see "swarm license list"`, { account });
  }
  if (needsSuspension && licenseState(registry, account, session.now()) !== "suspended") {
    throw new SwarmError(
      "LICENSE_NOT_SUSPENDED",
      `the licence of ${account} is not suspended (a lapsed suspension counts as none)`,
      { account },
    );
  }
}

export const confirm = command(
  "confirmSuspension",
  true,
  "The suspension lasts until the council ends it (swarm license unsuspend).",
);
export const unsuspend = command("unsuspend", true, "The node may take part from the next attempt on.");
export const revoke = command("revoke", false, "Peers hang up on it at once; nothing is sealed to it any more.");

import { SwarmError } from "../../core/errors.ts";
import type { CouncilAct } from "../../core/ledger/events.ts";
import { licenseOf } from "../../core/ledger/view/registry.ts";
import type { Address } from "../../core/primitives.ts";
import type { AccountOptions, Cli } from "../cli.ts";
import { councilAct } from "../councilAct.ts";
import { sameAct, sameLicense } from "../proposals.ts";
import type { Session } from "../session.ts";

interface Options extends AccountOptions {
  /** Unix seconds. */
  until?: number;
  days?: number;
  auditor?: boolean;
}

const DEFAULT_DAYS = 365;
const DAY_SECONDS = 86_400;

export async function run(cli: Cli, options: Options, account: Address): Promise<undefined> {
  await councilAct(cli, options, (session) => {
    const act = wishedAct(session, options, account);
    refuseOtherRole(session, act, account);
    const registered = session.view.registry.registrations.has(account);
    const next = registered
      ? "Its node may take part from the next attempt on."
      : `Its operator can now type "swarm node register".`;
    return { act, isSame: options.until === undefined ? (a, b) => sameAct(a, b) || sameLicense(a, b) : sameAct, next };
  });
  return undefined;
}

function wishedAct(session: Session, options: Options, account: Address): CouncilAct {
  if (options.auditor === true) return { act: "authorizeAuditor", account };
  const now = session.now();
  if (options.until === undefined) {
    // Whole days, so that licensors who type the same on one day propose the same.
    const today = Math.floor(now / DAY_SECONDS);
    return { act: "license", account, expiresAt: (today + (options.days ?? DEFAULT_DAYS) + 1) * DAY_SECONDS };
  }
  if (options.until > now) return { act: "license", account, expiresAt: options.until };
  throw new SwarmError("USAGE_INVALID", "the licence would have ended already: name a later day with --until", {
    until: options.until,
  });
}

/** The registry would refuse it only once the last licensor has approved. */
function refuseOtherRole({ view }: Session, act: CouncilAct, account: Address): void {
  const { role } = licenseOf(view.registry, account);
  const wanted = act.act === "license" ? "node" : "auditor";
  if (role === "none" || (role === "node" && wanted === "node")) return;
  const advice = role === wanted ? "nothing is left to grant" : `revoke that first (swarm license revoke ${account})`;
  throw new SwarmError("ROLE_TAKEN", `${account} has the role ${role} already: ${advice}`, { account, role });
}

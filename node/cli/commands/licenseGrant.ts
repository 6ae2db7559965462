import { SwarmError } from "../../core/errors.ts";
import { licenseOf } from "../../core/ledger/view/registry.ts";
import type { Address } from "../../core/primitives.ts";
import type { AccountOptions, Cli } from "../cli.ts";
import { councilAct, type GrantedWish } from "../councilAct.ts";
import { utc } from "../output/units.ts";
import { sameAct, sameLicense } from "../proposals.ts";
import type { Session } from "../session.ts";
import { licenseState, licenseWords } from "../words/licenses.ts";

interface Options extends AccountOptions {
  /** Unix seconds. */
  until?: number;
  days?: number;
  auditor?: boolean;
}

/** The two acts of the council that this command is for. */
type Grant = { act: "license"; account: Address; expiresAt: number } | { act: "authorizeAuditor"; account: Address };

const DEFAULT_DAYS = 365;
const DAY_SECONDS = 86_400;

export async function run(cli: Cli, options: Options, account: Address): Promise<undefined> {
  await councilAct(cli, options, (session) => {
    const act = wishedAct(session, options, account);
    refuseOtherRole(session, act, account);
    const granted = grantedAlready(session, act, options.until !== undefined);
    if (granted) return granted;
    const registered = session.view.registry.registrations.has(account);
    const next = registered
      ? "Its node may take part from the next attempt on."
      : `Its operator can now type "swarm node register".`;
    return { act, isSame: options.until === undefined ? (a, b) => sameAct(a, b) || sameLicense(a, b) : sameAct, next };
  });
  return undefined;
}

function wishedAct(session: Session, options: Options, account: Address): Grant {
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

/**
 * The same wish typed after it was executed must not become a proposal of its own.
 * @param exact whether the wished end was named, and so may shorten a licence too; one counted in days renews where it is clearly later
 */
function grantedAlready({ view, now }: Session, act: Grant, exact: boolean): GrantedWish | undefined {
  const { account } = act;
  const { role, expiresAt } = licenseOf(view.registry, account);
  if (role === "none") return undefined;
  const words =
    licenseState(view.registry, account, now()) === "suspended" ? licenseWords(view.registry, account, now()) : "";
  const but = words && `, but is ${words} (swarm license unsuspend)`;
  if (act.act === "authorizeAuditor")
    return { act, already: `${account} is an auditor already${but}; nothing is left to grant.` };
  const present = { act: "license", account, expiresAt } as const;
  const same = exact ? sameAct(present, act) : act.expiresAt <= expiresAt || sameLicense(present, act);
  if (expiresAt <= now() || !same) return undefined;
  return {
    act: present,
    already: `${account} is licensed already until ${utc(expiresAt)}${but}; nothing to do. (Another end is set with --until.)`,
  };
}

/** The registry would refuse it only once the last licensor has approved. */
function refuseOtherRole({ view }: Session, act: Grant, account: Address): void {
  const { role } = licenseOf(view.registry, account);
  const wanted = act.act === "license" ? "node" : "auditor";
  if (role === "none" || role === wanted) return;
  const advice = `revoke that first (swarm license revoke ${account})`;
  throw new SwarmError("ROLE_TAKEN", `${account} has the role ${role} already: ${advice}`, { account, role });
}

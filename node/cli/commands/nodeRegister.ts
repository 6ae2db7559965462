import { buildRegistration } from "../../adapters/chain/registration.ts";
import { latestTimestamp, registrationNonce } from "../../adapters/chain/views.ts";
import type { Identity } from "../../adapters/keys/identity.ts";
import { SwarmError } from "../../core/errors.ts";
import type { RegistrationView } from "../../core/ledger/view/registry.ts";
import { licenseOf } from "../../core/ledger/view/registry.ts";
import type { Address } from "../../core/primitives.ts";
import { openAccount } from "../identity.ts";
import type { AccountOptions, Cli } from "../cli.ts";
import { homeOf, requireNodeSettings } from "../home.ts";
import { facts } from "../output/table.ts";
import { openSession, type Session } from "../session.ts";
import { licenseState, licenseWords } from "../words/licenses.ts";

/** How long a signed registration may be under way. */
const VALID_SECONDS = 3600;

export async function run(cli: Cli, options: AccountOptions): Promise<undefined> {
  const home = homeOf(options);
  const settings = await requireNodeSettings(home);
  const actor = await openAccount(cli, options);
  await using session = await openSession(cli, options, actor.signer);
  requireLicense(session, actor.account);
  const identity = await actor.unlock();
  const addresses = settings.announce ?? settings.listen;
  const { registrations, licenses } = session.view.registry;
  const before = registrations.get(actor.account);
  const role = licenses.get(actor.account)?.role;
  const next =
    role === "auditor"
      ? `Next: swarm audit --home ${options.home}`
      : `Next: swarm task list, then swarm task join <task> --home ${options.home}`;
  if (before && isSame(before, identity, addresses)) {
    cli.out.say(`These keys and addresses are registered already (version ${before.version}). ${next}`);
    cli.out.json({
      account: actor.account,
      version: before.version,
      peerId: before.peerId,
      addresses,
      registered: false,
    });
    return undefined;
  }
  const receipt = await session.send(await registration(cli, session, identity, addresses));
  const version = registrations.get(actor.account)?.version ?? 0;
  cli.out.say(
    facts([
      ["registered", `${actor.account}, version ${version}`],
      ["peer id", identity.peerId],
      ["addresses", addresses.join("\n")],
    ]),
  );
  cli.out.say(`${before ? "The new keys and addresses count from the next attempt on. " : ""}${next}`);
  cli.out.json({ account: actor.account, version, peerId: identity.peerId, addresses, registered: true, ...receipt });
  return undefined;
}

function requireLicense({ view, now }: Session, account: Address): void {
  const state = licenseState(view.registry, account, now());
  if (state === "active") return;
  if (licenseOf(view.registry, account).role === "none") {
    const again = state === "revoked" ? "was revoked; a new one" : "does not exist yet; it";
    const text = `the licence of ${account} ${again} has to come from the licensing authority: send it this account, its licensors type "swarm license grant ${account}"`;
    throw new SwarmError("NOT_LICENSED", text, { account, state });
  }
  throw new SwarmError(
    "NOT_LICENSED",
    `the licence of ${account} is ${licenseWords(view.registry, account, now())}: ask the licensing authority`,
    { account, state },
  );
}

async function registration(
  cli: Cli,
  { ledger: { endpoint }, deployment }: Session,
  identity: Identity,
  addresses: string[],
) {
  const { account, encryptionKey, peer } = identity;
  const [nonce, now] = await Promise.all([
    registrationNonce(endpoint, deployment, account, cli.signal),
    latestTimestamp(endpoint, cli.signal),
  ]);
  const fields = { account, peerKey: peer.publicKey, encryptionKey, addresses, nonce, deadline: now + VALID_SECONDS };
  return buildRegistration({ chainId: deployment.chainId, registry: deployment.registry }, fields, peer.signer);
}

const isSame = (before: RegistrationView, { peerId, encryptionKey }: Identity, addresses: string[]): boolean =>
  before.peerId === peerId &&
  before.encryptionKey === encryptionKey &&
  before.addresses.join(" ") === addresses.join(" ");

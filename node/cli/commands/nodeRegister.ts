import type { Identity } from "../../adapters/keys/identity.ts";
import type { RegistrationView } from "../../core/ledger/view/registry.ts";
import { openAccount } from "../identity.ts";
import type { AccountOptions, Cli } from "../cli.ts";
import { homeOf, requireNodeSettings } from "../home.ts";
import { facts } from "../output/table.ts";
import { register, requireLicense } from "../register.ts";
import { openSession } from "../session.ts";

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
      : `Next: swarm task list, then swarm task join <task> --home ${options.home}; for a server of federated or split learning, swarm federated serve or swarm split serve`;
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
  const { version, ...receipt } = await register(cli, session, identity, addresses);
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

const isSame = (before: RegistrationView, { peerId, encryptionKey }: Identity, addresses: string[]): boolean =>
  before.peerId === peerId &&
  before.encryptionKey === encryptionKey &&
  before.addresses.join(" ") === addresses.join(" ");

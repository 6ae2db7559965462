import { openDisk } from "../../adapters/disk/openDisk.ts";
import { rotateIdentity } from "../../adapters/keys/rotate.ts";
import type { AccountOptions, Cli } from "../cli.ts";
import { homeOf, requireNodeSettings } from "../home.ts";
import { openAccount } from "../identity.ts";
import { facts } from "../output/table.ts";
import { register, requireLicense } from "../register.ts";
import { openSession } from "../session.ts";
import { cliLogger } from "../system.ts";

/** `swarm node rotate-keys`: a new libp2p key and a new encryption key under the same account and licence. */
export async function run(cli: Cli, options: AccountOptions): Promise<undefined> {
  const home = homeOf(options);
  const settings = await requireNodeSettings(home);
  const actor = await openAccount(cli, options);
  await using session = await openSession(cli, options, actor.signer);
  // Before anything changes: what could not be registered would only cut the node off.
  requireLicense(session, actor.account);
  const before = await actor.unlock();
  await using closing = new AsyncDisposableStack();
  // Its lock keeps a daemon from running with keys that are exchanged under it.
  closing.adopt(await openDisk(home.disk, { logger: cliLogger(cli) }), (disk) => disk.close());
  const { identity, old } = await rotateIdentity(home.keys, before);
  cli.keyring?.delete(home.keys);
  cli.out.note(
    `the new keys are in ${home.keys}; should registering them fail, type: swarm node register --home ${options.home}`,
  );
  const { version, ...receipt } = await register(cli, session, identity, settings.announce ?? settings.listen);
  const { account, peerId, encryptionKey } = identity;
  cli.out.say(
    facts([
      ["registered", `${account}, version ${version}`],
      ["peer id", peerId],
      ["encryption key", encryptionKey],
      ["keys of before", old],
    ]),
  );
  const isAuditor = session.view.registry.licenses.get(account)?.role === "auditor";
  cli.out.say(
    `Account, licence and tasks stay. The new keys count from the next attempt on; what is sealed to the old one until then can still be opened.\n` +
      `Backups have the old keys: make a new one (swarm node backup). The folder of old keys may be deleted. Next: swarm ${isAuditor ? "audit" : "node run"} --home ${options.home}`,
  );
  cli.out.json({ account, peerId, encryptionKey, version, old, ...receipt });
  return undefined;
}

import { existsSync } from "node:fs";
import { type Identity, openIdentity } from "../adapters/keys/identity.ts";
import { readPassword } from "../adapters/keys/password.ts";
import { type PublicIdentity, readPublicIdentity } from "../adapters/keys/publicIdentity.ts";
import { SwarmError } from "../core/errors.ts";
import type { Address } from "../core/primitives.ts";
import type { Signer } from "../ports/signer.ts";
import type { AccountOptions, Cli } from "./cli.ts";
import { type Home, homeOf } from "./home.ts";

/** Whose command it is. Keys are locked until the first signature, so that what is wrong without them shows before the password is asked for. */
export interface Actor {
  account: Address;
  /** Unlocks the keys when it signs first. */
  signer: Signer;
  /** All keys. @throws SwarmError KEY_WRONG_PASSWORD, KEY_NO_PASSWORD, KEY_* */
  unlock(): Promise<Identity>;
}

/** The public half of a folder's keys. @throws SwarmError HOME_NO_KEYS, KEY_* */
export async function readPublic(home: Home): Promise<PublicIdentity> {
  if (!existsSync(home.keys)) {
    throw new SwarmError(
      "HOME_NO_KEYS",
      `${home.dir} has no keys: make them with "swarm node init" (a clinic) or "swarm account create" (a licensor), or name another --home`,
      { path: home.keys },
    );
  }
  return readPublicIdentity(home.keys);
}

/** Asks for the password and opens the keys. */
export async function unlock(cli: Cli, home: Home, options: AccountOptions): Promise<Identity> {
  await readPublic(home);
  const password = await readPassword({ file: options.passwordFile, prompt: `Password of ${home.dir}`, signal: cli.signal });
  return openIdentity(home.keys, password);
}

/** @throws SwarmError HOME_MISSING, HOME_NO_KEYS */
export async function openAccount(cli: Cli, options: AccountOptions): Promise<Actor> {
  const home = homeOf(options);
  const { account } = await readPublic(home);
  let opened: Promise<Identity> | undefined;
  const actor: Actor = {
    account,
    signer: { address: account, sign: async (digest) => (await actor.unlock()).operator.sign(digest) },
    unlock: () => (opened ??= unlock(cli, home, options)),
  };
  return actor;
}

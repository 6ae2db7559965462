import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createIdentity, type Identity, openIdentity } from "../adapters/keys/identity.ts";
import { readPassword } from "../adapters/keys/password.ts";
import { type IdentityKind, type PublicIdentity, readPublicIdentity } from "../adapters/keys/publicIdentity.ts";
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

/** The password from the command line's file, the environment, or the terminal. @param isNew asks twice and refuses a weak one */
export function askPassword(
  cli: Cli,
  { passwordFile }: AccountOptions,
  prompt: string,
  isNew = false,
): Promise<string> {
  return readPassword({ file: passwordFile, prompt, isNew, signal: cli.signal });
}

/** Makes the keys of a new account or node. @throws SwarmError HOME_EXISTS, KEY_NO_PASSWORD, KEY_WEAK_PASSWORD */
export async function createKeys(cli: Cli, options: AccountOptions, kind: IdentityKind): Promise<PublicIdentity> {
  const home = homeOf(options);
  if (existsSync(home.keys)) {
    throw new SwarmError("HOME_EXISTS", `${home.dir} has keys already, which are not overwritten: name a new folder`, {
      path: home.keys,
    });
  }
  const password = await askPassword(cli, options, `New password for the keys in ${home.dir}`, true);
  await mkdir(home.dir, { recursive: true, mode: 0o700 });
  return createIdentity(home.keys, password, { kind });
}

/** Opens the keys, with the password where they are not open in this process already. */
export function unlock(cli: Cli, home: Home, options: AccountOptions): Promise<Identity> {
  const opened = cli.keyring?.get(home.keys) ?? unlockAnew(cli, home, options);
  cli.keyring?.set(home.keys, opened);
  return opened;
}

async function unlockAnew(cli: Cli, home: Home, options: AccountOptions): Promise<Identity> {
  await readPublic(home);
  return openIdentity(home.keys, await askPassword(cli, options, `Password of ${home.dir}`));
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

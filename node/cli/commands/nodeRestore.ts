import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { restoreIdentity } from "../../adapters/keys/backup.ts";
import { SwarmError } from "../../core/errors.ts";
import type { AccountOptions, Cli } from "../cli.ts";
import { homeOf } from "../home.ts";
import { askPassword, readPublic } from "../identity.ts";

export async function run(cli: Cli, options: AccountOptions, file: string): Promise<undefined> {
  const home = homeOf(options);
  const path = resolve(file);
  if (!existsSync(path)) throw new SwarmError("FILE_UNREADABLE", `there is no backup ${path}`, { path });
  if (existsSync(home.keys))
    throw new SwarmError("HOME_EXISTS", `${home.dir} has keys already, which are not overwritten: name a new folder`, {
      path: home.keys,
    });
  const password = await askPassword(cli, options, `Password of the backup`);
  await restoreIdentity(path, password, home.keys);
  const identity = await readPublic(home);
  const { account, kind } = identity;
  const text = `The keys of ${account} are in ${home.dir} again.`;
  if (kind === "account") {
    cli.out.say(`${text} They are an account's, as licensors have: name the folder with --home, as before.`);
  } else {
    const settings = existsSync(home.nodeFile)
      ? ""
      : ` A licence that it has still counts. Settings are not part of a backup; put node.yaml back, or make it again:\n  swarm node init --home ${options.home}`;
    cli.out.say(`${text}${settings}`);
    cli.out.note(
      "A node that lost its journal sits out the round that is open; never run two nodes with the same keys.",
    );
  }
  cli.out.json({ ...identity, home: home.dir });
  return undefined;
}

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
  cli.out.say(
    `The keys of ${identity.account} are in ${home.dir} again.` +
      (existsSync(home.nodeFile)
        ? ""
        : ` Settings are not part of a backup; make them again:\n  swarm node init --home ${options.home}`),
  );
  cli.out.note("A node that lost its journal sits out the round that is open; never run two nodes with the same keys.");
  cli.out.json({ ...identity, home: home.dir });
  return undefined;
}

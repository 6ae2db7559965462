import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { backupIdentity } from "../../adapters/keys/backup.ts";
import { SwarmError } from "../../core/errors.ts";
import type { AccountOptions, Cli } from "../cli.ts";
import { homeOf } from "../home.ts";
import { askPassword, readPublic } from "../identity.ts";

export async function run(cli: Cli, options: AccountOptions, file: string): Promise<undefined> {
  const home = homeOf(options);
  const { account } = await readPublic(home);
  const path = resolve(file);
  if (existsSync(path)) throw new SwarmError("FILE_EXISTS", `${path} is there already: name a new file`, { path });
  const password = await askPassword(cli, options, `Password of ${home.dir}`);
  await backupIdentity(home.keys, password, path);
  cli.out.say(
    `All keys of ${account} are in ${path}, encrypted with the password of ${home.dir}. They come back with:\n  swarm node restore ${file} --home <new folder>`,
  );
  cli.out.json({ account, file: path });
  return undefined;
}

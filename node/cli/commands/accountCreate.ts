import { createKeys } from "../identity.ts";
import type { AccountOptions, Cli } from "../cli.ts";

export async function run(cli: Cli, options: AccountOptions): Promise<undefined> {
  const identity = await createKeys(cli, options, "account");
  cli.out.say(identity.account);
  cli.out.note(
    `The key is in ${options.home}; without its password and this folder nobody can sign as ${identity.account}.`,
  );
  cli.out.json(identity);
  return undefined;
}

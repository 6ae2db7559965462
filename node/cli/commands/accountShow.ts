import { readPublic } from "../identity.ts";
import type { AccountOptions, Cli } from "../cli.ts";
import { homeOf } from "../home.ts";

export async function run(cli: Cli, options: AccountOptions): Promise<undefined> {
  const identity = await readPublic(homeOf(options));
  cli.out.say(identity.account);
  cli.out.json(identity);
  return undefined;
}

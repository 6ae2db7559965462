import type { AccountOptions, Cli } from "../cli.ts";
import { approveProposal } from "../councilAct.ts";

export async function run(cli: Cli, options: AccountOptions, id: number): Promise<undefined> {
  await approveProposal(cli, options, id);
  return undefined;
}

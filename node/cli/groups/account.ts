import type { Command } from "commander";
import { type Definitions, examples, lazily } from "../define.ts";
import { withHome, withOutput, withPassword } from "../options.ts";

export function defineAccount(program: Command, definitions: Definitions): void {
  const account = program.command("account").description("accounts that only sign: members of the licensing authority");
  const create = withOutput(
    withPassword(
      withHome(account.command("create").description("make an account's key in a new folder and print its address")),
    ),
  );
  examples(create, "swarm account create --home insurer-a");
  lazily(create, definitions, () => import("../commands/accountCreate.ts"));

  const show = withOutput(
    withHome(account.command("show").description("print the account of a folder; needs no password")),
  );
  examples(show, "swarm account show --home insurer-a");
  lazily(show, definitions, () => import("../commands/accountShow.ts"));
}

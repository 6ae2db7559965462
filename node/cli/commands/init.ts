import { createAsk } from "../../adapters/terminal/ask.ts";
import type { AccountOptions, Cli } from "../cli.ts";
import { usage } from "../exitCodes.ts";
import { askAnswers, type InitOptions, usualAnswers } from "../initAnswers.ts";
import { run as nodeInit } from "./nodeInit.ts";

interface Options extends AccountOptions, InitOptions {
  yes?: boolean;
}

/** `swarm init`: `node init` for people who would rather be asked. */
export async function run(cli: Cli, { yes, ...options }: Options): Promise<undefined> {
  if (yes !== true && (process.stdin.isTTY !== true || cli.out.isJson)) {
    throw usage(
      'nobody can be asked here: say --yes, with answers as options ("swarm init --help"), or use "swarm node init"',
    );
  }
  const answers = yes === true ? usualAnswers(options) : await askAnswers(createAsk(cli.signal), options);
  return nodeInit(cli, { ...options, ...answers });
}

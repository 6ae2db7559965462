import { Command } from "commander";
import type { Perform } from "./define.ts";
import { defineAccount } from "./groups/account.ts";
import { defineAudit } from "./groups/audit.ts";
import { defineChain } from "./groups/chain.ts";
import { defineCompare } from "./groups/compare.ts";
import { defineCompletion } from "./groups/completion.ts";
import { defineCouncil } from "./groups/council.ts";
import { defineDashboard } from "./groups/dashboard.ts";
import { defineData } from "./groups/data.ts";
import { defineDeploy } from "./groups/deploy.ts";
import { defineEvaluate } from "./groups/evaluate.ts";
import { defineDoctor } from "./groups/doctor.ts";
import { defineFederated } from "./groups/federated.ts";
import { defineInit } from "./groups/init.ts";
import { defineLicense } from "./groups/license.ts";
import { defineLogs } from "./groups/logs.ts";
import { defineModel } from "./groups/model.ts";
import { defineNode } from "./groups/node.ts";
import { defineSchema } from "./groups/schema.ts";
import { defineSimulate } from "./groups/simulate.ts";
import { defineSplit } from "./groups/split.ts";
import { defineStatus } from "./groups/status.ts";
import { defineTask } from "./groups/task.ts";
import { defineTrainer } from "./groups/trainer.ts";
import { softwareVersion } from "./software.ts";
import { answerUnknown, inPlainWords } from "./unknownCommand.ts";

const EXIT_CODES = `
Exit codes: 0 done; 1 failed, or the answer is no; 2 wrong command line, file or setting; 3 an audit found nothing wrong but could
not check everything any more; 130 stopped by Ctrl-C.
Environment: SWARM_NETWORK, SWARM_RPC, SWARM_HOME, SWARM_PASSWORD_FILE, SWARM_PASSWORD, SWARM_KERNELS, SWARM_NATIVE, SWARM_METRICS.`;

const WALK = `
A network from nothing, on one machine:
  $ swarm chain start                                              (leave it running)
  $ swarm account create --home insurer-a
  $ swarm deploy --home insurer-a --licensor 0x... 0x... --threshold 2
  $ swarm node init --home clinic-1 --data clinic-1.csv
  $ swarm license grant 0x... --home insurer-a                      (and again as insurer-b)
  $ swarm node register --home clinic-1
  $ swarm task create task.yaml --home clinic-1
  $ swarm task approve <task> --home insurer-a                      (and again as insurer-b)
  $ swarm task join <task> --home clinic-1
  $ swarm node run --home clinic-1                                  (leave it running)
  $ swarm status`;

/** The whole tree of commands. @param perform carries an action out */
export function buildProgram(perform: Perform): Command {
  const { version, protocol } = softwareVersion();
  const program = new Command("swarm")
    .description(
      "Clinics train one model together: licences and hashes on a chain, sealed weights in IPFS, every node merges for itself.",
    )
    .version(
      `swarm ${version}, protocol ${protocol}`,
      "--version",
      "print the versions of this program and of the protocol",
    )
    .helpOption("-h, --help", "show help")
    .helpCommand("help [command]", "show help of a command")
    .showHelpAfterError("(see --help)")
    .configureHelp({ sortSubcommands: false, commandUsage: usageOf })
    .configureOutput({ outputError: (text, write) => write(inPlainWords(text)) })
    .exitOverride()
    .addHelpText("after", `${WALK}\n${EXIT_CODES}`);
  const definitions = { perform };
  defineChain(program, definitions);
  defineDeploy(program, definitions);
  defineAccount(program, definitions);
  defineLicense(program, definitions);
  defineCouncil(program, definitions);
  defineInit(program, definitions);
  defineNode(program, definitions);
  defineTask(program, definitions);
  defineData(program, definitions);
  defineTrainer(program, definitions);
  defineStatus(program, definitions);
  defineDashboard(program, definitions);
  defineLogs(program, definitions);
  defineModel(program, definitions);
  defineEvaluate(program, definitions);
  defineAudit(program, definitions);
  defineFederated(program, definitions);
  defineCompare(program, definitions);
  defineSimulate(program, definitions);
  defineSplit(program, definitions);
  defineDoctor(program, definitions);
  defineSchema(program, definitions);
  defineCompletion(program, definitions);
  answerUnknown(program);
  return program;
}

/** A command's line as it is typed, with the options that it cannot do without. */
function usageOf(command: Command): string {
  const names: string[] = [];
  for (let each: Command | null = command; each !== null; each = each.parent) names.unshift(each.name());
  const needed = command.options.filter(({ mandatory }) => mandatory).map(({ flags }) => flags);
  return [...names, ...needed, command.usage()].join(" ");
}

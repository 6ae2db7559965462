import { usage } from "./exitCodes.ts";
import { homeOf, nodeSettings } from "./home.ts";

interface Options {
  home?: string;
  task?: string;
}

/** The task that an argument or `--task` names, else the one that the node joined last. @throws SwarmError USAGE_INVALID, HOME_MISSING */
export async function namedTask(options: Options, argument: string | undefined): Promise<string> {
  const { task } = options;
  if (argument !== undefined && task !== undefined && argument !== task)
    throw usage(`${argument} and --task ${task} name two tasks: leave one of them away`);
  const named = argument ?? task;
  if (named !== undefined) return named;
  const joined = (await nodeSettings(homeOf(options)))?.task;
  if (joined === undefined) throw usage("say which task's models: name it, or join one first");
  return joined;
}

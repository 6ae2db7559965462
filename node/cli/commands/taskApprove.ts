import type { AccountOptions, Cli } from "../cli.ts";
import { councilAct } from "../councilAct.ts";
import { checkedDocument } from "../taskCheck.ts";
import { findTask } from "../tasks.ts";

export async function run(cli: Cli, options: AccountOptions, text: string): Promise<undefined> {
  await councilAct(cli, options, ({ view }) => {
    const task = findTask(view, text);
    const { taskId, params } = task;
    if (view.registry.approvedTasks.has(taskId)) {
      const already = `Task ${taskId} was approved already; nothing to do. Nodes join it with "swarm task join ${taskId}".`;
      return { act: { act: "approveTask", taskId }, already };
    }
    const { name } = checkedDocument(task);
    cli.out.say(
      `Task ${name}\n  id        ${taskId}\n  document  sha256 ${params.documentHash}\n  model     sha256 ${params.modelHash}`,
    );
    return { act: { act: "approveTask", taskId }, next: `Nodes can now type "swarm task join ${name}".` };
  });
  return undefined;
}

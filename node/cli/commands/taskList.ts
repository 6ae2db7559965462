import type { RegistryView } from "../../core/ledger/view/registry.ts";
import type { TaskView } from "../../core/ledger/view/task.ts";
import type { Cli, NetworkOptions } from "../cli.ts";
import { table } from "../output/table.ts";
import { shortTask } from "../output/units.ts";
import { openSession } from "../session.ts";
import { stopOfTask } from "../earlyStop.ts";
import { documentOf } from "../tasks.ts";

export async function run(cli: Cli, options: NetworkOptions): Promise<undefined> {
  await using session = await openSession(cli, options);
  const { registry, tasks } = session.view;
  const shown = [...tasks.values()].map((task) => ({
    taskId: task.taskId,
    name: documentOf(task)?.name ?? null,
    state: stateOf(registry, task),
    round: Math.min(task.round, task.params.rounds),
    rounds: task.params.rounds,
    finalRounds: task.history.length,
    members: task.members.length,
    creator: task.creator,
  }));
  cli.out.json({ tasks: shown });
  if (shown.length === 0) {
    cli.out.say("There is no task yet: swarm task create <file>");
    return undefined;
  }
  const rows = shown.map((task) => [
    shortTask(task.taskId),
    task.name ?? "(no valid document)",
    task.state,
    `${task.finalRounds} of ${task.rounds}`,
    task.members,
    task.creator,
  ]);
  cli.out.say(table(["ID", "NAME", "STATE", "FINAL ROUNDS", "MEMBERS", "CREATOR"], rows));
  return undefined;
}

function stateOf(registry: RegistryView, task: TaskView): string {
  if (!registry.approvedTasks.has(task.taskId)) return "not approved";
  return stopOfTask(task) ? "stopped" : task.phase;
}

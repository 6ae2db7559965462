import { openDisk } from "../../adapters/disk/openDisk.ts";
import { setInNodeFile } from "../../adapters/taskfile/nodeFile.ts";
import { SwarmError } from "../../core/errors.ts";
import { memberOf, type TaskView } from "../../core/ledger/view/task.ts";
import { record } from "../../daemon/journal.ts";
import type { Address } from "../../core/primitives.ts";
import { besideDaemon } from "../besideDaemon.ts";
import { openAccount } from "../identity.ts";
import { requireMode } from "../modes/modeTask.ts";
import type { AccountOptions, Cli } from "../cli.ts";
import { checkData, type DataSummary } from "../dataFile.ts";
import { type Examined, examineData, findingWords } from "../dataFindings.ts";
import { stopOfTask } from "../earlyStop.ts";
import { type Home, homeOf, requireNodeSettings } from "../home.ts";
import { counted } from "../output/units.ts";
import { openSession, type Session } from "../session.ts";
import { cliLogger } from "../system.ts";
import { checkedDocument } from "../taskCheck.ts";
import { findTask } from "../tasks.ts";
import { whyNotEligible } from "../words/licenses.ts";
import { thresholdsOf, thresholdWords } from "../words/thresholds.ts";
import { resolve } from "node:path";

interface Options extends AccountOptions {
  data?: string;
}

export async function run(cli: Cli, options: Options, text: string): Promise<undefined> {
  const home = homeOf(options);
  const settings = await requireNodeSettings(home);
  const actor = await openAccount(cli, options);
  await using session = await openSession(cli, options, actor.signer);
  const task = findTask(session.view, text);
  const { taskId, params } = task;
  const document = requireMode(checkedDocument(task), "swarm", `task ${text}`);
  const path = options.data === undefined ? settings.data : resolve(options.data);
  if (memberOf(task, actor.account) >= 0) {
    await remember(home, task, options.data && path);
    cli.out.say(
      `${keptWords(home, settings.data, options.data && path)}${actor.account} is a member of ${document.name} already. Next: swarm node run --home ${options.home}`,
    );
    cli.out.json({ taskId, member: memberOf(task, actor.account), joined: false });
    return undefined;
  }
  refuse(session, task, actor.account);
  const data = await checkedData(cli, document, path, home);
  cli.out.say(thresholdWords(thresholdsOf(params, Math.max(params.startMembers, task.members.length + 1))).join("\n"));

  // R7: on disk before the transaction is sent; whatever the journal does not name from here on, this node did not do.
  const disk = await besideDaemon("Joining is written into the node's journal", () =>
    openDisk(home.disk, { logger: cliLogger(cli) }),
  );
  try {
    await record(disk, { type: "joined", task: taskId });
    const receipt = await session.send({ type: "join", taskId });
    await remember(home, task, options.data && path);
    const member = memberOf(task, actor.account);
    cli.out.say(
      `${keptWords(home, settings.data, options.data && path)}Joined ${document.name} as ${place(task, member)}. Next: swarm node run --home ${options.home}`,
    );
    cli.out.json({ taskId, member, joined: true, data, ...receipt });
  } finally {
    await disk.close();
  }
  return undefined;
}

/** Which of how many: before the first round, of those that it needs. */
function place({ members, params, history }: TaskView, member: number): string {
  const { toStart } = thresholdsOf(params, members.length);
  const before = history.length === 0 && members.length <= toStart;
  return before
    ? `member ${member + 1} of the ${toStart} that the first round needs`
    : `member ${member + 1} of ${members.length}`;
}

/** What the ledger would refuse, said in a way that helps. */
function refuse({ view, now }: Session, task: TaskView, account: Address): void {
  const { taskId, phase } = task;
  const why = whyNotEligible(view.registry, account, now());
  if (why !== undefined) {
    const advice = view.registry.registrations.has(account)
      ? "ask the licensing authority"
      : `see "swarm node register"`;
    throw new SwarmError("NOT_ELIGIBLE", `${account} ${why}: ${advice}`, { account });
  }
  if (!view.registry.approvedTasks.has(taskId)) {
    throw new SwarmError(
      "TASK_NOT_APPROVED",
      `the council has not approved task ${taskId} yet: licensors type "swarm task approve ${taskId}"`,
      { taskId },
    );
  }
  if (phase === "finished")
    throw new SwarmError("TASK_FINISHED", `all rounds of task ${taskId} are final: there is nothing left to join`, {
      taskId,
    });
  const stop = stopOfTask(task);
  if (stop) {
    const text = `task ${taskId} has stopped early, after round ${stop.after}: there is nothing left to join`;
    throw new SwarmError("TASK_FINISHED", text, { taskId });
  }
}

async function checkedData(
  cli: Cli,
  document: ReturnType<typeof checkedDocument>,
  path: string | undefined,
  home: Home,
): Promise<DataSummary & Pick<Examined, "findings">> {
  if (path === undefined) {
    throw new SwarmError(
      "NODE_FILE_NO_DATA",
      `no data: name the clinic's rows with --data, or as data in ${home.nodeFile}`,
      { path: home.nodeFile },
    );
  }
  const data = await checkData(document, path, cli.signal);
  const classes = Object.entries(data.classes).map(([name, rows]) => `${name}: ${rows}`);
  cli.out.say(
    `${path} fits the task: ${counted(data.rows, "row")} (by class ${classes.join(", ")}), ${data.training} to train on, ${data.validation} to validate.`,
  );
  // Training takes these rows; what will hurt it is better known before the first round than after the last one.
  const { findings } = await examineData(document, path, cli.signal);
  for (const finding of findings) cli.out.say(findingWords(finding));
  return { ...data, findings };
}

/** That `--data` outlasts the command; nothing where it changes nothing. */
function keptWords({ nodeFile }: Home, before: string | undefined, data: string | undefined): string {
  if (data === undefined || data === before) return "";
  const instead = before === undefined ? "" : ` in place of ${before}`;
  return `Wrote data: ${data}${instead} into ${nodeFile}: "swarm node run" reads these rows from now on.\n`;
}

/** `swarm node run` works on what was joined last. */
async function remember(home: Home, { taskId }: TaskView, data: string | undefined): Promise<void> {
  await setInNodeFile(home.nodeFile, { task: taskId, ...(data === undefined ? {} : { data }) });
}

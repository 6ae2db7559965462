import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { setInNodeFile } from "../../adapters/taskfile/nodeFile.ts";
import type { Address, Bytes32 } from "../../core/primitives.ts";
import type { Commands } from "./commands.ts";
import { counted } from "../../core/units.ts";
import { type LocalPlan, type Places, places } from "./plan.ts";

export interface Steps {
  commands: Commands;
  plan: LocalPlan;
  rpcUrl: string;
  /** One line per step. */
  say(text: string): void;
}

export interface LocalTask {
  taskId: string;
  firstHash: Bytes32;
}

/**
 * Brings a network to the point where clinics can join: keys, contracts, licences, registrations, an approved task.
 * Each step looks at what is there already, so that running it again after an interruption goes on where it stopped.
 * @returns the task's id and the hash of its first model
 */
export async function setUpNetwork({ commands, plan, rpcUrl, say }: Steps): Promise<LocalTask> {
  const at = places(plan);
  const options = { passwordFile: at.password, network: at.network, rpc: rpcUrl };
  if (!existsSync(at.password)) {
    await mkdir(plan.dir, { recursive: true, mode: 0o700 });
    await writeFile(at.password, `${randomBytes(24).toString("base64url")}\n`, { mode: 0o600 });
  }
  const accounts = await makeKeys(commands, plan, at, options, say);
  if (!existsSync(at.network)) {
    say(
      `deploying the contracts: ${counted(plan.licensors, "licensor")}${plan.licensors === 1 ? "" : `, ${plan.threshold} of whom decide`}`,
    );
    await commands.run(import("../commands/deploy.ts"), {
      ...options,
      home: at.licensors[0] as string,
      licensor: accounts.licensors,
      threshold: plan.threshold,
      suspensionDays: 7,
      out: at.network,
    });
  }
  await license(commands, plan, at, options, accounts, say);
  return makeTask(commands, plan, at, options, say);
}

interface Accounts {
  licensors: Address[];
  clinics: Address[];
  servers: Address[];
  auditor: Address;
}

type SharedOptions = { passwordFile: string; network: string; rpc: string };

async function makeKeys(
  commands: Commands,
  plan: LocalPlan,
  at: Places,
  options: SharedOptions,
  say: Steps["say"],
): Promise<Accounts> {
  const homes = [...at.licensors, ...at.clinics, ...at.servers, at.auditor];
  if (homes.some((home) => !existsSync(`${home}/keys`)))
    say(`making keys of ${counted(plan.licensors, "licensor")}, ${counted(plan.data.length, "clinic")} and an auditor`);
  const make = async (home: string): Promise<Address> => {
    if (existsSync(`${home}/keys`)) {
      return (await commands.run(import("../commands/accountShow.ts"), { home })).account as Address;
    }
    const made = at.licensors.includes(home)
      ? commands.run(import("../commands/accountCreate.ts"), { ...options, home })
      : commands.run(import("../commands/nodeInit.ts"), { ...options, home, ...dataOf(plan, at, home) });
    return (await made).account as Address;
  };
  // Making a key takes a second of a processor on purpose (scrypt): two at a time.
  const made = new Map<string, Address>();
  const queue = [...homes];
  const worker = async (): Promise<void> => {
    for (let home = queue.shift(); home !== undefined; home = queue.shift()) made.set(home, await make(home));
  };
  await Promise.all([worker(), worker()]);
  const get = (home: string): Address => made.get(home) as Address;
  // What a daemon waits for then reads "clinic-3" instead of a part of an account.
  const names = Object.fromEntries([...at.clinics, ...at.servers].map((home) => [get(home), basename(home)]));
  for (const home of [...at.clinics, ...at.servers]) await setInNodeFile(`${home}/node.yaml`, { names });
  return {
    licensors: at.licensors.map(get),
    clinics: at.clinics.map(get),
    servers: at.servers.map(get),
    auditor: get(at.auditor),
  };
}

const dataOf = (plan: LocalPlan, at: Places, home: string): { data?: string } => {
  const data = plan.data[at.clinics.indexOf(home)];
  return data === undefined ? {} : { data };
};

/** The licensors give licences, each typing the same command, and the nodes register. */
async function license(
  commands: Commands,
  plan: LocalPlan,
  at: Places,
  options: SharedOptions,
  accounts: Accounts,
  say: Steps["say"],
): Promise<void> {
  const list = await commands.run(import("../commands/licenseList.ts"), options);
  const known = new Map(
    (list.licenses as { account: string; registered: boolean }[]).map((entry) => [entry.account, entry]),
  );
  const nodes = [...at.clinics, ...at.servers, at.auditor];
  const wanted = [...accounts.clinics, ...accounts.servers, accounts.auditor];
  const unlicensed = wanted.filter((account) => !known.has(account));
  if (unlicensed.length > 0) say(`licensing ${accounts.clinics.length} clinics and an auditor`);
  for (const account of unlicensed) {
    for (const home of at.licensors.slice(0, plan.threshold)) {
      await commands.run(
        import("../commands/licenseGrant.ts"),
        { ...options, home, auditor: account === accounts.auditor },
        account,
      );
    }
  }
  const unregistered = nodes.filter((_, i) => known.get(wanted[i] as string)?.registered !== true);
  if (unregistered.length > 0) say("registering their nodes");
  for (const home of unregistered) await commands.run(import("../commands/nodeRegister.ts"), { ...options, home });
}

/** Creates the plan's task and approves it, where that has not been done. */
async function makeTask(
  commands: Commands,
  plan: LocalPlan,
  at: Places,
  options: SharedOptions,
  say: Steps["say"],
): Promise<LocalTask> {
  const find = async () =>
    ((await commands.run(import("../commands/taskList.ts"), options)).tasks as { taskId: string }[])[0]?.taskId;
  let taskId = await find();
  if (taskId === undefined) {
    say(`creating the task of ${basename(plan.taskFile)}`);
    const model = plan.firstModel === undefined ? {} : { model: plan.firstModel };
    await commands.run(
      import("../commands/taskCreate.ts"),
      { ...options, home: at.clinics[0] as string, ...model },
      plan.taskFile,
    );
    taskId = (await find()) as string;
  }
  const task = await commands.run(import("../commands/taskShow.ts"), options, taskId);
  if (task.approved !== true) {
    say("approving it");
    for (const home of at.licensors.slice(0, plan.threshold))
      await commands.run(import("../commands/taskApprove.ts"), { ...options, home }, taskId);
  }
  return { taskId, firstHash: (task.params as { modelHash: Bytes32 }).modelHash };
}

/** A clinic enrols; does nothing where it has. The last one that the task waits for opens the first round. */
export async function join(
  { commands, plan, rpcUrl }: Omit<Steps, "say">,
  clinic: number,
  taskId: string,
): Promise<void> {
  const at = places(plan);
  const options = { passwordFile: at.password, network: at.network, rpc: rpcUrl, home: at.clinics[clinic] as string };
  await commands.run(import("../commands/taskJoin.ts"), options, taskId);
}

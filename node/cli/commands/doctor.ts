import { readTaskFile } from "../../adapters/taskfile/readTaskFile.ts";
import { SwarmError } from "../../core/errors.ts";
import type { TaskDocument } from "../../core/task/document.ts";
import type { Cli, NetworkOptions } from "../cli.ts";
import { builtinTask } from "../doctor/builtinTask.ts";
import { type Finding, missing } from "../doctor/check.ts";
import { checkEngines } from "../doctor/engines.ts";
import { checkKeys } from "../doctor/keys.ts";
import { checkNetwork } from "../doctor/network.ts";
import { checkPorts } from "../doctor/ports.ts";
import { checkFit, checkRows } from "../doctor/rows.ts";
import { checkStore } from "../doctor/store.ts";
import { checkArithmetic, checkDisk, checkLocalChain, checkNode } from "../doctor/machine.ts";
import { EXIT, type ExitCode } from "../exitCodes.ts";
import { type Home, homeOf, nodeSettings } from "../home.ts";
import { table } from "../output/table.ts";

export interface DoctorOptions extends NetworkOptions {
  /** A task's file. */
  task?: string;
}

const SIGNS: Record<Finding["state"], string> = { good: "ok", lacking: "-", missing: "MISSING" };

/** `swarm doctor`: what this machine has of what a node needs; exit code 1 where something is missing. Changes nothing. */
export async function run(cli: Cli, options: DoctorOptions): Promise<ExitCode> {
  const { out, signal } = cli;
  const given = options.task === undefined ? undefined : await readTaskFile(options.task);
  const document = given ?? builtinTask();
  const home = options.home === undefined ? undefined : homeOf(options);
  out.note(`timing training steps of ${document.name}`);
  const findings = [
    checkNode(),
    checkArithmetic(process.env.SWARM_KERNELS),
    ...(await checkEngines(document, signal)),
    await checkDisk(home?.dir ?? process.cwd()),
    ...(home === undefined ? [] : [await checkKeys(home.keys), ...(await checkSettings(home, given, signal))]),
    ...(await checkNetwork(cli, options, home, given !== undefined)),
    checkLocalChain(),
  ];
  const isWell = findings.every(({ state }) => state !== "missing");
  out.say(
    table(
      ["what", "", "found"],
      findings.map(({ name, state, text }) => [name, SIGNS[state], text]),
    ),
  );
  for (const { name, state, fix } of findings) if (state !== "good" && fix !== undefined) out.say(`${name}: ${fix}`);
  out.say(isWell ? "a node can run here" : "a node cannot run here before what is MISSING is there");
  out.json({ ok: isWell, findings });
  return isWell ? EXIT.OK : EXIT.FAILED;
}

/** What a node's settings ask of this machine; nothing for the folder of an account. */
async function checkSettings(home: Home, document: TaskDocument | undefined, signal: AbortSignal): Promise<Finding[]> {
  try {
    const settings = await nodeSettings(home);
    if (settings === undefined) return [];
    const { data, task } = settings;
    // A task that was joined is on the ledger, and held against the rows where that is read.
    const rows = checkRows(home, data, document !== undefined || task !== undefined);
    const fit = document && (await checkFit(document, data, signal));
    return [await checkPorts(home, settings), await checkStore(home), rows, ...(fit ? [fit] : [])];
  } catch (error) {
    if (error instanceof SwarmError) return [missing("settings", error.message, { code: error.code })];
    throw error;
  }
}

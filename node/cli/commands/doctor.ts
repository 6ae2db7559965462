import { readTaskFile } from "../../adapters/taskfile/readTaskFile.ts";
import { SwarmError } from "../../core/errors.ts";
import type { Cli, NetworkOptions } from "../cli.ts";
import { builtinTask } from "../doctor/builtinTask.ts";
import { type Finding, missing } from "../doctor/check.ts";
import { checkEngines } from "../doctor/engines.ts";
import { checkKeys } from "../doctor/keys.ts";
import { checkNetwork } from "../doctor/network.ts";
import { checkPorts } from "../doctor/ports.ts";
import { checkRows, checkStore } from "../doctor/store.ts";
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
  const document = options.task === undefined ? builtinTask() : await readTaskFile(options.task);
  const home = options.home === undefined ? undefined : homeOf(options);
  out.note(`timing training steps of ${document.name}`);
  const findings = [
    checkNode(),
    checkArithmetic(process.env.SWARM_KERNELS),
    ...(await checkEngines(document, signal)),
    await checkDisk(home?.dir ?? process.cwd()),
    ...(home === undefined ? [] : [await checkKeys(home.keys), ...(await checkSettings(home))]),
    ...(await checkNetwork(cli, options, home)),
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
async function checkSettings(home: Home): Promise<Finding[]> {
  try {
    const settings = await nodeSettings(home);
    if (settings === undefined) return [];
    return [await checkPorts(home, settings), await checkStore(home), checkRows(home, settings.data)];
  } catch (error) {
    if (error instanceof SwarmError) return [missing("settings", error.message, { code: error.code })];
    throw error;
  }
}

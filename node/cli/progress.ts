import type { PeerObserver, RoundRecord } from "../daemon/components.ts";
import type { Address, Bytes32 } from "../core/primitives.ts";
import type { StoppingRule } from "../core/stopping/progress.ts";
import type { Cli } from "./cli.ts";
import type { Names } from "./names.ts";
import { counted, shortTask } from "./output/units.ts";
import { usageOfProcess } from "./modes/costs.ts";
import { standingReporter } from "./standing.ts";
import type { Protections } from "../adapters/process/protections.ts";
import { protectionWords } from "./words/protections.ts";
import { allFinal, stoppedWords } from "./words/stopping.ts";

export interface Ready {
  account: string;
  peerId: string;
  task: string;
  /** What the task's document calls it. */
  name: string;
  engine: string;
  rows: { training: number; validation: number };
  addresses: string[];
  /** The daemon's log file. */
  log: string;
  /** Where monitors read figures, if they can. */
  metrics?: string;
  /** Of the clinic's own trainer, where one trains. */
  protections?: Protections;
}

export interface ProgressPrinter {
  /** The command line and the keys are right; the training engine and the network start. */
  starting(): void;
  ready(facts: Ready): void;
  /** @param url with its token: printed once, and nowhere else */
  dashboard(url: string): void;
  observer: PeerObserver;
  stopping(): void;
  stopped(): void;
}

export interface ProgressInit {
  taskId: Bytes32;
  account: Address;
  rounds: number;
  /** The task's, where it has it. */
  earlyStopping?: StoppingRule | undefined;
  /** Whether the daemon ends with the task. */
  once?: boolean;
  /** What the operator calls accounts. */
  names?: Names;
}

/** What `node run` prints: lines for people, some per round; with `--json` one JSON object per line for programs that watch it. */
export function progressPrinter(cli: Cli, init: ProgressInit): ProgressPrinter {
  return cli.out.isJson ? jsonLines(cli, init) : plainLines(cli, init);
}

/** Rounds count from 1, attempts from 0, as in the ledger. */
function jsonLines({ out }: Cli, init: ProgressInit): ProgressPrinter {
  const print = (event: string) => (facts: object) => out.json({ event, ...facts });
  const standing = standingReporter(init);
  return {
    starting: () => undefined,
    ready: print("ready"),
    dashboard: (url) => out.json({ event: "dashboard", url }),
    observer: {
      ledger: (view, now) => {
        for (const text of standing(view, now)) out.json({ event: "standing", text });
      },
      connection: print("connection"),
      waiting: print("waiting"),
      phase: print("phase"),
      aborted: print("aborted"),
      round: print("round"),
      finished: (facts) => out.json({ event: "finished", ...facts, ...usageOfProcess() }),
    },
    stopping: () => undefined,
    stopped: () => undefined,
  };
}

function plainLines({ out }: Cli, init: ProgressInit): ProgressPrinter {
  const { rounds, account, once } = init;
  const standing = standingReporter(init);
  return {
    starting: () => out.say("starting the training engine and the network"),
    ready: ({ task, name, rows, engine, addresses, log, metrics, protections }) => {
      out.say(
        `node ${account} is ready for task ${name} (${shortTask(task)}): ${rows.training} rows to train on, ${rows.validation} to validate (${engine})`,
      );
      if (protections !== undefined) for (const line of protectionWords(protections)) out.say(`  ${line}`);
      for (const address of addresses) out.say(`  listening on ${address}`);
      if (metrics !== undefined) out.say(`  figures for monitors at ${metrics}`);
      out.say(`  details are in ${log}`);
    },
    dashboard: (url) => out.say(`  the dashboard is at ${url}`),
    observer: {
      ledger: (view, now) => {
        for (const text of standing(view, now)) out.say(text);
      },
      // Going away is a warning of the daemon's.
      connection: ({ up }) => void (up && out.say("the chain's endpoint answers again")),
      phase: ({ round, attempt, members }) => {
        if (members === undefined) return;
        const again = attempt > 0 ? ` again, attempt ${attempt + 1},` : "";
        out.say(`round ${round}/${rounds} opened${again} with ${counted(members, "member")}`);
      },
      waiting: ({ text, round, attempt }) => out.say(`${atWords(rounds, round, attempt)}${text}`),
      round: (record) => out.say(roundWords(record, rounds)),
      finished: ({ rounds: final, modelHash, evaluation, stoppedEarly }) => {
        const accuracy = evaluation ? `, accuracy ${percent(evaluation.accuracy)} on this node's validation rows` : "";
        const end = stoppedEarly
          ? `stopped early after round ${final}/${rounds}: ${stoppedWords(stoppedEarly)}`
          : allFinal(rounds);
        out.say(`${end}; model ${modelHash}${accuracy}`);
        const get = stoppedEarly ? "swarm model get --round best" : "swarm model get";
        const next = once ? "" : "serving files to members and auditors until Ctrl-C; ";
        out.say(`${next}"${get}" writes the model to a file`);
      },
    },
    stopping: () => out.say("stopping; Ctrl-C again ends at once"),
    stopped: () => out.say("stopped; started again, the node goes on where it was"),
  };
}

/** Where in the task a wait is; empty before the ledger was read. */
function atWords(rounds: number, round?: number, attempt = 0): string {
  if (round === undefined || round > rounds) return "";
  return `round ${round}/${rounds}${attempt > 0 ? `, attempt ${attempt + 1}` : ""}: `;
}

function roundWords({ round, attempt, included, modelHash, base, trainingMs }: RoundRecord, rounds: number): string {
  const parts = [
    `round ${round}/${rounds} final`,
    attempt > 0 ? `after ${attempt + 1} attempts` : "",
    counted(included.length, "update"),
    `model ${modelHash.slice(0, 10)}${base ? ` (${modelOf(round - 1)}: accuracy ${percent(base.accuracy)} here)` : ""}`,
    trainingMs === undefined ? "not trained here" : `trained ${Math.round(trainingMs)} ms`,
  ];
  return parts.filter(Boolean).join(", ");
}

/** What a round starts from: its figures are told with the round, whose own model nobody has tried yet. */
const modelOf = (round: number): string => (round === 0 ? "first model" : `model of round ${round}`);

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

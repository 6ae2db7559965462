import type { PeerObserver } from "../daemon/components.ts";
import type { Cli } from "./cli.ts";

export interface Ready {
  account: string;
  peerId: string;
  task: string;
  engine: string;
  rows: { training: number; validation: number };
  addresses: string[];
}

export interface ProgressPrinter {
  ready(facts: Ready): void;
  observer: PeerObserver;
}

/** What `node run` prints: a line per round for people; with `--json` one JSON object per line for programs that watch it. */
export function progressPrinter(cli: Cli, rounds: number): ProgressPrinter {
  return cli.out.isJson ? jsonLines(cli) : plainLines(cli, rounds);
}

function jsonLines({ out }: Cli): ProgressPrinter {
  const print = (event: string) => (facts: object) => out.json({ event, ...facts });
  return { ready: print("ready"), observer: { phase: print("phase"), round: print("round"), finished: print("finished") } };
}

function plainLines({ out }: Cli, rounds: number): ProgressPrinter {
  const percent = (share: number | undefined) => (share === undefined ? "" : `${(share * 100).toFixed(1)} %`);
  return {
    ready: ({ account, rows, engine, addresses }) => {
      out.say(`node ${account} is ready: ${rows.training} rows to train on, ${rows.validation} to validate (${engine})`);
      for (const address of addresses) out.say(`  listening on ${address}`);
    },
    observer: {
      round: ({ round, attempt, included, modelHash, base, trainingMs }) => {
        const parts = [
          `round ${round}/${rounds} final`,
          attempt > 0 ? `after ${attempt + 1} attempts` : "",
          `${included.length} updates`,
          `model ${modelHash.slice(0, 10)}`,
          base ? `accuracy ${percent(base.accuracy)} here before training` : "",
          trainingMs === undefined ? "not trained here" : `trained ${Math.round(trainingMs)} ms`,
        ];
        out.say(parts.filter(Boolean).join(", "));
      },
      finished: ({ modelHash, evaluation }) => {
        out.say(`all ${rounds} rounds are final; model ${modelHash}${evaluation ? `, accuracy ${percent(evaluation.accuracy)} on this node's validation rows` : ""}`);
        out.say(`serving files to members and auditors until Ctrl-C; "swarm model get" writes the model to a file`);
      },
    },
  };
}

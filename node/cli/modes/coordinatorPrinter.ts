import type { Address, Bytes32 } from "../../core/primitives.ts";
import type { ClientFigures } from "../../core/modes/weightedFigures.ts";
import type { CoordinatorObserver } from "../../modes/federated/components.ts";
import type { Cli } from "../cli.ts";
import { nameIn, type Names } from "../names.ts";
import { counted, duration, list } from "../output/units.ts";
import type { Costs } from "./costs.ts";

export interface CoordinatorFacts {
  account: Address;
  peerId: string;
  /** sha256 of the task's document. */
  task: Bytes32;
  name: string;
  rounds: number;
  minClients: number;
  roundSeconds: number;
  addresses: string[];
  log: string;
}

interface PrinterInit {
  names: Names;
  rounds: number;
  /** Where a model's file lies. */
  pathOf(modelHash: Bytes32): string;
  costs(): Costs;
}

export interface CoordinatorPrinter {
  ready(facts: CoordinatorFacts): void;
  observer: CoordinatorObserver;
  stopping(): void;
}

/** What `federated serve` prints: lines for people; with `--json` one JSON object per line. */
export function coordinatorPrinter(cli: Cli, init: PrinterInit): CoordinatorPrinter {
  return cli.out.isJson ? jsonLines(cli, init) : plainLines(cli, init);
}

function jsonLines({ out }: Cli, { pathOf, costs }: PrinterInit): CoordinatorPrinter {
  const print = (event: string) => (facts: object) => out.json({ event, ...facts });
  return {
    ready: print("ready"),
    observer: {
      client: print("client"),
      opened: print("opened"),
      waiting: print("waiting"),
      refused: print("refused"),
      round: ({ figures, ...round }) =>
        out.json({ event: "round", ...round, ...figuresOf(figures), model: pathOf(round.modelHash) }),
      finished: ({ figures, ...end }) =>
        out.json({ event: "finished", ...end, ...figuresOf(figures), model: pathOf(end.modelHash), ...costs() }),
    },
    stopping: () => undefined,
  };
}

/** Figures as fields of an event; null where there are none. */
export const figuresOf = (figures: ClientFigures | undefined): object => ({
  loss: figures?.loss ?? null,
  accuracy: figures?.accuracy ?? null,
  auc: figures?.auc ?? null,
  validationRows: figures?.rows ?? 0,
});

function plainLines({ out }: Cli, { names, rounds, pathOf }: PrinterInit): CoordinatorPrinter {
  const name = nameIn(names);
  return {
    ready: ({ account, name: task, minClients, roundSeconds, addresses, log }) => {
      out.say(`coordinator ${account} is ready: task ${task}, ${counted(rounds, "round")}`);
      out.say(`  a round needs ${counted(minClients, "client")} and waits ${duration(roundSeconds)} at the most`);
      for (const address of addresses) out.say(`  listening on ${address}`);
      out.say(`  clients type: swarm federated join --server ${account} --task ... --home ...`);
      out.say(`  details are in ${log}`);
    },
    observer: {
      client: ({ account, here, clients }) =>
        out.say(`${name(account)} ${here ? "came" : "went"}: ${counted(clients, "client")} here`),
      opened: ({ round, attempt, asked }) => {
        const again = attempt > 0 ? `, attempt ${attempt + 1}` : "";
        out.say(`round ${round}/${rounds} opened${again}: ${counted(asked.length, "client")} asked`);
      },
      waiting: ({ text }) => out.say(text),
      refused: ({ account, text }) => out.say(`refused what ${name(account)} sent: ${text}`),
      round: ({ round, clients, leftOut, modelHash, figures, seconds }) => {
        const without = leftOut.length === 0 ? "" : `, without ${list(leftOut.map(name))}`;
        const start = `round ${round}/${rounds}: ${counted(clients.length, "update")}${without} in ${duration(seconds)}`;
        out.say(`${start}, model ${modelHash.slice(0, 10)}${figureWords(figures)}`);
      },
      finished: ({ modelHash, figures }) => {
        out.say(
          `${rounds === 1 ? "the task's only round is" : `all ${rounds} rounds are`} done; model ${modelHash}${figureWords(figures)}`,
        );
        out.say(`  ${pathOf(modelHash)}`);
      },
    },
    stopping: () => out.say("stopping; started again, the coordinator goes on where it was"),
  };
}

/** ` accuracy 93.1 % and loss 0.2 over ...`, or nothing. */
export function figureWords(figures: ClientFigures | undefined): string {
  if (figures === undefined) return "";
  const { accuracy, loss, rows } = figures;
  return `, accuracy ${(accuracy * 100).toFixed(1)} %, loss ${loss.toFixed(4)} on ${counted(rows, "validation row")}`;
}

import type { Address, Bytes32 } from "../../core/primitives.ts";
import type { ClientObserver } from "../../modes/federated/components.ts";
import type { Cli } from "../cli.ts";
import { duration } from "../output/units.ts";
import { figuresOf, figureWords } from "./coordinatorPrinter.ts";
import type { Costs } from "./costs.ts";

export interface ClientFacts {
  account: Address;
  peerId: string;
  /** sha256 of the task's document. */
  task: Bytes32;
  name: string;
  engine: string;
  rows: { training: number; validation: number };
  addresses: string[];
  log: string;
  /** The coordinator's account. */
  server: Address;
}

interface PrinterInit {
  rounds: number;
  /** Where a model's file lies. */
  pathOf(modelHash: Bytes32): string;
  costs(): Costs;
}

export interface ClientPrinter {
  ready(facts: ClientFacts): void;
  observer: ClientObserver;
  stopping(): void;
}

/** What `federated join` prints: lines for people; with `--json` one JSON object per line. */
export function clientPrinter(cli: Cli, init: PrinterInit): ClientPrinter {
  return cli.out.isJson ? jsonLines(cli, init) : plainLines(cli, init);
}

function jsonLines({ out }: Cli, { pathOf, costs }: PrinterInit): ClientPrinter {
  const print = (event: string) => (facts: object) => out.json({ event, ...facts });
  return {
    ready: print("ready"),
    observer: {
      joined: ({ round, rounds }) => out.json({ event: "joined", round, rounds }),
      away: print("away"),
      back: print("back"),
      asked: print("asked"),
      trained: ({ figures, loss, ...trained }) =>
        out.json({ event: "trained", ...trained, trainingLoss: loss, ...figuresOf(figures) }),
      leftOut: ({ round }) => out.json({ event: "leftOut", round }),
      finished: ({ figures, ...end }) =>
        out.json({ event: "finished", ...end, ...figuresOf(figures), model: pathOf(end.modelHash), ...costs() }),
    },
    stopping: () => undefined,
  };
}

function plainLines({ out }: Cli, { rounds, pathOf }: PrinterInit): ClientPrinter {
  return {
    ready: ({ account, name, rows, engine, server, log }) => {
      const counts = `${rows.training} rows to train on, ${rows.validation} to validate`;
      out.say(`client ${account} is ready for task ${name}: ${counts} (${engine})`);
      out.say(`  its coordinator is ${server}; details are in ${log}`);
    },
    observer: {
      joined: ({ round }) => out.say(`the coordinator is in round ${round}/${rounds}`),
      away: ({ text }) => out.say(text),
      back: ({ text }) => out.say(text),
      trained: ({ round, figures, ms }) =>
        out.say(`round ${round}/${rounds}: trained in ${duration(ms / 1000)}${figureWords(figures)} before it`),
      leftOut: ({ round }) => out.say(`round ${round}/${rounds} was merged without this client's update`),
      finished: ({ modelHash, figures }) => {
        out.say(
          `${rounds === 1 ? "the task's only round is" : `all ${rounds} rounds are`} done; model ${modelHash}${figureWords(figures)}`,
        );
        out.say(`  ${pathOf(modelHash)}`);
      },
    },
    stopping: () => out.say("stopping; started again, the client takes part again"),
  };
}

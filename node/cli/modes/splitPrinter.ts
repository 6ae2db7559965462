import type { Network } from "../../ports/network.ts";
import type { EpochEvent, SplitObserver } from "../../modes/split/events.ts";
import type { Cli } from "../cli.ts";
import { type Names, nameIn } from "../names.ts";
import { counted } from "../output/units.ts";
import { costsOf } from "./costs.ts";

export interface SplitReady {
  account: string;
  peerId: string;
  role: "server" | "client";
  task: string;
  engine: string;
  rows?: { training: number; validation: number };
  addresses: string[];
  /** Folder in which this side keeps its part. */
  folder: string;
  log: string;
}

/** What `split serve` and `split join` print: lines for people, with `--json` an object a line. */
export function splitPrinter(
  cli: Cli,
  network: Network,
  names: Names,
): { ready(facts: SplitReady): void; observer: SplitObserver } {
  const { out } = cli;
  const json = (event: string) => (facts: object) => out.json({ event, ...facts });
  if (out.isJson) {
    const observer: SplitObserver = {
      epoch: json("epoch"),
      waiting: json("waiting"),
      away: json("away"),
      back: json("back"),
      finished: (facts) => out.json({ event: "finished", ...facts, ...costsOf(network) }),
    };
    return { ready: json("ready"), observer };
  }
  const name = nameIn(names);
  return {
    ready({ account, role, engine, rows, addresses, folder, log }) {
      const what = rows ? `, ${rows.training} rows to train on, ${rows.validation} to validate` : "";
      out.say(`${role} ${account} is ready${what} (${engine})`);
      for (const address of addresses) out.say(`  listening on ${address}`);
      out.say(`  keeps its part of the model in ${folder}; details are in ${log}`);
    },
    observer: {
      epoch: (event) => out.say(epochWords(event)),
      waiting: ({ text }) => out.say(text),
      away: ({ account, text }) => out.say(account === undefined ? text : `${name(account)} ${text}`),
      back: ({ account, text }) => out.say(account === undefined ? text : `${name(account)} ${text}`),
      finished: ({ epochs, converged, part }) =>
        out.say(
          `training is over after ${counted(epochs, "epoch")}${converged ? ", since it got no better" : ""}; this side's part is ${part}`,
        ),
    },
  };
}

function epochWords({ epoch, epochs, clients, loss, accuracy, auc, bytes, seconds }: EpochEvent): string {
  const parts = [
    `epoch ${epoch}/${epochs}`,
    counted(clients.length, "client"),
    `loss ${loss.toFixed(4)}`,
    accuracy === undefined ? "" : `accuracy ${(accuracy * 100).toFixed(1)} %`,
    auc === undefined ? "" : `AUC ${auc.toFixed(3)}`,
    `${((bytes.sent + bytes.received) / 1e6).toFixed(2)} MB so far`,
    `${seconds.toFixed(1)} s`,
  ];
  return parts.filter(Boolean).join(", ");
}

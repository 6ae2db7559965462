import type { LedgerRules } from "../../adapters/memory/ledger/rules.ts";
import type { PeerComponents, PeerRules } from "../../daemon/components.ts";
import type { Schedule } from "../schedule/schedule.ts";
import type { SimulatedNode } from "../world/node.ts";

/** A known mistake that a simulation can be run with, to see that it is found out. */
export interface Policy {
  /** What is wrong, for `--help` and reports. */
  words: string;
  /** Of the contracts. */
  ledger?: Partial<LedgerRules>;
  /** Of honest daemons: what decides and what merges. */
  rules?(node: number): PeerRules;
  /** Of honest daemons' outside. */
  components?(usual: PeerComponents, node: SimulatedNode): Partial<PeerComponents>;
  /** Blocks that daemons wait for, instead of the network's. */
  confirmations?: number;
  /** Disks say that they have written what a power cut still takes away. */
  lazyDisk?: boolean;
  /** Makes sure that a schedule can show the mistake at all. */
  schedule?(usual: Schedule): Schedule;
}

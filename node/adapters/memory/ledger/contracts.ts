import type { LedgerAct, RegistryAct } from "../../../core/ledger/acts.ts";
import type { Address } from "../../../core/primitives.ts";
import { isBarred, isEligible } from "./licenses.ts";
import { createRegistry, type RegistrySettings, type RegistryState, runRegistryAct } from "./registry.ts";
import { runRoundAct, type TaskContext, type Tasks } from "./tasks.ts";
import type { LedgerRules } from "./rules.ts";
import type { Transaction } from "./transaction.ts";
import type { HashFunction } from "./words.ts";

/** What both contracts are deployed with. */
export interface ContractSettings extends RegistrySettings {
  chainId: number;
  registry: Address;
  ledger: Address;
  licensors: Address[];
  threshold: number;
  minPhaseBlocks: number;
  hash: HashFunction;
  rules: LedgerRules;
}

/** Both contracts and their state: a second, independent writing of what contracts/*.sol says. */
export class Contracts {
  #settings: ContractSettings;
  #registry: RegistryState;
  #tasks: Tasks = new Map();
  #context: TaskContext;

  /** Deploys them. @throws Revert where the council is not possible */
  constructor(settings: ContractSettings, tx: Transaction) {
    this.#settings = settings;
    this.#registry = createRegistry(tx, settings.licensors, settings.threshold);
    const { chainId, ledger, minPhaseBlocks, hash, rules } = settings;
    this.#context = {
      chainId,
      ledger,
      minPhaseBlocks,
      hash,
      rules,
      isEligible: (account, now) => isEligible(this.#registry.standings, account, now),
      isBarred: (account, now) => isBarred(this.#registry.standings, account, now),
      isLicensor: (account) => this.#registry.council.licensors.has(account as Address),
      isTaskApproved: (taskId) => this.#registry.approvedTasks.has(taskId),
      paused: () => this.#registry.paused,
    };
  }

  /** Registrations of an account, which its next one is signed over. */
  nonceOf(account: Address): number {
    return this.#registry.standings.get(account)?.version ?? 0;
  }

  /** Runs one act, whole or not at all. @throws Revert */
  run(act: LedgerAct, tx: Transaction): void {
    if (!isRegistryAct(act)) return runRoundAct(this.#tasks, this.#context, tx, act);
    // Only what a proposal executes can fail half-way.
    const before = act.type === "propose" || act.type === "approve" ? structuredClone(this.#registry) : this.#registry;
    try {
      runRegistryAct(this.#registry, this.#settings, tx, act);
    } catch (error) {
      this.#registry = before;
      throw error;
    }
  }
}

function isRegistryAct(act: LedgerAct): act is RegistryAct {
  return act.type === "propose" || act.type === "approve" || act.type === "suspend" || act.type === "registerNode";
}

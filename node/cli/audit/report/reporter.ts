import type { Deployment } from "../../../adapters/chain/deployment.ts";
import type { AuditReport } from "../../../core/audit/report.ts";
import type { NetworkView } from "../../../core/ledger/view/network.ts";
import type { Bytes32 } from "../../../core/primitives.ts";
import type { Names } from "../../names.ts";
import { finalityWords } from "../../words/finality.ts";
import { type Collector, openCollector } from "./collect.ts";
import type { ReportData } from "./data.ts";
import { type ReportFile, writeReports } from "./files.ts";
import { softwareVersion } from "../../software.ts";

/** A twentieth of the time, and no more, goes into writing what will be written again. */
const PAUSE = 20;

/** What is known of an audit before it begins. */
export interface ReportContext {
  deployment: Deployment;
  /** Up to date with the events that were audited. */
  view: NetworkView;
  names: Names;
  filesFrom: string;
}

/** Gathers what reports need while an audit goes, and writes them. */
export interface Reporter extends AsyncDisposable, Pick<Collector, "through" | "observer"> {
  /** Files that were there before this audit, and were written over. */
  readonly wereThere: ReadonlySet<string>;
  /** @returns sha256 of the report's data */
  write(report: AuditReport, storedBlocks: number): Promise<Bytes32>;
  /**
   * Writes what a followed audit has so far, if a round became final since. Long reports are written more seldom.
   * @param pause how long to wait after writing, in multiples of the time that it took
   */
  writeSoFar(report: () => AuditReport, storedBlocks: number, pause?: number): Promise<void>;
}

export async function openReporter(files: readonly ReportFile[], context: ReportContext): Promise<Reporter> {
  const collector = await openCollector();
  const { deployment, view, names, filesFrom } = context;
  const software = softwareVersion();
  // What an audit wrote itself, while it followed, was not there before it.
  const own = new Set<string>();
  const wereThere = new Set<string>();
  let written = { rounds: 0, at: Number.NEGATIVE_INFINITY, took: 0 };

  const write = async (report: AuditReport, storedBlocks: number, complete: boolean): Promise<Bytes32> => {
    const { chainId, genesisHash: genesis, registry, ledger, registryCodeHash, ledgerCodeHash } = deployment;
    const { first, last } = collector.times;
    const data: ReportData = {
      format: "swarm-audit-report",
      version: 1,
      complete,
      software,
      network: {
        chainId,
        genesis,
        registry,
        ledger,
        registryCodeHash,
        ledgerCodeHash,
        finality: finalityWords(deployment.finality),
      },
      covered: { fromBlock: deployment.block, toBlock: view.head, fromTime: first, toTime: last },
      filesFrom,
      storedBlocks,
      ...report,
      licences: collector.licences,
      tasks: collector.tasks,
    };
    const replaced = (path: string): void => {
      if (!own.has(path)) wereThere.add(path);
    };
    const sha256 = await writeReports(files, data, collector.updates, names, replaced);
    for (const { path } of files) own.add(path);
    return sha256;
  };
  return {
    through: collector.through,
    observer: collector.observer,
    wereThere,
    write: (report, storedBlocks) => write(report, storedBlocks, true),
    async writeSoFar(report, storedBlocks, pause = PAUSE) {
      const start = performance.now();
      if (collector.rounds === written.rounds || start < written.at + pause * written.took) return;
      await write(report(), storedBlocks, false);
      const at = performance.now();
      written = { rounds: collector.rounds, at, took: at - start };
    },
    [Symbol.asyncDispose]: () => collector[Symbol.asyncDispose](),
  };
}

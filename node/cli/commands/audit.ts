import { keccak256 } from "../../adapters/chain/keccak.ts";
import { audit } from "../../core/audit.ts";
import type { AuditFiles } from "../../core/audit/files.ts";
import { type AuditReport, EXIT_CODES } from "../../core/audit/report.ts";
import { chooseKernels, kernelsOf } from "../../core/merge/chooseKernels.ts";
import { selfCheck } from "../../core/merge/selfCheck.ts";
import { counted } from "../../core/units.ts";
import type { Address } from "../../core/primitives.ts";
import { emptyNetwork } from "../../core/ledger/view/network.ts";
import { archiving } from "../audit/archive.ts";
import { damagedBlocks, folderFiles } from "../audit/folders.ts";
import { history } from "../audit/history.ts";
import { networkFiles } from "../audit/networkFiles.ts";
import { printReport } from "../audit/print.ts";
import { reachNodes } from "../audit/reachNodes.ts";
import { readingAhead } from "../audit/readAhead.ts";
import { type ReportFile, reportFiles } from "../audit/report/files.ts";
import { openReporter } from "../audit/report/reporter.ts";
import { openSpool } from "../audit/spool.ts";
import { watchAudit } from "../audit/watch.ts";
import type { AccountOptions, Cli } from "../cli.ts";
import { type ExitCode, usage } from "../exitCodes.ts";
import { wrote } from "../replaceFile.ts";
import { openSession } from "../session.ts";
import { cliLogger } from "../system.ts";

export interface AuditOptions extends AccountOptions {
  from?: string[];
  archive?: string;
  report?: string[];
  follow?: boolean;
}

/** `swarm audit`: recomputes everything from the ledger and the files. Exit code 0 right, 1 wrong, 3 right as far as it could be checked. */
export async function run(given: Cli, options: AuditOptions): Promise<ExitCode> {
  const reports = await reportFiles(options.report ?? []);
  await using closing = new AsyncDisposableStack();
  const session = closing.use(await openSession(given, options));
  const { deployment, ledger } = session;
  const named = options.from ?? [];
  const from = named.filter((source) => !isAccount(source));
  if (from.length > 0 && from.length < named.length) {
    throw usage("--from takes folders, or accounts of nodes to ask, but not both at once");
  }
  const follow = options.follow === true;
  const view = emptyNetwork();
  const rounds = [...session.view.tasks.values()].reduce((sum, { history: { length } }) => sum + length, 0);
  const watch = closing.use(watchAudit(given, { rounds, quiet: follow }));
  const cli: Cli = { ...given, out: watch.out };
  const only = named.length > 0 ? named.map((account) => account.toLowerCase() as Address) : undefined;
  const source =
    from.length > 0
      ? undefined
      : closing.use(await networkFiles(cli, session, view, { ...options, ...(only ? { only } : {}) }));
  const hasFiles = session.view.registry.approvedTasks.size > 0;
  const stopped = (error: unknown): never => {
    watch[Symbol.dispose]();
    if (cli.signal.aborted) cli.out.note(`stopped without a verdict: ${watch.words()}`);
    throw error;
  };
  let files: AuditFiles = source ?? (await folderFiles(from, hasFiles));
  if (options.archive !== undefined) files = closing.use(await archiving(files, options.archive, cliLogger(cli)));
  if (source) {
    files = readingAhead(files);
    const { names } = session;
    await reachNodes(cli, source, watch, { names, archive: options.archive, follow }).catch(stopped);
  }

  const kernels = kernelsOf(chooseKernels(process.env.SWARM_KERNELS));
  selfCheck(kernels);
  const spool = closing.use(openSpool(cliLogger(cli)));
  const { checked, findings } = await damagedBlocks(from);
  const whole = (report: AuditReport): AuditReport =>
    findings.length === 0
      ? report
      : { ...report, verdict: "wrong", exitCode: EXIT_CODES.wrong, findings: [...findings, ...report.findings] };
  const filesFrom = filesFromWords(from, named, options);
  const { names } = session;
  const reporter =
    reports.length === 0 ? undefined : closing.use(await openReporter(reports, { deployment, view, names, filesFrom }));
  let shown = 0;
  let soFar: (() => AuditReport) | undefined;
  const onNews = async (): Promise<void> => source?.admit();
  const onRead = async (): Promise<void> => {
    if (soFar) await reporter?.writeSoFar(() => whole((soFar as () => AuditReport)()), checked);
  };
  const events = history(ledger, view, { follow, signal: cli.signal, onNews, onRead });
  const report = await audit(reporter?.through(events) ?? events, {
    files: watch.through(files),
    ...(reporter ? { observer: reporter.observer } : {}),
    deployment: {
      chainId: deployment.chainId,
      genesis: deployment.genesisHash,
      ledger: deployment.ledger,
      minPhaseBlocks: deployment.minPhaseBlocks,
    },
    keccak256,
    spool,
    kernels,
    // A followed audit ends at Ctrl-C and reports what it saw; any other is broken off by it.
    ...(follow ? {} : { signal: cli.signal }),
    onProgress: (progress) => {
      ({ soFar } = progress);
      watch.onProgress(progress);
      if (progress.rounds === shown) return;
      shown = progress.rounds;
      if (follow || cli.verbose)
        cli.out.note(`${counted(shown, "final round")} checked, ${counted(progress.findings, "finding")}`);
    },
  }).catch(stopped);
  watch[Symbol.dispose]();
  const last = whole(report);
  const sha256 = await reporter?.write(last, checked);
  printReport(cli, last, checked);
  if (sha256 !== undefined)
    cli.out.note(`${writtenWords(reports, reporter?.wereThere)}; sha256 of the report's data: ${sha256}`);
  return last.exitCode as ExitCode;
}

function writtenWords(files: readonly ReportFile[], wereThere: ReadonlySet<string> = new Set()): string {
  return files.map(({ path }) => wrote(path, wereThere.has(path))).join(", ");
}

function filesFromWords(folders: readonly string[], named: readonly string[], { archive }: AuditOptions): string {
  const nodes = named.length > 0 ? `the running nodes of ${named.join(", ")}` : "the running nodes of the network";
  const source = folders.length > 0 ? `the folders ${folders.join(", ")}` : nodes;
  return archive === undefined ? source : `${source}, and the archive ${archive}`;
}

const isAccount = (source: string): boolean => /^0x[0-9a-fA-F]{40}$/.test(source);

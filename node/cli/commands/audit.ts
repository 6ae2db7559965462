import { keccak256 } from "../../adapters/chain/keccak.ts";
import { audit } from "../../core/audit.ts";
import type { AuditFiles } from "../../core/audit/files.ts";
import { type AuditReport, EXIT_CODES } from "../../core/audit/report.ts";
import { SwarmError } from "../../core/errors.ts";
import { chooseKernels, kernelsOf } from "../../core/merge/chooseKernels.ts";
import { selfCheck } from "../../core/merge/selfCheck.ts";
import { maxFileBytes } from "../../core/update.ts";
import { counted } from "../../core/units.ts";
import { modelSpecs } from "../../core/task/document.ts";
import type { Address } from "../../core/primitives.ts";
import { emptyNetwork, type NetworkView } from "../../core/ledger/view/network.ts";
import { mayConnect } from "../../core/ledger/view/registry.ts";
import { admissionKey } from "../../daemon/admission.ts";
import { archiving } from "../audit/archive.ts";
import { damagedBlocks, folderFiles } from "../audit/folders.ts";
import { history } from "../audit/history.ts";
import { nodeFiles, PATIENCE_MS, STARTING_MS } from "../audit/nodes.ts";
import { peersOfAllTasks } from "../audit/peers.ts";
import { printReport } from "../audit/print.ts";
import { reportFiles } from "../audit/report/files.ts";
import { openReporter } from "../audit/report/reporter.ts";
import { openSpool } from "../audit/spool.ts";
import type { AccountOptions, Cli } from "../cli.ts";
import { type ExitCode, usage } from "../exitCodes.ts";
import { homeOf, requireNodeSettings } from "../home.ts";
import { readPublic, unlock } from "../identity.ts";
import { openSession, type Session } from "../session.ts";
import { cliLogger } from "../system.ts";
import { documentOf } from "../tasks.ts";
import { whyNotEligible } from "../words/licenses.ts";
import { openNode } from "../wire.ts";

export interface AuditOptions extends AccountOptions {
  from?: string[];
  archive?: string;
  report?: string[];
  follow?: boolean;
}

/** `swarm audit`: recomputes everything from the ledger and the files. Exit code 0 right, 1 wrong, 3 right as far as it could be checked. */
export async function run(cli: Cli, options: AuditOptions): Promise<ExitCode> {
  const reports = await reportFiles(options.report ?? []);
  await using closing = new AsyncDisposableStack();
  const session = closing.use(await openSession(cli, options));
  const { deployment, ledger } = session;
  const named = options.from ?? [];
  const from = named.filter((source) => !isAccount(source));
  if (from.length > 0 && from.length < named.length) {
    throw usage("--from takes folders, or accounts of nodes to ask, but not both at once");
  }
  const follow = options.follow === true;
  const view = emptyNetwork();
  const source = from.length > 0 ? undefined : closing.use(await networkFiles(cli, session, view, options));
  let files: AuditFiles = source ?? (await folderFiles(from));
  if (options.archive !== undefined) files = closing.use(await archiving(files, options.archive, cliLogger(cli)));

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
    files,
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
    onProgress: ({ rounds, findings: found, soFar: now }) => {
      soFar = now;
      if (rounds === shown) return;
      shown = rounds;
      if (follow || cli.verbose)
        cli.out.note(`${counted(rounds, "final round")} checked, ${counted(found, "finding")}`);
    },
  });
  const last = whole(report);
  const sha256 = await reporter?.write(last, checked);
  printReport(cli, last, checked);
  if (sha256 !== undefined)
    cli.out.note(`wrote ${reports.map(({ path }) => path).join(", ")}; sha256 of the report's data: ${sha256}`);
  return last.exitCode as ExitCode;
}

/** Nodes give files to those whom the registry names, and would let anyone else wait. @throws SwarmError NOT_LICENSED */
function requireReader({ view: { registry }, now }: Session, account: Address): void {
  const time = now();
  const licensed = mayConnect(registry, account, time);
  if (licensed && registry.registrations.has(account)) return;
  const why = licensed ? "has not registered its keys" : whyNotEligible(registry, account, time);
  const text = `nodes give no files to ${account}: it ${why}. Licensors let it read with "swarm license grant ${account} --auditor", it registers with "swarm node register"; folders of nodes can be read with --from`;
  throw new SwarmError("NOT_LICENSED", text, { account });
}

function filesFromWords(folders: readonly string[], named: readonly string[], { archive }: AuditOptions): string {
  const nodes = named.length > 0 ? `the running nodes of ${named.join(", ")}` : "the running nodes of the network";
  const source = folders.length > 0 ? `the folders ${folders.join(", ")}` : nodes;
  return archive === undefined ? source : `${source}, and the archive ${archive}`;
}

const isAccount = (source: string): boolean => /^0x[0-9a-fA-F]{40}$/.test(source);

/** Files that nodes give; `admit` has to be called when the network has changed. */
type NetworkFiles = AuditFiles & AsyncDisposable & { admit(): Promise<void> };

/** The running network's files, read as the account of `--home`: an auditor, or a member for its own tasks. @param view kept up to date by the caller */
async function networkFiles(
  cli: Cli,
  session: Session,
  view: NetworkView,
  options: AuditOptions,
): Promise<NetworkFiles> {
  if (options.home === undefined) {
    throw new SwarmError(
      "HOME_MISSING",
      "say where the files are to be read from: --from <dir...> for nodes' folders or an archive, or --home <dir> of a registered auditor to ask the running nodes",
    );
  }
  const home = homeOf(options);
  const settings = await requireNodeSettings(home);
  requireReader(session, (await readPublic(home)).account);
  const identity = await unlock(cli, home, options);
  const largest = [...session.view.tasks.values()].map((task) => {
    const document = documentOf(task);
    return document ? maxFileBytes(modelSpecs(document)) : 0;
  });
  // A followed ledger may bring larger tasks than those of today: what each file may have is asked for with it.
  const limit = options.follow === true ? {} : { maxFileBytes: Math.max(1, ...largest) };
  const node = await openNode({
    home,
    identity,
    deployment: session.deployment,
    listen: settings.listen,
    ...limit,
    logger: cliLogger(cli),
  });
  let admitted = "";
  return {
    ...nodeFiles({
      node,
      view,
      note: (text) => cli.verbose && cli.out.note(text),
      pauses: options.follow === true ? PATIENCE_MS : STARTING_MS,
      ...(options.from ? { only: options.from.map((account) => account.toLowerCase() as Address) } : {}),
    }),
    async admit() {
      const peers = peersOfAllTasks(view, identity.account, Math.max(view.timestamp, session.now()));
      if (admissionKey(peers) === admitted) return;
      admitted = admissionKey(peers);
      await node.network.admit(peers);
    },
    [Symbol.asyncDispose]: () => node[Symbol.asyncDispose](),
  };
}

import { keccak256 } from "../../adapters/chain/keccak.ts";
import { audit } from "../../core/audit.ts";
import type { AuditFiles } from "../../core/audit/files.ts";
import { type AuditReport, EXIT_CODES } from "../../core/audit/report.ts";
import { SwarmError } from "../../core/errors.ts";
import { maxFileBytes } from "../../core/update.ts";
import { tensorSpecs } from "../../core/task/document.ts";
import { admittedPeers } from "../../daemon/admission.ts";
import { archiving } from "../audit/archive.ts";
import { damagedBlocks, folderFiles } from "../audit/folders.ts";
import { history } from "../audit/history.ts";
import { nodeFiles } from "../audit/nodes.ts";
import { printReport } from "../audit/print.ts";
import type { AccountOptions, Cli } from "../cli.ts";
import type { ExitCode } from "../exitCodes.ts";
import { homeOf, requireNodeSettings } from "../home.ts";
import { unlock } from "../identity.ts";
import { openSession, type Session } from "../session.ts";
import { cliLogger } from "../system.ts";
import { documentOf } from "../tasks.ts";
import { openNode } from "../wire.ts";

export interface AuditOptions extends AccountOptions {
  from?: string[];
  archive?: string;
  follow?: boolean;
}

/** `swarm audit`: recomputes everything from the ledger and the files. Exit code 0 right, 1 wrong, 3 right as far as it could be checked. */
export async function run(cli: Cli, options: AuditOptions): Promise<ExitCode> {
  await using closing = new AsyncDisposableStack();
  const session = closing.use(await openSession(cli, options));
  const { deployment } = session;
  const from = options.from ?? [];
  let files: AuditFiles = from.length > 0 ? await folderFiles(from) : closing.use(await networkFiles(cli, session, options));
  if (options.archive !== undefined) files = closing.use(await archiving(files, options.archive, cliLogger(cli)));

  const { checked, findings } = await damagedBlocks(from);
  let shown = 0;
  const report = await audit(history(session.ledger, options.follow === true, cli.signal), {
    files,
    deployment: { chainId: deployment.chainId, genesis: deployment.genesisHash, ledger: deployment.ledger, minPhaseBlocks: deployment.minPhaseBlocks },
    keccak256,
    // A followed audit ends at Ctrl-C and reports what it saw; any other is broken off by it.
    ...(options.follow === true ? {} : { signal: cli.signal }),
    onProgress: ({ rounds, findings: found }) => {
      if (rounds === shown) return;
      shown = rounds;
      if (options.follow === true || cli.verbose) cli.out.note(`${rounds} final rounds checked, ${found} findings`);
    },
  });
  const whole: AuditReport = findings.length === 0 ? report : { ...report, verdict: "wrong", exitCode: EXIT_CODES.wrong, findings: [...findings, ...report.findings] };
  printReport(cli, whole, checked);
  return whole.exitCode as ExitCode;
}

/** The running network's files, read as the account of `--home`: an auditor, or a member for its own tasks. */
async function networkFiles(cli: Cli, session: Session, options: AuditOptions): Promise<AuditFiles & AsyncDisposable> {
  if (options.home === undefined) {
    throw new SwarmError("HOME_MISSING", "say where the files are to be read from: --from <dir...> for nodes' folders or an archive, or --home <dir> of a registered auditor to ask the running nodes");
  }
  const home = homeOf(options);
  const settings = await requireNodeSettings(home);
  const identity = await unlock(cli, home, options);
  const largest = [...session.view.tasks.values()].map((task) => {
    const document = documentOf(task);
    return document ? maxFileBytes(tensorSpecs(document)) : 0;
  });
  const node = await openNode({ home, identity, deployment: session.deployment, listen: settings.listen, maxFileBytes: Math.max(1, ...largest), logger: cliLogger(cli) });
  try {
    await node.network.admit(admittedPeers(session.view.registry, identity.account, session.now()));
    return { ...nodeFiles(node, session.view, (text) => cli.verbose && cli.out.note(text)), [Symbol.asyncDispose]: () => node[Symbol.asyncDispose]() };
  } catch (error) {
    await node[Symbol.asyncDispose]();
    throw error;
  }
}

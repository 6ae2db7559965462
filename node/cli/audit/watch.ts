import { createLiveText, isLive, type TerminalStream } from "../../adapters/terminal/liveText.ts";
import type { AuditProgress } from "../../core/audit.ts";
import type { AuditFiles } from "../../core/audit/files.ts";
import type { Cli } from "../cli.ts";
import { liveOutput } from "../output/liveOutput.ts";
import type { Output } from "../output/output.ts";
import { counted } from "../output/units.ts";
import { filesWords } from "../words/audited.ts";

/** How often a terminal's line is drawn anew, and how often a line is written where there is none, milliseconds. */
const REDRAW_MS = 500;
const LINE_MS = 10_000;

/** Says on standard error how far an audit is, until disposed of. */
export interface AuditWatch extends Disposable {
  /** Prints above the terminal's line. */
  out: Output;
  /** Counts what is read. */
  through(files: AuditFiles): AuditFiles;
  onProgress(progress: Pick<AuditProgress, "rounds" | "findings">): void;
  /** So many of the nodes answer. */
  reaching(connected: number, nodes: number): void;
  /** How far it is, in words. */
  words(): string;
}

export interface WatchInit {
  /** Final rounds that the ledger has. */
  rounds: number;
  /** Whether nothing is to be said unasked. */
  quiet: boolean;
  stream?: TerminalStream;
  /** Calls back every so many milliseconds until disposed of. */
  every?(ms: number, tell: () => void): Disposable;
}

export function watchAudit({ out, verbose }: Cli, init: WatchInit): AuditWatch {
  const { rounds, quiet, stream = process.stderr, every = byTimer } = init;
  const seen = { rounds: 0, findings: 0, files: 0, nodes: new Set<string>(), folders: new Set<string>() };
  let reaching: string | undefined;

  const words = (): string => {
    if (reaching !== undefined) return reaching;
    const { files, nodes, folders } = seen;
    const from = filesWords({ files, nodes: nodes.size, folders: folders.size }, counted);
    const findings = seen.findings === 0 ? "no findings" : counted(seen.findings, "finding");
    return `${seen.rounds} of ${counted(rounds, "final round")} checked, ${from} read, ${findings} so far`;
  };
  const live = quiet || verbose || !isLive(stream) ? undefined : createLiveText(stream);
  const tell = (): void =>
    live ? live.show(fitting(`auditing: ${words()}`, stream)) : out.note(`auditing: ${words()}`);
  const timer = quiet ? undefined : every(live ? REDRAW_MS : LINE_MS, tell);
  return {
    out: live ? liveOutput(out, live) : out,
    through: (files) => ({
      ...files,
      async *get(kind, sha256, context) {
        for await (const copy of await files.get(kind, sha256, context)) {
          const { giver } = copy;
          seen.files++;
          (giver.kind === "node" ? seen.nodes : seen.folders).add(giver.name);
          yield copy;
        }
      },
    }),
    onProgress(progress) {
      seen.rounds = progress.rounds;
      seen.findings = progress.findings;
    },
    reaching(connected, nodes) {
      reaching = connected < nodes ? `${connected} of ${counted(nodes, "node")} answer` : undefined;
    },
    words,
    [Symbol.dispose]() {
      timer?.[Symbol.dispose]();
      live?.show("");
      live?.end();
    },
  };
}

const fitting = (text: string, { columns = 80 }: TerminalStream): string =>
  text.length < columns ? text : `${text.slice(0, columns - 2)}…`;

function byTimer(ms: number, tell: () => void): Disposable {
  const timer = setInterval(tell, ms);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

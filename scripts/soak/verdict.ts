import type { Course, Report, RoundFigures } from "./rounds.ts";
import { divergences, judgeRounds } from "./rounds.ts";
import { type Growth, growth, type Timed } from "./statistics.ts";

/** One daemon process, from its start to its end. */
export interface Life {
  node: number;
  /** Unix seconds. */
  since: number;
  /** Resident memory right after garbage was collected, kB. */
  memory: Timed[];
  /** Open files and sockets. */
  handles: Timed[];
}

export interface Evidence extends Course {
  reports: readonly Report[];
  lives: readonly Life[];
  /** Bytes of each node's folder without its two logs for each update that is to be kept, from when it has begun to delete old rounds. */
  disks: readonly (readonly Timed[])[];
  /** What went wrong besides: daemons that ended by themselves, or did not come back in time. */
  mishaps: readonly string[];
  /** `undefined` where the run ended before it. */
  audit: { exitCode: number; verdict: string; findings: readonly string[] } | undefined;
}

export interface Target {
  name: string;
  /** `undefined` where the run was too short to tell: that does not count as met. */
  met: boolean | undefined;
  text: string;
}

export interface Verdict {
  rounds: RoundFigures;
  memory: (Growth & { node: number; seconds: number })[];
  handles: (Growth & { node: number })[];
  disks: (Growth & { node: number })[];
  targets: Target[];
}

/** A daemon's memory still grows then: code is compiled, the heap finds its size. Seconds. */
export const WARM_UP = 300;
/** What is left of a life after that must be so long to be compared. Seconds. */
const LEAST_LIFE = 240;
/** A folder is looked at for so long at the least. Seconds. */
const LEAST_DISK = 120;
const LEAST_SHARE = 0.99;
const MOST_GROWTH = 0.05;
/** Connections come and go: a second one to each peer is no leak. */
const handlesSlack = (nodes: number): number => nodes;

export function judge(evidence: Evidence): Verdict {
  const { nodes, lives, disks, audit } = evidence;
  const rounds = judgeRounds(evidence);
  const old = lives.map((life) => ({
    node: life.node,
    memory: life.memory.filter(({ at }) => at >= life.since + WARM_UP),
    handles: life.handles.filter(({ at }) => at >= life.since + WARM_UP),
  }));
  const memory = old.flatMap(({ node, memory: figures }) => {
    const grown = growth(figures, 0.25, LEAST_LIFE);
    return grown ? [{ node, seconds: spanOf(figures), ...grown }] : [];
  });
  const handles = old.flatMap(({ node, handles: figures }) => {
    const grown = growth(figures, 0.25, LEAST_LIFE);
    return grown ? [{ node, ...grown }] : [];
  });
  const stored = disks.flatMap((figures, node) => {
    const grown = growth(figures, 0.5, LEAST_DISK);
    return grown ? [{ node, ...grown }] : [];
  });
  const differing = divergences(evidence.attempts, evidence.reports);
  const { final, aborted, inOutages } = rounds.attempts;
  const targets: Target[] = [
    share("rounds final in time", rounds.inTime, rounds.judged, [
      `outside of outages, ${rounds.final} final in all`,
      ...rounds.late.map((it) => `round ${it.round} took ${it.seconds} s of ${it.allowed.toFixed(0)} s`),
    ]),
    share("attempts that ended final", final, final + aborted, [
      `${inOutages} in outages not counted`,
      ...rounds.reasons,
    ]),
    {
      name: "one model per round",
      met: rounds.final > 0 && differing.length === 0,
      text:
        differing.length > 0
          ? differing.join("; ")
          : `${rounds.final} rounds, all votes and ${evidence.reports.length} reports of daemons agree`,
    },
    most("memory after warm-up", memory, MOST_GROWTH, (kb) => `${(kb / 1024).toFixed(0)} MB`),
    {
      name: "open handles",
      met: handles.length === 0 ? undefined : handles.every(({ first, last }) => last - first <= handlesSlack(nodes)),
      text: pairs(handles, String) || tooShort,
    },
    most(
      "folders, second half against first",
      stored.length < nodes ? [] : stored,
      MOST_GROWTH,
      (bytes) => `${(bytes / 1e3).toFixed(1)} kB an update`,
    ),
    {
      name: "no mishaps",
      met: evidence.mishaps.length === 0,
      text: evidence.mishaps.length === 0 ? "no daemon ended by itself, all came back" : evidence.mishaps.join("; "),
    },
    {
      name: "audit",
      met: audit && (audit.exitCode === 0 || audit.exitCode === 3),
      text: audit
        ? [`${audit.verdict} (exit code ${audit.exitCode})`, ...audit.findings].join("; ")
        : "the run ended before it",
    },
  ];
  return { rounds, memory, handles, disks: stored, targets };
}

const tooShort = "the run was too short to tell";

const spanOf = (figures: readonly Timed[]): number => (figures.at(-1)?.at ?? 0) - (figures[0]?.at ?? 0);

const percent = (part: number): string => `${(part * 100).toFixed(1)} %`;

function share(name: string, part: number, all: number, more: readonly string[]): Target {
  const text = all === 0 ? tooShort : `${part} of ${all} (${percent(part / all)})`;
  return {
    name,
    met: all === 0 ? undefined : part / all >= LEAST_SHARE,
    text: [text, ...more].join("; "),
  };
}

function most(
  name: string,
  figures: readonly (Growth & { node: number })[],
  limit: number,
  unit: (value: number) => string,
): Target {
  return {
    name,
    met: figures.length === 0 ? undefined : figures.every((grown) => grown.share < limit),
    text: pairs(figures, unit) || tooShort,
  };
}

const pairs = (figures: readonly (Growth & { node: number })[], unit: (value: number) => string): string =>
  figures
    .map(
      ({ node, first, last, share: part }) =>
        `clinic-${node + 1} ${unit(first)} to ${unit(last)} (${part < 0 ? "" : "+"}${percent(part)})`,
    )
    .join(", ");

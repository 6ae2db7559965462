import type { Bytes32 } from "../../node/core/primitives.ts";
import type { AttemptStory } from "./chronicle.ts";
import { overlap, type Span, touches } from "./statistics.ts";

/** What is known of the rounds' course, times in unix seconds. */
export interface Course {
  attempts: readonly AttemptStory[];
  /** Lengths of a task's phases, not grown. */
  submitSeconds: number;
  phasesSeconds: number;
  nodes: number;
  /** More than f daemons were down: nothing can be final. */
  outages: readonly Span[];
  /** The chain was down, or a licence was away without which the task waits: that time is nobody's. */
  standstills: readonly Span[];
  /** When the looking ended. */
  end: number;
}

export interface RoundFigures {
  final: number;
  /** Of those that no outage touched. */
  judged: number;
  inTime: number;
  late: { round: number; seconds: number; allowed: number }[];
  attempts: { final: number; aborted: number; inOutages: number };
  reasons: string[];
}

/** Nodes take turns at ending a phase whose time is over, a quarter of a second each; blocks' times are whole seconds. */
const TURN = 0.25;
const ROUNDING = 2;

/**
 * A round is in time if it is final within the phases of its first attempt, as the ledger set them, and the turns at ending them; counted from
 * the final block of the round before. Standstills are added to what is allowed.
 */
export function judgeRounds(course: Course): RoundFigures {
  const { attempts, outages, standstills, end } = course;
  const ended = attempts.filter(({ outcome }) => outcome !== "open");
  const spanOf = ({ openedAt, endedAt }: AttemptStory): Span => ({ from: openedAt, to: endedAt ?? end });
  const sound = ended.filter((it) => !outages.some((outage) => touches(outage, spanOf(it))));
  const late: RoundFigures["late"] = [];
  let judged = 0;
  let before: number | undefined;
  for (const [round, all] of Map.groupBy(attempts, (it) => it.round)) {
    const [first] = all as [AttemptStory];
    const last = all.at(-1) as AttemptStory;
    const span = { from: before ?? first.openedAt, to: last.outcome === "final" ? (last.endedAt as number) : end };
    const grown = first.submitSeconds / course.submitSeconds;
    const allowed = grown * course.phasesSeconds + 3 * course.nodes * TURN + ROUNDING + overlap(span, standstills);
    const seconds = span.to - span.from;
    before = last.endedAt;
    if (outages.some((outage) => touches(outage, span))) continue;
    // Still open, and within its time: nothing can be said.
    if (last.outcome !== "final" && seconds <= allowed) continue;
    judged++;
    if (seconds > allowed) late.push({ round, seconds, allowed });
  }
  return {
    final: ended.filter(({ outcome }) => outcome === "final").length,
    judged,
    inTime: judged - late.length,
    late,
    attempts: {
      final: sound.filter(({ outcome }) => outcome === "final").length,
      aborted: sound.filter(({ outcome }) => outcome === "aborted").length,
      inOutages: ended.length - sound.length,
    },
    reasons: sound.flatMap(({ reason, round, attempt }) =>
      reason === undefined ? [] : [`round ${round}, attempt ${attempt + 1}: ${reason}`],
    ),
  };
}

/** What a daemon said a round's model is. */
export interface Report {
  node: number;
  round: number;
  modelHash: Bytes32;
  /** When it said so, unix seconds. */
  at: number;
}

/**
 * Rounds in which not all said the same: the ledger, every vote, every daemon. A report older than the final block speaks of a history that
 * the chain lost (R9), and the daemon's later one, or none, counts.
 */
export function divergences(attempts: readonly AttemptStory[], reports: readonly Report[]): string[] {
  const byRound = Map.groupBy(reports, ({ round }) => round);
  return attempts.flatMap((attempt) => {
    const { round, endedAt = 0, modelHash, votes } = attempt;
    const hashes = new Set<string>(votes.values());
    if (attempt.outcome === "final") {
      hashes.add(modelHash as string);
      const latest = new Map<number, string>();
      for (const report of byRound.get(round) ?? [])
        if (report.at >= endedAt) latest.set(report.node, report.modelHash);
      for (const hash of latest.values()) hashes.add(hash);
    }
    return hashes.size > 1 ? [`round ${round}, attempt ${attempt.attempt + 1}: ${[...hashes].join(", ")}`] : [];
  });
}

import { table } from "../../node/cli/output/table.ts";
import type { SoakResult } from "./run.ts";

/** Lines of a target that are shown; the rest are counted. */
const MOST_SHOWN = 12;

/** The result for people: what was done, and each target with what was seen. */
export function resultText({ seconds, faults, rounds, targets, logBytes, blocksLost }: SoakResult): string {
  const done = Object.entries(faults).map(([kind, count]) => `${count} ${kind}`);
  const rows = targets.map(({ name, met, text }) => [
    name,
    met === undefined ? "not judged" : met ? "met" : "MISSED",
    lines(text),
  ]);
  const more = [
    `logs grew by ${Math.round(logBytes / 1000)} kB in all folders`,
    ...(blocksLost.length > 0 ? [`the chain lost ${blocksLost.join(", ")} blocks at its falls`] : []),
  ];
  const missed = targets.filter(({ met }) => met !== true).map(({ name }) => name);
  return [
    `${(seconds / 60).toFixed(1)} minutes, ${rounds.final} rounds final, faults: ${done.join(", ") || "none"}`,
    more.join("; "),
    "",
    table(["target", "", "seen"], rows),
    "",
    missed.length === 0 ? "every target is met" : `not met: ${missed.join(", ")}`,
  ].join("\n");
}

function lines(text: string): string {
  const all = text.split(/; |, (?=clinic-)/);
  const shown = all.slice(0, MOST_SHOWN).join("\n");
  return all.length > MOST_SHOWN ? `${shown}\nand ${all.length - MOST_SHOWN} more` : shown;
}

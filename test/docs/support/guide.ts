/** A step of a guide over several machines. */
export type GuideStep =
  | { kind: "type"; machine: string; script: string; stays: boolean }
  | { kind: "send"; file: string; from: string; to: string[] };

export interface Guide {
  /** Typed first in each terminal of each machine. */
  everywhere: string;
  /** Typed once on each machine. */
  once: string;
  steps: GuideStep[];
  machines: string[];
}

const PART = /^```sh (\w+)( stays| once)?\n([\s\S]*?)^```$|^\*\*Send\*\* `([^`]+)` from (\w+) to ([\w, ]+)\.$/gm;

/** Reads the blocks that name a machine, and the lines that say what is sent, in their order. @throws Error for a guide without them */
export function guideOf(text: string): Guide {
  const steps: GuideStep[] = [];
  let everywhere: string | undefined;
  let once = "";
  for (const [, machine, how, block, file, from, to] of text.matchAll(PART)) {
    if (file !== undefined) {
      const receivers = (to as string).split(/, | and /);
      steps.push({ kind: "send", file, from: from as string, to: receivers });
      continue;
    }
    const script = (block as string).trimEnd();
    if (machine !== "everyone")
      steps.push({ kind: "type", machine: machine as string, script, stays: how === " stays" });
    else if (how === " once") once = script;
    else everywhere = script;
  }
  if (everywhere === undefined || steps.length === 0) throw new Error("the guide has no commands that name machines");
  const machines = new Set(steps.flatMap((step) => (step.kind === "type" ? [step.machine] : [step.from, ...step.to])));
  return { everywhere, once, steps, machines: [...machines] };
}

/** `export` lines of a machine's blocks hold in its later terminals too, since a reader types on in the same one, or the same profile. */
export const exportsOf = (script: string): string =>
  script
    .split("\n")
    .filter((line) => line.startsWith("export "))
    .join("\n");

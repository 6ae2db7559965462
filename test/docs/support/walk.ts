import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "../../..");

/** A file of the project as text. @param path from the project's folder */
export const read = (path: string): string => readFileSync(join(root, path), "utf8");

/** Code blocks marked `sh` below a heading, up to the next heading of that level, in order. */
export function shellBlocks(text: string, heading: string): string[] {
  const from = text.indexOf(`\n${heading}\n`);
  if (from < 0) throw new Error(`there is no "${heading}"`);
  const level = /^#+ /.exec(heading)?.[0] ?? "";
  const end = text.indexOf(`\n${level}`, from + heading.length);
  const section = text.slice(from, end < 0 ? undefined : end);
  return [...section.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => (block as string).trimEnd());
}

/** What a reader of the walk types: first this in every terminal, then each step in a terminal where the one before is done. */
export interface Walk {
  everywhere: string;
  steps: Step[];
}

/** `stays` where the command runs until Ctrl-C, so that the next step needs another terminal. */
export interface Step {
  script: string;
  stays: boolean;
}

const STAYING = /\bswarm (chain start|node run)\b|\bswarm audit\b.*--follow\b/;

/** Lines that end in a command that stays are one terminal each; every other block is typed as a whole. */
export const walkOf = (readme: string): Walk => stepsOf(shellBlocks(readme, "## By hand, in separate terminals"));

/** All of a guide's commands: its title is the heading that they stand below. */
export const guideOf = (guide: string): Walk => stepsOf(shellBlocks(`\n${guide}`, /^# .*/.exec(guide)?.[0] ?? ""));

function stepsOf([everywhere, ...blocks]: string[]): Walk {
  if (everywhere === undefined) throw new Error("the walk has no commands");
  const steps = blocks.flatMap((block): Step[] => {
    if (!STAYING.test(block)) return [{ script: block, stays: false }];
    return block.split("\n").map((script) => ({ script, stays: STAYING.test(script) }));
  });
  return { everywhere, steps };
}

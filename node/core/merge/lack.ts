import type { MergeConfig } from "./rule.ts";
import { ruleOf } from "./rules.ts";
import { stepName, stepOf } from "./steps.ts";

/** What keeps updates from being merged so, and which part of the configuration says that they should. */
export interface Lack {
  code: "MERGE_CONFIG" | "MERGE_TOO_FEW";
  /** Keys below `merge`. */
  path: (string | number)[];
  /** A sentence. */
  message: string;
}

/**
 * What keeps n contributions, f of them faulty, from being merged as the configuration says; undefined if nothing does. Every step and the rule
 * are asked with as many vectors as reach them. Who has enough has enough with more, so the least n speaks for all.
 * @throws SwarmError MERGE_CONFIG
 */
export function lackOf(config: MergeConfig, n: number, f: number): Lack | undefined {
  const before = config.before ?? [];
  let vectors = n;
  const names = new Set<string>();
  let mixer: string | undefined;
  let made = "";
  for (const [i, it] of before.entries()) {
    const name = stepName(it);
    const step = stepOf(it);
    const path = ["before", i];
    if (names.has(name))
      return { code: "MERGE_CONFIG", path, message: `${name} stands there already; once is enough.` };
    names.add(name);
    const message = step.requires(vectors, f);
    if (message !== undefined) return { code: "MERGE_TOO_FEW", path, message: message + made };
    const rows = step.rows(vectors);
    if (rows !== vectors) made = ` ${name} makes ${rows} of ${vectors}.`;
    vectors = rows;
    if (step.mixes) mixer ??= name;
  }
  const message = ruleOf(config).requires(vectors, f);
  if (message !== undefined) return { code: "MERGE_TOO_FEW", path: ["rule"], message: message + made };
  if (config.cap === undefined || mixer === undefined) return undefined;
  return {
    code: "MERGE_CONFIG",
    path: ["cap"],
    message: `After ${mixer} all have the same weight: there is no share to cap.`,
  };
}

import type { MergeConfig } from "./rule.ts";
import { ruleOf } from "./rules.ts";
import { stepName, stepOf } from "./steps.ts";

/** What keeps updates from being merged so, and which part of the configuration says that they should. */
export interface Lack {
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
  for (const [i, it] of before.entries()) {
    const name = stepName(it);
    const step = stepOf(it);
    const path = ["before", i];
    if (names.has(name)) return { path, message: `${name} stands there already; once is enough.` };
    names.add(name);
    const message = step.requires(vectors, f);
    if (message !== undefined) return { path, message: message + madeOf(n, vectors, mixer) };
    vectors = step.rows(vectors);
    if (step.mixes) mixer ??= name;
  }
  const message = ruleOf(config).requires(vectors, f);
  if (message !== undefined) return { path: ["rule"], message: message + madeOf(n, vectors, mixer) };
  if (config.cap === undefined || mixer === undefined) return undefined;
  return { path: ["cap"], message: `After ${mixer} all have the same weight: there is no share to cap.` };
}

const madeOf = (n: number, vectors: number, mixer: string | undefined): string =>
  vectors === n ? "" : ` ${mixer} makes ${vectors} of ${n}.`;

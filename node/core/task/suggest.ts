import { type JsonSchema, taskJsonSchema } from "./jsonSchema.ts";

/** The keys that are allowed at a path of a task file; where layers and the like have kinds, those of the kind that is written there. */
export function allowedKeys(path: readonly (string | number)[], value: unknown): string[] {
  let schemas: JsonSchema[] = alternatives(taskJsonSchema(), value);
  let current = value;
  for (const part of path) {
    current =
      typeof current === "object" && current !== null ? (current as Record<string | number, unknown>)[part] : undefined;
    schemas = schemas.flatMap((schema) => children(schema, part)).flatMap((schema) => alternatives(schema, current));
  }
  return [...new Set(schemas.flatMap((schema) => Object.keys(schema.properties ?? {})))];
}

function children(schema: JsonSchema, part: string | number): JsonSchema[] {
  const child = typeof part === "number" ? schema.items : schema.properties?.[part];
  return child === undefined ? [] : [child].flat();
}

function alternatives(schema: JsonSchema, value: unknown): JsonSchema[] {
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices === undefined) return [schema];
  const fitting = choices.filter((choice) =>
    Object.entries(choice.properties ?? {}).every(([key, property]) => fits(property, key, value)),
  );
  return (fitting.length > 0 ? fitting : choices).flatMap((choice) => alternatives(choice, value));
}

/** Only kinds decide (`type: dense`, `rule: mean`): a property with one allowed value. */
function fits(property: JsonSchema, key: string, value: unknown): boolean {
  if (property.const === undefined || typeof value !== "object" || value === null) return true;
  return (value as Record<string, unknown>)[key] === property.const;
}

/** The allowed word that is nearest to a misspelled one, if any is near enough to be meant. */
export function nearest(word: string, allowed: readonly string[]): string | undefined {
  const lower = word.toLowerCase();
  const ranked = allowed.map((candidate) => ({ candidate, steps: editDistance(lower, candidate.toLowerCase()) }));
  ranked.sort((a, b) => a.steps - b.steps);
  const best = ranked[0];
  return best !== undefined && best.steps <= Math.max(1, Math.floor(word.length / 3)) ? best.candidate : undefined;
}

/** Least number of letters to insert, delete, replace or swap with the next one to make b of a (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwap ? (before[j - 2] ?? 0) + 1 : replaced;
      next.push(Math.min(replaced, swapped, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}

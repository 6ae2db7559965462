import type { z } from "zod";
import type { Problem } from "./problem.ts";
import { SECTION_EXAMPLES, sectionsWith } from "./sections.ts";
import { allowedKeys, nearest } from "./suggest.ts";

type Issue = z.core.$ZodIssue;
type Path = (string | number)[];

/** Longest part of a value that a message quotes. */
const QUOTED_LENGTH = 40;

/** The schema's issues in our words: what is there, what is allowed, and which key may have been meant. */
export function problemsOf(issues: readonly Issue[], document: unknown, prefix: Path = []): Problem[] {
  return issues.flatMap((issue) => {
    const path = [...prefix, ...issue.path.filter((part) => typeof part !== "symbol")] as Path;
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(path, key, document));
    if (issue.code === "invalid_union" && issue.errors.length > 0) {
      const branch = meantBranch(issue.errors);
      if (branch !== undefined) return problemsOf(branch, document, path);
      const choices = new Set(issue.errors.flatMap((errors) => errors.map(expectation)));
      const advice = exampleAt(path, document) ?? `allowed is ${[...choices].join(", or ")}`;
      return [{ path, message: `${found(document, path)}; ${advice}` }];
    }
    if (issue.code === "custom" || (issue.code === "invalid_format" && !issue.message.startsWith("Invalid"))) {
      return [{ path, message: `${found(document, path)}: ${issue.message}` }];
    }
    return [{ path, message: `${found(document, path)}; ${adviceOn(issue, path, document)}` }];
  });
}

/** What is allowed, and how to write it where that is easily missed. */
function adviceOn(issue: Issue, path: Path, document: unknown): string {
  const value = valueAt(document, path);
  if (issue.code === "invalid_type" && issue.expected === "string" && ["number", "boolean"].includes(typeof value))
    return `allowed is text: write it in quotes, "${String(value)}"`;
  return exampleAt(path, document) ?? `allowed is ${expectation(issue)}${fieldsOf(issue, path, document)}`;
}

/** For a section that is missing. */
function exampleAt(path: Path, document: unknown): string | undefined {
  const example = valueAt(document, path) === undefined ? SECTION_EXAMPLES[path.join(".")] : undefined;
  return example === undefined ? undefined : `it is written as in ${path.at(-1)}: ${example}`;
}

function fieldsOf(issue: Issue, path: Path, document: unknown): string {
  if (issue.code !== "invalid_type" || issue.expected !== "object") return "";
  const fields = allowedKeys(path, document);
  return fields.length === 0 ? "" : ` with ${fields.join(", ")}`;
}

function unknownKey(path: Path, key: string, document: unknown): Problem {
  const allowed = allowedKeys(path, document);
  const sections = sectionsWith(key, path);
  if (sections.length > 0) {
    const places = sections.map((section) => `"${section}"`).join(" or ");
    return { path: [...path, key], message: `is no field here; it belongs under ${places}` };
  }
  const meant = nearest(key, allowed);
  const advice = meant === undefined ? `allowed are ${allowed.join(", ")}` : `did you mean "${meant}"?`;
  return { path: [...path, key], message: `is no field that tasks have; ${advice}` };
}

/** Of a choice's alternatives, the one whose outer form was given, if there is just one: its inner errors say more. */
function meantBranch(errors: readonly Issue[][]): Issue[] | undefined {
  const scored = errors
    .filter((branch) => !branch.some((issue) => issue.path.length === 0 && issue.code !== "unrecognized_keys"))
    .map((branch) => ({ branch, strange: strangeKeys(branch), wrong: branch.length }));
  scored.sort((a, b) => a.strange - b.strange || a.wrong - b.wrong);
  return scored[0]?.branch;
}

/** Keys of the outer form that the alternative does not have. */
function strangeKeys(branch: Issue[]): number {
  return branch.reduce(
    (sum, issue) => sum + (issue.code === "unrecognized_keys" && issue.path.length === 0 ? issue.keys.length : 0),
    0,
  );
}

function expectation(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.expected === "int"
        ? "a whole number"
        : `${/^[aeiou]/.test(issue.expected) ? "an" : "a"} ${issue.expected}`;
    case "invalid_value":
      return issue.values.map((value) => JSON.stringify(value)).join(", ");
    case "invalid_union": {
      const { options } = issue as { options?: unknown[] };
      return options?.map((value) => JSON.stringify(value)).join(", ") ?? issue.message;
    }
    case "too_small":
      return `${issue.inclusive ? "at least" : "more than"} ${issue.minimum}${unitOf(issue.origin)}`;
    case "too_big":
      return `${issue.inclusive ? "at most" : "less than"} ${issue.maximum}${unitOf(issue.origin)}`;
    default:
      return issue.message;
  }
}

function unitOf(origin: string): string {
  return origin === "array" ? " entries" : origin === "string" ? " characters" : "";
}

function found(document: unknown, path: Path): string {
  const value = valueAt(document, path);
  if (value === undefined) return "is missing";
  if (isNested(value)) return Array.isArray(value) ? "is a list" : "is an object";
  const text = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? typeof value);
  return `is ${text.length > QUOTED_LENGTH ? `${text.slice(0, QUOTED_LENGTH)}...` : text}`;
}

function valueAt(document: unknown, path: Path): unknown {
  let value = document;
  for (const part of path)
    value = typeof value === "object" && value !== null ? (value as Record<string | number, unknown>)[part] : undefined;
  return value;
}

/** Lists in lists are not quoted: anyone can record a document so deep that writing it out overflows the stack. */
function isNested(value: unknown): boolean {
  const isObject = (item: unknown) => typeof item === "object" && item !== null;
  return isObject(value) && Object.values(value as object).some(isObject);
}

import { open } from "node:fs/promises";
import { isAlias, LineCounter, type Document, parseDocument as parseYaml, visit } from "yaml";
import { checkDocument } from "../../core/task/document.ts";
import { SwarmError } from "../../core/errors.ts";
import { type Problem, pathText } from "../../core/task/problem.ts";
import type { TaskDocument } from "../../core/task/schema.ts";
import { locate, place } from "./locate.ts";
import { syntaxProblem } from "./syntaxProblem.ts";

/** Most bytes of a task file: ten times what its document may take, for comments and indentation. */
export const MAX_TASK_FILE_BYTES = 262144;
/** Most problems that an error lists; the rest are counted. */
const LISTED_PROBLEMS = 50;

/** A problem and its place in the file; lines and columns count from 1. */
export interface LocatedProblem {
  line: number;
  column: number;
  path: string;
  message: string;
}

/** What is to be otherwise than a task file says. */
export interface TaskChange {
  /** In place of `round.rounds`. */
  rounds?: number | undefined;
}

/**
 * Reads and checks a task file (YAML 1.2, or JSON, which is a part of it), with `change` made before it is checked.
 * @throws SwarmError TASK_INVALID with every problem as `file:line:column: field: what is wrong` and as `data.problems`;
 *   TASK_UNREADABLE where the file cannot be read or is too large
 */
export async function readTaskFile(path: string, change: TaskChange = {}): Promise<TaskDocument> {
  return parseTaskText(await readText(path), path, change);
}

/** The same for text that is there already. @param file name to show in errors */
export function parseTaskText(text: string, file: string, change: TaskChange = {}): TaskDocument {
  const lines = new LineCounter();
  const yaml = parseYaml(text, {
    lineCounter: lines,
    strict: true,
    uniqueKeys: true,
    stringKeys: true,
    schema: "core",
    logLevel: "silent",
  });
  const errors = [...yaml.errors, ...yaml.warnings];
  if (errors.length > 0) {
    const { offset, message } = syntaxProblem(errors, text);
    throw invalid(file, [{ ...place(lines, offset), path: "", message }]);
  }
  const broken = aliases(yaml, lines);
  if (broken.length > 0) throw invalid(file, broken);
  const checked = checkDocument(withChange(yaml.toJS(), change));
  if ("document" in checked) return checked.document;
  throw invalid(
    file,
    checked.problems.map((problem) => ({
      ...locate(yaml, lines, problem.path),
      path: pathText(problem.path),
      message: isRounds(problem, change) ? `with --rounds ${change.rounds}: ${problem.message}` : problem.message,
    })),
  );
}

const isRounds = ({ path }: Problem, { rounds }: TaskChange): boolean =>
  rounds !== undefined && pathText(path) === "round.rounds";

/** Before the check, so that rules which take more than one field see the change; what is no task file's shape is left for them. */
function withChange(value: unknown, { rounds }: TaskChange): unknown {
  const round = (value as { round?: unknown } | null)?.round;
  if (rounds === undefined || typeof round !== "object" || round === null) return value;
  return { ...(value as object), round: { ...round, rounds } };
}

async function readText(path: string): Promise<string> {
  try {
    await using file = await open(path, "r");
    const { size } = await file.stat();
    if (size > MAX_TASK_FILE_BYTES) {
      throw new SwarmError(
        "TASK_UNREADABLE",
        `${path} has ${size} bytes; a task file has ${MAX_TASK_FILE_BYTES} at the most`,
        { path, size },
      );
    }
    return new TextDecoder("utf-8", { fatal: true }).decode(await file.readFile());
  } catch (cause) {
    if (cause instanceof SwarmError) throw cause;
    throw new SwarmError(
      "TASK_UNREADABLE",
      `cannot read the task file ${path}: ${(cause as Error).message}`,
      { path },
      cause,
    );
  }
}

/** Aliases can make a small file unfold into a huge value; tasks do not need them. */
function aliases(yaml: Document, lines: LineCounter): LocatedProblem[] {
  const problems: LocatedProblem[] = [];
  visit(yaml, (_key, node) => {
    if (!isAlias(node)) return;
    problems.push({
      ...place(lines, node.range?.[0] ?? 0),
      path: "",
      message: `alias *${node.source}: write the value out, task files have no aliases`,
    });
    return visit.BREAK;
  });
  return problems;
}

function invalid(file: string, problems: LocatedProblem[]): SwarmError {
  const sorted = problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
  const text = sorted
    .slice(0, LISTED_PROBLEMS)
    .map(({ line, column, path, message }) => `${file}:${line}:${column}: ${path === "" ? "" : `${path}: `}${message}`);
  if (sorted.length > LISTED_PROBLEMS) text.push(`... and ${sorted.length - LISTED_PROBLEMS} more`);
  return new SwarmError("TASK_INVALID", text.join("\n"), { file, problems: sorted });
}

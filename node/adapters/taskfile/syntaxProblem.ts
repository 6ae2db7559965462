import type { YAMLError } from "yaml";

/** A missing comma shows itself in one of these, and none of them says so. */
const IN_BRACKETS =
  /within flow collections|Missing , or :|Flow (sequence|map)|Nested mappings are not allowed in compact/;
const TABS = "Tabs are not allowed as indentation";
const OTHER_ADVICE: [RegExp, string][] = [
  [/must start at the same column/, "fields of one section are indented by the same number of spaces"],
  [/Implicit keys need to be on a single line/, "is the colon, or the space after it, missing?"],
];

/**
 * What is wrong with a file's YAML: the first error alone, since the others follow from it, with what it most likely comes of.
 * A tab is named before all others: what a parser makes of its line is confusing.
 * @param errors at least one, in the parser's order
 * @param text the file's
 */
export function syntaxProblem(
  errors: readonly Pick<YAMLError, "pos" | "message">[],
  text: string,
): { offset: number; message: string } {
  const [first] = errors.toSorted((a, b) => a.pos[0] - b.pos[0]);
  const error = errors.find(({ message }) => message.startsWith(TABS)) ?? first;
  if (error === undefined) throw new Error("no error");
  const [offset] = error.pos;
  const line = error.message.split("\n")[0] ?? error.message;
  const words = line.replace(/ at line \d+, column \d+:?$/, "");
  return { offset, message: `${words}${adviceOn(words, lineAt(text, offset))}` };
}

function adviceOn(words: string, line: string): string {
  if (words.startsWith(TABS)) return ": YAML wants spaces";
  if (IN_BRACKETS.test(words)) return /[[{]/.test(line) ? ": is a comma missing, or a bracket not closed?" : QUOTES;
  const advice = OTHER_ADVICE.find(([pattern]) => pattern.test(words))?.[1];
  return advice === undefined ? "" : `: ${advice}`;
}

/** A colon in text makes a field of it; so does a line that is indented under a value. */
const QUOTES = ': is the next line indented too far? Text with ": " in it has to be in quotes';

function lineAt(text: string, offset: number): string {
  const end = text.indexOf("\n", offset);
  return text.slice(text.lastIndexOf("\n", offset - 1) + 1, end < 0 ? undefined : end);
}

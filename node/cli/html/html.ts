import { escaped } from "../charts/svg.ts";

/** A piece of HTML that may go into a page as it is. Made by `html` and `trusted` only. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toString(): string {
    return this.text;
  }
}

/** What a template takes: text and numbers, escaped; pieces of HTML and lists of all these as they are; nothing for the rest. */
export type Part = string | number | bigint | Html | undefined | null | false | readonly Part[];

/** A template of HTML. What is put into it is escaped, in content and in quoted attributes, unless it is `Html` itself. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.map((text, i) => text + (i < parts.length ? textOf(parts[i]) : "")).join(""));
}

/** Text that this program made and that is HTML already, such as a chart. Never for anything that came from outside. */
export const trusted = (text: string): Html => new Html(text);

function textOf(part: Part): string {
  if (part === undefined || part === null || part === false) return "";
  if (part instanceof Html) return part.text;
  if (Array.isArray(part)) return part.map(textOf).join("");
  return escaped(String(part));
}

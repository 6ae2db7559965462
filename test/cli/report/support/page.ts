import assert from "node:assert/strict";
import { type DefaultTreeAdapterTypes, parse, type ParserError } from "parse5";

type Node = DefaultTreeAdapterTypes.Node;
export type PageElement = DefaultTreeAdapterTypes.Element;

/** A page as a browser would read it; fails where it had to guess. */
export function parsePage(text: string): { all(name: string): PageElement[]; text: string } {
  const errors: ParserError[] = [];
  const document = parse(text, { onParseError: (error) => errors.push(error) });
  assert.deepEqual(
    errors.map(({ code, startLine }) => `${code} in line ${startLine}`),
    [],
  );
  return { all: (name) => elementsIn(document).filter((element) => element.tagName === name), text: textOf(document) };
}

/** All text in an element, blanks as one. */
export const textOf = (node: Node): string => rawText(node).replaceAll(/\s+/g, " ").trim();

function rawText(node: Node): string {
  if ("value" in node) return node.value;
  if (!("childNodes" in node) || ("tagName" in node && node.tagName === "style")) return "";
  return node.childNodes.map(rawText).join(" ");
}

function elementsIn(node: Node): PageElement[] {
  if (!("childNodes" in node)) return [];
  return node.childNodes.flatMap((child) => ("tagName" in child ? [child, ...elementsIn(child)] : elementsIn(child)));
}

export const attribute = (element: PageElement, name: string): string | undefined =>
  element.attrs.find((each) => each.name === name)?.value;

/** Rows of the table with this caption, as text, its header first. */
export function tableRows(page: ReturnType<typeof parsePage>, caption: string): string[][] {
  const table = page.all("table").find((each) => {
    const found = elementsIn(each).find(({ tagName }) => tagName === "caption");
    return found !== undefined && textOf(found) === caption;
  });
  assert.ok(table, `no table "${caption}"`);
  const rows = elementsIn(table).filter(({ tagName }) => tagName === "tr");
  return rows.map((row) => row.childNodes.filter((cell) => "tagName" in cell).map(textOf));
}

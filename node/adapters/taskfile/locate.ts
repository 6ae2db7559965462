import { type Document, isNode, type LineCounter, type Node, type Pair } from "yaml";

/** In a file, both from 1. */
export interface Place {
  line: number;
  column: number;
}

/** Where the deepest part of the path stands that is in the file. */
export function locate(yaml: Document, lines: LineCounter, path: readonly (string | number)[]): Place {
  let node: unknown = yaml.contents;
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  for (const part of path) {
    const items: unknown = (node as { items?: unknown } | null)?.items;
    if (!Array.isArray(items)) break;
    if (typeof part === "number") {
      node = items[part];
    } else {
      const pair = (items as Pair<Node, Node | null>[]).find(
        ({ key }) => String((key as { value?: unknown } | null)?.value) === part,
      );
      if (pair === undefined) break;
      offset = pair.key?.range?.[0] ?? offset;
      node = pair.value;
      continue;
    }
    if (!isNode(node)) break;
    offset = node.range?.[0] ?? offset;
  }
  return place(lines, offset);
}

export function place(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

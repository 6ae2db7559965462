import assert from "node:assert/strict";

export interface Element {
  name: string;
  attributes: Record<string, string>;
  /** Directly in it. */
  text: string;
}

const TOKEN = /<\?xml [^<>]*\?>|<(\/?)([A-Za-z]\w*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|([^<>]+)/y;
const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** The elements of an XML document in their order; fails where it is not well-formed (of what a picture needs: no comments, no CDATA). */
export function elementsOf(document: string): Element[] {
  const elements: Element[] = [];
  const open: Element[] = [];
  let roots = 0;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < document.length) {
    const at = TOKEN.lastIndex;
    const token = TOKEN.exec(document);
    assert.ok(token, `no XML from: ${document.slice(at, at + 60)}`);
    const [, closing, name, attributes = "", empty, text] = token;
    if (text !== undefined) {
      const [inner] = open.slice(-1);
      if (inner) inner.text += decoded(text);
      else assert.equal(text.trim(), "", "text outside of the root");
    } else if (closing === "/") {
      assert.equal(open.pop()?.name, name, "ends what is open");
    } else if (name !== undefined) {
      if (open.length === 0) roots++;
      const element = { name, attributes: attributesOf(attributes), text: "" };
      elements.push(element);
      if (empty !== "/") open.push(element);
    }
  }
  assert.deepEqual(open, [], "all is closed");
  assert.equal(roots, 1, "one root");
  return elements;
}

function attributesOf(source: string): Record<string, string> {
  const pairs = [...source.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [key, decoded(value)]);
  assert.equal(new Set(pairs.map(([key]) => key)).size, pairs.length, `an attribute stands there twice:${source}`);
  return Object.fromEntries(pairs) as Record<string, string>;
}

function decoded(text: string): string {
  return text.replaceAll(/&(\w*);?/g, (entity, name: string) => {
    assert.ok(entity.endsWith(";") && name in ENTITIES, `unknown entity in: ${text}`);
    return ENTITIES[name] as string;
  });
}

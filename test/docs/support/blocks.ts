/** A fenced block of a Markdown document. */
export interface Block {
  /** What stands behind the opening fence. */
  language: string;
  text: string;
  /** Of the opening fence, from 1. */
  line: number;
}

/** All fenced blocks in their order. */
export const blocksOf = (markdown: string): Block[] =>
  [...markdown.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].map(({ index, 1: language, 2: text }) => ({
    language: language as string,
    text: (text as string).trimEnd(),
    line: markdown.slice(0, index).split("\n").length,
  }));

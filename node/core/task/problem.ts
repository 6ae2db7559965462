/** One thing that is wrong with a document, and where. */
export interface Problem {
  path: readonly (string | number)[];
  /** Continues "field.path: ", says what is wrong and what is allowed. */
  message: string;
}

/** `data.label.classes[1]`; the document itself is "(document)". */
export function pathText(path: readonly (string | number)[]): string {
  let text = "";
  for (const part of path) text += typeof part === "number" ? `[${part}]` : text === "" ? part : `.${part}`;
  return text === "" ? "(document)" : text;
}

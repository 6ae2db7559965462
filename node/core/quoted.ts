/**
 * A value that a stranger's file or message holds, for an error's text: strings in quotes and cut, everything else by its type alone,
 * because a list that is nested deep enough overflows the stack of whoever writes it out.
 */
export function quoted(value: unknown, maxLength = 60): string {
  if (value === null) return "null";
  if (typeof value !== "string") return Array.isArray(value) ? "array" : typeof value;
  return JSON.stringify(cut(value, maxLength));
}

/** The text itself up to `maxLength` UTF-16 units, longer ones with an ellipsis. */
export function cut(text: string, maxLength = 60): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength)}…`;
}

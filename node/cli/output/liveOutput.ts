import type { LiveText } from "../../adapters/terminal/liveText.ts";
import type { Output } from "./output.ts";

/** Prints above the lines that are drawn anew at the end of the terminal. */
export const liveOutput = (out: Output, live: Pick<LiveText, "above">): Output => ({
  isJson: out.isJson,
  say: (text) => live.above(() => out.say(text)),
  note: (text) => live.above(() => out.note(text)),
  json: (value) => out.json(value),
});

import { SwarmError } from "../../core/errors.ts";

export interface Question {
  message: string;
  /** What an empty answer means. */
  default?: string;
  /** What is wrong with an answer; undefined where nothing is. It is asked again then. */
  problem?: (answer: string) => string | undefined;
}

/** Asks somebody at a terminal. @throws SwarmError USAGE_NOT_ANSWERED; the signal's reason */
export type Ask = (question: Question) => Promise<string>;

/** @param signal ends the question that is open */
export const createAsk =
  (signal: AbortSignal): Ask =>
  async ({ message, default: usual, problem }) => {
    // Loaded only for someone who types; questions go to standard error, so that output in pipes stays clean.
    const { default: prompt } = await import("@inquirer/input");
    try {
      const answer = await prompt(
        {
          message,
          ...(usual === undefined ? {} : { default: usual }),
          validate: (text) => problem?.(text.trim()) ?? true,
        },
        { output: process.stderr, clearPromptOnDone: false, signal },
      );
      return answer.trim();
    } catch (error) {
      signal.throwIfAborted();
      if ((error as Error).name !== "ExitPromptError") throw error;
      const text =
        "the question was left without an answer: nothing was changed. Every answer is an option, too (--help)";
      throw new SwarmError("USAGE_NOT_ANSWERED", text, { question: message }, error);
    }
  };

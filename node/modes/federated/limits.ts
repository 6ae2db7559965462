/** Limits on what the other side of a conversation can make this one wait for, or keep. */

/** Either side says something at least this often, so that a line that died without a word is noticed. Milliseconds. */
export const HERE_MS = 15_000;
/** A side that said nothing for so long is gone; several times `HERE_MS`. Milliseconds. */
export const SILENT_MS = 60_000;
/** How long the first words, either way, may take. Milliseconds. */
export const HELLO_MS = 20_000;
/** Signs of life that a client may send in `HERE_MS`; more is flooding. */
export const MOST_HERE = 8;
/** Pauses of a client between attempts that failed though the coordinator is connected: doubles from the first to the last. Milliseconds. */
export const RETRY_FIRST_MS = 250;
export const RETRY_LAST_MS = 8_000;
/** How long the coordinator waits at the end until its clients have the last model. Milliseconds. */
export const FAREWELL_MS = 60_000;

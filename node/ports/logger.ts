/** Structured log lines: a message that is a sentence, then context. Secrets and rows never appear in either. */
export interface Logger {
  debug(message: string, context?: Record<string, unknown>): void;
  info(message: string, context?: Record<string, unknown>): void;
  warn(message: string, context?: Record<string, unknown>): void;
  error(message: string, context?: Record<string, unknown>): void;
  /** A logger that adds `context` to every line. */
  child(context: Record<string, unknown>): Logger;
}

/**
 * What every expected failure throws: a stable code for programs and tests, typed data, and a message that says what to do next.
 * Codes are upper-case words, prefixed by the area they come from (`TASK_`, `CSV_`, `DATA_`, `CHAIN_`, `KEY_`, `PEER_`, `FILE_`, `AUDIT_`).
 */
export class SwarmError extends Error {
  readonly code: string;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, data: Record<string, unknown> = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "SwarmError";
    this.code = code;
    this.data = data;
  }
}

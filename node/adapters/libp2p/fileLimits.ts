/** Limits of the file protocol. All hold against any peer, admitted ones included. */
export interface FileLimits {
  /** Largest file that is served or, whatever a caller allows, fetched. Bytes. */
  maxFileBytes: number;
  /** How long a request, or an answer's first byte, may take. Milliseconds. */
  answerMs: number;
  /** Longest pause between bytes. Milliseconds. */
  idleMs: number;
  /** A transfer of n bytes may take `answerMs` and n divided by this. Bytes per second. */
  minBytesPerSecond: number;
  /** Transfers served at a time to all peers; must not be below `maxServedPerPeer`. */
  maxServed: number;
  /** Transfers served at a time to one peer, all of different files. */
  maxServedPerPeer: number;
}

export const defaultFileLimits: FileLimits = {
  maxFileBytes: 256 * 1024 * 1024,
  answerMs: 20_000,
  idleMs: 20_000,
  minBytesPerSecond: 64 * 1024,
  maxServed: 16,
  maxServedPerPeer: 4,
};

/** Milliseconds that a whole transfer may take. @param size bytes */
export function transferMs(limits: FileLimits, size: number): number {
  return limits.answerMs + (1000 * size) / limits.minBytesPerSecond;
}

import type { Change, DashboardSource } from "../../../ports/dashboard.ts";

export const STREAM_LIMITS = {
  /** Event streams that may be open at a time. */
  streams: 16,
  /** What may wait for a page that reads slowly, bytes; beyond it the stream ends, and the page asks again when it can. */
  waitingBytes: 1024 * 1024,
  /** How often a comment is sent, so that whatever lies between knows that the stream lives. Milliseconds. */
  heartbeatMs: 15_000,
} as const;

export interface EventStreams {
  /** A stream of all changes after `version`; undefined where too many are open. A page that knows too little is told `reset`. */
  open(version: string): ReadableStream<Uint8Array> | undefined;
  readonly count: number;
}

const encoder = new TextEncoder();

/** Server-sent events: each change is turned into bytes once, for all streams. @param signal ends all streams */
export function createEventStreams(
  source: DashboardSource,
  signal: AbortSignal,
  given: Partial<Record<keyof typeof STREAM_LIMITS, number>> = {},
): EventStreams {
  const limits = { ...STREAM_LIMITS, ...given };
  const open = new Set<ReadableStreamDefaultController<Uint8Array>>();
  const end = (stream: ReadableStreamDefaultController<Uint8Array>): void => {
    if (!open.delete(stream)) return;
    stream.close();
    if (open.size === 0) stop();
  };
  const send = (bytes: Uint8Array): void => {
    for (const stream of open) {
      if ((stream.desiredSize ?? 0) < bytes.byteLength) end(stream);
      else stream.enqueue(bytes);
    }
  };
  let stop = (): void => undefined;
  const start = (): void => {
    const unsubscribe = source.onChange((change) => send(eventBytes("change", change)));
    const heartbeat = setInterval(() => send(encoder.encode(": still here\n\n")), limits.heartbeatMs);
    stop = () => {
      unsubscribe();
      clearInterval(heartbeat);
    };
  };
  signal.addEventListener("abort", () => open.forEach(end), { once: true });
  return {
    get count() {
      return open.size;
    },
    open(version) {
      if (open.size >= limits.streams || signal.aborted) return undefined;
      let own: ReadableStreamDefaultController<Uint8Array>;
      const first = source.changesAfter(version);
      const bytes = first ? eventBytes("change", first) : encoder.encode("event: reset\ndata: {}\n\n");
      // What it missed may be larger than what may wait later.
      const highWaterMark = bytes.byteLength + limits.waitingBytes;
      return new ReadableStream<Uint8Array>(
        {
          start(controller) {
            own = controller;
            if (open.size === 0) start();
            open.add(controller);
            controller.enqueue(bytes);
          },
          cancel() {
            open.delete(own);
            if (open.size === 0) stop();
          },
        },
        { highWaterMark, size: (chunk) => chunk?.byteLength ?? 0 },
      );
    },
  };
}

const eventBytes = (event: string, change: Change): Uint8Array =>
  encoder.encode(`event: ${event}\nid: ${change.version}\ndata: ${JSON.stringify(change)}\n\n`);

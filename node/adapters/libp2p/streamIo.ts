import type { Stream } from "@libp2p/interface";

/** Bytes handed to a stream at a time: one yamux frame. */
const CHUNK_BYTES = 64 * 1024;

/** A peer was too slow; the message says with what. */
export class SlowPeerError extends Error {}

/** The stream ended before all was there. */
export class BrokenStreamError extends Error {}

export interface StreamLimits {
  /** Longest pause between bytes, milliseconds. */
  idleMs: number;
  signal: AbortSignal;
}

/**
 * Feeds a stream's bytes to `take`, as they come, until it returns true. Bytes are worked off when they arrive, so the sender
 * is held back by the stream's window and nothing piles up here. The stream is reset when this rejects.
 * @param limits `totalMs`: how long all of it may take
 * @throws what `take` throws, the signal's reason, SlowPeerError, BrokenStreamError
 */
export function readStream(
  stream: Stream,
  take: (chunk: Uint8Array) => boolean,
  limits: StreamLimits & { totalMs: number },
): Promise<void> {
  const { signal, idleMs, totalMs } = limits;
  return new Promise<void>((resolve, reject) => {
    let idle: NodeJS.Timeout | undefined;
    const total = setTimeout(() => fail(new SlowPeerError(`was not done after ${Math.round(totalMs)} ms`)), totalMs);

    function detach(): void {
      clearTimeout(total);
      clearTimeout(idle);
      stream.removeEventListener("message", onMessage);
      stream.removeEventListener("end", onEnd);
      stream.removeEventListener("close", onClose);
      signal.removeEventListener("abort", onAbort);
    }
    function fail(error: unknown): void {
      detach();
      stream.abort(error instanceof Error ? error : new Error(String(error)));
      reject(error);
    }
    function restartIdle(): void {
      clearTimeout(idle);
      idle = setTimeout(() => fail(new SlowPeerError(`sent nothing for ${idleMs} ms`)), idleMs);
    }
    function onMessage({ data }: { data: { subarray(): Uint8Array } }): void {
      restartIdle();
      try {
        if (!take(data.subarray())) return endIfRead();
      } catch (error) {
        return fail(error);
      }
      detach();
      resolve();
    }
    const onEnd = (): void => fail(new BrokenStreamError("ended too early"));
    /** The end may have been told before: while the protocol was negotiated, with these bytes still to be handed on. */
    const endIfRead = (): void => {
      if (stream.readableEnded && stream.readBufferLength === 0) onEnd();
    };
    const onClose = ({ error }: { error?: Error | undefined }): void => {
      if (error === undefined && stream.readBufferLength > 0) return;
      fail(
        new BrokenStreamError(error === undefined ? "was cut off" : `was cut off (${error.message})`, { cause: error }),
      );
    };
    const onAbort = (): void => fail(signal.reason);

    if (signal.aborted) return onAbort();
    restartIdle();
    signal.addEventListener("abort", onAbort, { once: true });
    stream.addEventListener("end", onEnd);
    stream.addEventListener("close", onClose);
    stream.addEventListener("message", onMessage);
    // What happened before anyone listened: an end or a reset with nothing left to read.
    if (stream.readStatus === "closed") onClose({ error: undefined });
    else endIfRead();
  });
}

/**
 * Sends bytes no faster than the peer takes them, and closes the stream for writing.
 * @throws the signal's reason, SlowPeerError, BrokenStreamError; the stream is reset then
 */
export async function writeStream(stream: Stream, parts: Uint8Array[], limits: StreamLimits): Promise<void> {
  await sendParts(stream, parts, limits);
  await closeWriting(stream, limits);
}

/** The same, with more to be sent later. */
export function sendParts(stream: Stream, parts: Uint8Array[], limits: StreamLimits): Promise<void> {
  return resetting(stream, limits, async () => {
    for (const part of parts) {
      for (let start = 0; start < part.length; start += CHUNK_BYTES) {
        limits.signal.throwIfAborted();
        if (!stream.send(part.subarray(start, start + CHUNK_BYTES))) await drained(stream, limits);
      }
    }
  });
}

/** Says that nothing more will be sent; resolves when all is handed on. @throws as `writeStream` */
export function closeWriting(stream: Stream, limits: StreamLimits): Promise<void> {
  return resetting(stream, limits, () =>
    stream.close({ signal: AbortSignal.any([limits.signal, AbortSignal.timeout(limits.idleMs)]) }),
  );
}

async function resetting(stream: Stream, limits: StreamLimits, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    const reason = explain(error, limits);
    stream.abort(reason instanceof Error ? reason : new Error(String(reason)));
    throw reason;
  }
}

function explain(error: unknown, { signal, idleMs }: StreamLimits): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof SlowPeerError || error instanceof BrokenStreamError) return error;
  if (error instanceof Error && error.name === "TimeoutError")
    return new SlowPeerError(`took nothing for ${idleMs} ms`, { cause: error });
  // libp2p's waits reject with the stream's closing event itself, which may carry an error.
  const cause = error instanceof Event && "error" in error ? error.error : error;
  return new BrokenStreamError(cause instanceof Error ? `was cut off (${cause.message})` : "was cut off", { cause });
}

/** Waits for room. The stream's own `onDrain()` answers at once from the second time on, which would queue the whole file. */
function drained(stream: Stream, { idleMs, signal }: StreamLimits): Promise<void> {
  if (!stream.writableNeedsDrain) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const idle = setTimeout(() => end(new SlowPeerError(`took nothing for ${idleMs} ms`)), idleMs);
    function end(error?: unknown): void {
      clearTimeout(idle);
      stream.removeEventListener("drain", onDrain);
      stream.removeEventListener("close", onClose);
      signal.removeEventListener("abort", onAbort);
      if (error === undefined) resolve();
      else reject(error);
    }
    const onDrain = (): void => end();
    const onClose = (): void => end(new BrokenStreamError("was cut off"));
    const onAbort = (): void => end(signal.reason);
    stream.addEventListener("drain", onDrain);
    stream.addEventListener("close", onClose);
    signal.addEventListener("abort", onAbort, { once: true });
    if (stream.writeStatus === "closed") onClose();
  });
}

import type { Socket } from "node:net";
import type { Line } from "./line.ts";

/** Bytes under way in one direction of a connection before its sender has to wait. */
const WINDOW = 65_536;
/** Bytes that pass a line at a time, so that connections share it. */
const SLICE = 8_192;

/** One direction of a connection: what is sent arrives in order, when the lines have carried it, and not while the gate is shut. */
export interface Pipe {
  /** Goes on, or not, after the gate has changed. */
  wake(): void;
  /** Bytes that were delivered. */
  readonly carried: number;
}

/** @param lines that the bytes pass, one after the other @param isOpen false: nothing moves, nothing is lost */
export function pipe(from: Socket, to: Socket, lines: readonly Line[], isOpen: () => boolean): Pipe {
  const queue: { at: number; bytes: Buffer }[] = [];
  let queued = 0;
  let last = 0;
  let carried = 0;
  let ended = false;
  let timer: NodeJS.Timeout | undefined;

  const deliver = (): void => {
    timer = undefined;
    while (isOpen() && queue.length > 0 && (queue[0] as { at: number }).at <= performance.now()) {
      const { bytes } = queue.shift() as { bytes: Buffer };
      queued -= bytes.length;
      carried += bytes.length;
      to.write(bytes);
    }
    if (queued < WINDOW) from.resume();
    if (ended && queue.length === 0) to.end();
    const [next] = queue;
    if (next && isOpen()) timer = setTimeout(deliver, Math.max(1, next.at - performance.now()));
  };
  from.on("data", (chunk: Buffer) => {
    for (let at = 0; at < chunk.length; at += SLICE) {
      const bytes = chunk.subarray(at, at + SLICE);
      let arrives = performance.now();
      for (const line of lines) arrives = line.pass(arrives, bytes.length);
      last = Math.max(last, arrives);
      queue.push({ at: last, bytes });
      queued += bytes.length;
    }
    if (queued >= WINDOW) from.pause();
    if (timer === undefined) deliver();
  });
  from.on("end", () => {
    ended = true;
    if (timer === undefined) deliver();
  });
  from.on("close", () => clearTimeout(timer));
  return {
    wake: () => {
      if (timer === undefined) deliver();
    },
    get carried() {
      return carried;
    },
  };
}

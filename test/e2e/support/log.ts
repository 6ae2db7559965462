import { closeSync, openSync, readSync, watch } from "node:fs";

/** Milliseconds after which a line is believed never to come. */
const PATIENCE = 60_000;

/** Reads a daemon's log as it is written. */
export interface LogWatch extends Disposable {
  /** The next line that matches, as the object it is. @throws Error with the last lines, if none comes */
  next(line: RegExp): Promise<Record<string, unknown>>;
  /** Takes what came since, so that `next` looks at later lines only. */
  rest(): string[];
}

export function watchLog(file: string, patienceMs = PATIENCE): LogWatch {
  const fd = openSync(file, "r");
  let offset = 0;
  let rest = "";
  let closed = false;
  const lines: string[] = [];
  const skipped: string[] = [];
  let wake: () => void = () => undefined;
  const read = (): void => {
    if (closed) return;
    const chunk = Buffer.alloc(65_536);
    for (let size = readSync(fd, chunk, 0, chunk.length, offset); size > 0;) {
      offset += size;
      rest += chunk.toString("utf8", 0, size);
      size = readSync(fd, chunk, 0, chunk.length, offset);
    }
    const whole = rest.split("\n");
    rest = whole.pop() ?? "";
    lines.push(...whole);
    wake();
  };
  const watcher = watch(file, read);
  read();
  return {
    async next(pattern) {
      const end = Date.now() + patienceMs;
      for (;;) {
        for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
          if (pattern.test(line)) return JSON.parse(line) as Record<string, unknown>;
          skipped.push(line);
        }
        const { promise, resolve, reject } = Promise.withResolvers<void>();
        const late = (): void =>
          reject(new Error(`${file}: no ${pattern}; the last lines are\n${skipped.slice(-10).join("\n")}`));
        const limit = setTimeout(late, Math.max(0, end - Date.now()));
        wake = resolve;
        await promise.finally(() => clearTimeout(limit));
      }
    },
    rest: () => lines.splice(0),
    [Symbol.dispose]() {
      if (closed) return;
      closed = true;
      watcher.close();
      closeSync(fd);
    },
  };
}

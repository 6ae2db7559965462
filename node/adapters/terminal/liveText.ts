import { createLogUpdate } from "log-update";

/** The lines at the end of a terminal, drawn anew in their place. */
export interface LiveText extends Disposable {
  /** Draws these lines in the place of those before; none where empty. */
  show(text: string): void;
  /** Takes the lines away while `write` prints above them, then draws them again. */
  above(write: () => void): void;
  /** Leaves the lines as they are and gives the cursor back. May be called again. */
  end(): void;
}

/** A stream that may be a terminal, such as standard output. */
export type TerminalStream = NodeJS.WritableStream & { isTTY?: boolean; columns?: number; rows?: number };

/** Whether lines can be redrawn there: a terminal that knows how to move its cursor. */
export const isLive = (stream: TerminalStream, env: NodeJS.ProcessEnv = process.env): boolean =>
  stream.isTTY === true && env["TERM"] !== "dumb" && env["CI"] === undefined;

/** Lines longer than the terminal is wide are wrapped; of more lines than it has, the last are shown. @param stream a terminal */
export function createLiveText(stream: TerminalStream): LiveText {
  const update = createLogUpdate(stream);
  let shown = "";
  let isOver = false;
  const draw = (): void => {
    if (shown !== "") update(shown);
  };
  const end = (): void => {
    if (isOver) return;
    isOver = true;
    update.done();
  };
  return {
    show(text) {
      if (isOver || text === shown) return;
      if (text === "") update.clear();
      shown = text;
      draw();
    },
    above(write) {
      if (isOver || shown === "") return write();
      update.clear();
      write();
      return draw();
    },
    end,
    [Symbol.dispose]: end,
  };
}

import type { LiveText } from "../adapters/terminal/liveText.ts";
import type { NetworkView } from "../core/ledger/view/network.ts";
import type { Names } from "./names.ts";
import { printable } from "./output/table.ts";
import { utc } from "./output/units.ts";
import { findTask } from "./tasks.ts";
import { taskStatus } from "./taskStatus.ts";
import { liveStatus } from "./words/liveStatus.ts";

/** How often the clocks are drawn anew, milliseconds. */
const REDRAW_MS = 1_000;

/**
 * Draws the network's tasks in place, whenever something happened and each second, until the updates end.
 * @param now unix seconds
 */
export async function watchLive(
  updates: AsyncIterable<{ view: NetworkView }>,
  live: Pick<LiveText, "show">,
  { names, oldAfter }: { names: Names; oldAfter: number },
  { task }: { task?: string },
  now: () => number,
): Promise<void> {
  let view: NetworkView | undefined;
  const draw = (): void => {
    if (!view) return;
    const seen = view;
    const time = Math.max(seen.timestamp, now());
    const tasks = task === undefined ? [...seen.tasks.values()] : [findTask(seen, task)];
    const blocks = tasks.map((one) => liveStatus(taskStatus(seen, one, time, { names, oldAfter }), time));
    const head = `block ${seen.head} (${utc(Math.floor(seen.timestamp))})${seen.registry.paused ? "; the opening of rounds is PAUSED" : ""}; Ctrl-C ends`;
    live.show(printable([...(blocks.length > 0 ? blocks : ["no task yet (swarm task create)"]), head].join("\n\n")));
  };
  const timer = setInterval(draw, REDRAW_MS);
  try {
    for await (const update of updates) {
      ({ view } = update);
      draw();
    }
  } finally {
    clearInterval(timer);
  }
}

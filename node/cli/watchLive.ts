import type { LiveText } from "../adapters/terminal/liveText.ts";
import type { NetworkView } from "../core/ledger/view/network.ts";
import type { Names } from "./names.ts";
import { printable } from "./output/table.ts";
import { duration, utc } from "./output/units.ts";
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
  updates: AsyncIterable<{ view: NetworkView; isUp: boolean }>,
  live: Pick<LiveText, "show">,
  { names, oldAfter }: { names: Names; oldAfter: number },
  { task }: { task?: string },
  now: () => number,
): Promise<void> {
  let view: NetworkView | undefined;
  let awaySince: number | undefined;
  const draw = (): void => {
    if (!view) return;
    const seen = view;
    // While the chain is away its clock is not known, and nobody is to blame.
    const time = awaySince ?? Math.max(seen.timestamp, now());
    const tasks = task === undefined ? [...seen.tasks.values()] : [findTask(seen, task)];
    const isUp = awaySince === undefined;
    const blocks = tasks.map((one) => liveStatus(taskStatus(seen, one, time, { names, oldAfter }), time, isUp));
    const away = isUp
      ? ""
      : `\nthe chain's endpoint has not answered for ${duration(now() - time)}; what is shown was final before`;
    const head = `block ${seen.head} (${utc(Math.floor(seen.timestamp))})${seen.registry.paused ? "; the opening of rounds is PAUSED" : ""}; Ctrl-C ends${away}`;
    live.show(printable([...(blocks.length > 0 ? blocks : ["no task yet (swarm task create)"]), head].join("\n\n")));
  };
  const timer = setInterval(draw, REDRAW_MS);
  try {
    for await (const update of updates) {
      ({ view } = update);
      if (update.isUp) awaySince = undefined;
      else awaySince ??= Math.max(view.timestamp, now());
      draw();
    }
  } finally {
    clearInterval(timer);
  }
}

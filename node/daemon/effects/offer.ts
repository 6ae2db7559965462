import type { Effect } from "../../core/round/effects.ts";
import type { PeerEvent } from "../../core/round/events.ts";
import type { PeerContext } from "../components.ts";
import { readFile } from "../files.ts";
import { record } from "../journal.ts";

/** Puts the sealed file into the store: from here on peers can fetch it. Runs only after submissions are closed (R2). */
export async function runOffer(context: PeerContext, effect: Effect & { type: "offer" }): Promise<PeerEvent> {
  const { disk, store, taskId } = context;
  const { sealed } = effect;
  await store.put(await readFile(context, "sealed", sealed));
  const seen = seenOf(context, sealed);
  await record(disk, { type: "offered", task: taskId, seen });
  await disk.remove("sealed", sealed);
  return { type: "offered", seen };
}

function seenOf(context: PeerContext, sealed: string): `0x${string}` {
  for (const [seen, own] of context.state.local.sealed) if (own.sealed === sealed) return seen;
  throw new Error(`sealed file ${sealed} was offered but is not known`);
}

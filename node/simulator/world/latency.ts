import type { Chance } from "../schedule/chance.ts";
import type { Part } from "./boundary.ts";

/** Most milliseconds of one of the four steps that a simulated training has. */
export const TRAINING_STEP_MS = 700;

/** Most milliseconds that calls take, where they take any; disks and endpoints wait in their own places. */
const MOST_MS: Partial<Record<`${Part}.${string}`, number>> = {
  "store.put": 60,
  "store.get": 10,
  "sealer.seal": 15,
  "sealer.open": 15,
  "network.requestFile": 10,
};

export function callMs(chance: Chance, part: Part, method: string): number {
  const most = MOST_MS[`${part}.${method}`];
  return most === undefined ? 0 : chance.whole(0, most);
}

import { statfs } from "node:fs/promises";
import { diskUse } from "../../adapters/process/diskUse.ts";
import type { PeerComponents, PeerObserver } from "../../daemon/components.ts";
import type { Address, Bytes32 } from "../../core/primitives.ts";
import type { Dashboard } from "../../dashboard/dashboard.ts";
import type { NodeEntry, PeerEntry } from "../../dashboard/entries.ts";
import type { Names } from "../names.ts";
import { cliClock } from "../system.ts";

/** Milliseconds between two looks at connections and traffic; the folder's size is looked at once in a minute. */
const PAUSE = 2_000;
const DISK_EVERY = 30;

export interface ShownNode {
  dashboard: Dashboard;
  components: Pick<PeerComponents, "network" | "learner">;
  taskId: Bytes32;
  account: Address;
  names: Names;
  /** The node's folder. */
  dir: string;
  signal: AbortSignal;
}

/** Shows a running daemon's own figures until the signal ends it. @param doing what it is doing now, if anything is known */
export async function showNode(
  { dashboard, components, taskId, account, names, dir, signal }: ShownNode,
  doing: () => string | null,
): Promise<void> {
  const { network, learner } = components;
  const clock = cliClock();
  let disk: NodeEntry["disk"] = { used: null, free: null };
  for (let look = 0; !signal.aborted; look++) {
    if (look % DISK_EVERY === 0) disk = await diskOf(dir);
    const node: NodeEntry = {
      taskId,
      account,
      name: names.get(account) ?? null,
      peerId: network.peerId,
      engine: learner.engine,
      rows: learner.rows,
      traffic: network.traffic(),
      disk,
      doing: doing(),
    };
    dashboard.setOthers("node", new Map([["node", node]]));
    const peers = network.connections().map(({ peerId, account: of, connected, latencyMs }): [string, PeerEntry] => [
      `peer/${peerId}`,
      {
        peerId,
        account: of,
        name: names.get(of) ?? null,
        connected,
        latencyMs: latencyMs === undefined ? null : Math.round(latencyMs),
      },
    ]);
    dashboard.setOthers("peer/", new Map(peers));
    await clock.sleep(PAUSE, signal).catch(() => undefined);
  }
}

/** Null where it is not known: of very many files only a part would be counted. */
async function diskOf(dir: string): Promise<NodeEntry["disk"]> {
  const used = await diskUse(dir);
  const free = await statfs(dir).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => null,
  );
  return { used: Number.isFinite(used) ? used : null, free };
}

/** An observer that remembers what the daemon does, besides telling another one. */
export function rememberDoing(observer: PeerObserver): { observer: PeerObserver; doing(): string | null } {
  let words: string | null = null;
  return {
    doing: () => words,
    observer: {
      ...observer,
      phase(event) {
        words = `Round ${event.round}, phase ${event.phase}.`;
        observer.phase?.(event);
      },
      training(progress) {
        const { round, epoch, epochs, batch, batches } = progress;
        words = `Training for round ${round}: epoch ${epoch} of ${epochs}, batch ${batch} of ${batches}.`;
        observer.training?.(progress);
      },
      waiting(event) {
        words = event.text;
        observer.waiting?.(event);
      },
      finished(event) {
        words = `All is done after round ${event.rounds}; serving files to members and auditors.`;
        observer.finished?.(event);
      },
    },
  };
}

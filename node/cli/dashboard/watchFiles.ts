import { stat } from "node:fs/promises";
import type { NetworkView } from "../../core/ledger/view/network.ts";
import type { Dashboard } from "../../dashboard/dashboard.ts";
import type { Logger } from "../../ports/logger.ts";
import type { Names } from "../names.ts";
import { cliClock } from "../system.ts";
import { readAuditFile } from "./auditFile.ts";
import { ownEntries } from "./ownEntries.ts";
import { roundsFile } from "./roundsFile.ts";

/** Milliseconds between two looks at the files. */
const PAUSE = 2_000;
/** Looks after which licences are held against the clock again. */
const TICK = 15;

export interface WatchedFiles {
  dashboard: Dashboard;
  view(): NetworkView;
  network: { names: Names };
  rounds?: string;
  audit?: string | undefined;
  logger: Logger;
  signal: AbortSignal;
}

/** Shows what a node's records and an audit's report say, and what they say when they change, until the signal ends it. */
export async function watchFiles({
  dashboard,
  view,
  network,
  rounds,
  audit,
  logger,
  signal,
}: WatchedFiles): Promise<void> {
  const clock = cliClock();
  const records = rounds === undefined ? undefined : roundsFile(rounds);
  let finals = -1;
  let audited = 0;
  for (let look = 1; !signal.aborted; look++) {
    try {
      const now = [...view().tasks.values()].reduce((sum, { history }) => sum + history.length, 0);
      if (records && ((await records.look()) || now !== finals)) {
        dashboard.setOthers("own/", ownEntries(view(), records.records, network.names));
        finals = now;
      }
      const changed =
        audit === undefined
          ? 0
          : await stat(audit).then(
              ({ mtimeMs }) => mtimeMs,
              () => 0,
            );
      if (audit !== undefined && changed !== audited) {
        audited = changed;
        dashboard.setAudit(changed === 0 ? undefined : await readAuditFile(audit));
      }
    } catch (error) {
      // The page goes on with what it has: a report may be half-written at this moment.
      logger.warn("the dashboard could not read a file; it looks again", { error });
    }
    if (look % TICK === 0) dashboard.tick();
    await clock.sleep(PAUSE, signal).catch(() => undefined);
  }
}

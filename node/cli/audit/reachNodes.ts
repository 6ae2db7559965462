import { openDiskReadOnly } from "../../adapters/disk/openReadOnly.ts";
import { SwarmError } from "../../core/errors.ts";
import type { Address } from "../../core/primitives.ts";
import type { Cli } from "../cli.ts";
import type { Names } from "../names.ts";
import { counted, list } from "../output/units.ts";
import { holdsFiles } from "./folders.ts";
import type { NetworkFiles } from "./networkFiles.ts";
import type { AuditWatch } from "./watch.ts";

const MOST_NAMES = 8;

export interface ReachNodesOptions {
  names: Names;
  /** A folder that may have files already. */
  archive?: string | undefined;
  follow: boolean;
}

/**
 * Sees which nodes answer before thousands of files are asked for. Where none does, a followed audit waits for one, and one with files in its
 * archive goes on with these.
 * @throws SwarmError AUDIT_UNREACHABLE where no node can be asked at all: nothing could be said of any file
 */
export async function reachNodes(
  cli: Cli,
  source: Pick<NetworkFiles, "settle">,
  watch: Pick<AuditWatch, "reaching">,
  { names, archive, follow }: ReachNodesOptions,
): Promise<void> {
  for (let told = false; ; told = true) {
    const { nodes, away } = await source
      .settle((connected, all) => watch.reaching(connected, all))
      .catch((error: unknown) => {
        // Ctrl-C ends a followed audit with what it knows.
        if (follow && cli.signal.aborted) return { nodes: 0, away: [] };
        throw error;
      });
    watch.reaching(nodes, nodes);
    if (away.length === 0) return;
    const who = list(away.slice(0, MOST_NAMES).map((account) => called(account, names)));
    const them = away.length > MOST_NAMES ? `${who} and ${away.length - MOST_NAMES} more` : who;
    if (away.length < nodes) {
      cli.out.note(`${counted(away.length, "node does not", "nodes do not")} answer: ${them}; the others are asked`);
      return;
    }
    if (archive !== undefined && (await holdsFiles(await openDiskReadOnly(archive)))) {
      cli.out.note(`no node answers (${them}): what is in ${archive} is checked`);
      return;
    }
    if (!follow) {
      const text = `no node that has files answers (${them}): see whether their daemons run and whether this machine reaches them ("swarm doctor"), or read copies of their folders with --from`;
      throw new SwarmError("AUDIT_UNREACHABLE", text, { away });
    }
    if (!told) cli.out.note(`no node that has files answers yet (${them}); waiting for one`);
  }
}

const called = (account: Address, names: Names): string => names.get(account) ?? account;

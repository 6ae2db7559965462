import { copyFileSync, existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SwarmError } from "../../core/errors.ts";
import { DEFAULT_MAX_REWIND } from "../chain/follow/rewind.ts";
import { tornAt } from "./torn.ts";
import type { Logger } from "../../ports/logger.ts";

/** Good older copies that are kept beside the state file; two at least, as the newest may be as new as the damage. */
const COPIES = 3;

/** Blocks that the chain made since it wrote its last state, a second ago, and that nodes have seen. */
const UNWRITTEN = 32;
/** Blocks given up at most for a state that can be read but is torn: no more than nodes go back by (R9). */
const MOST_LOST = DEFAULT_MAX_REWIND - UNWRITTEN;

export const stateFile = (dir: string): string => join(dir, "state.json");
const copyFile = (dir: string, age: number): string => join(dir, `state.${age}.json`);

/** What a state file holds. */
export interface StateSummary {
  /** Number of its newest block. */
  readonly block: number;
  /** When it was written, Unix milliseconds. */
  readonly written: number;
  readonly bytes: number;
  /** Why it is not one moment's state, where it is none (torn.ts): acts of its last block may be missing. */
  readonly torn: string | undefined;
}

/** @returns what the file holds, or undefined if it is missing, cut off or no chain state */
export function summarize(file: string): StateSummary | undefined {
  if (!existsSync(file)) return undefined;
  let state: { best_block_number?: unknown; blocks?: unknown } | null;
  try {
    state = JSON.parse(readFileSync(file, "utf8")) as typeof state;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const block = Number(state?.best_block_number);
  if (!Number.isSafeInteger(block) || !Array.isArray(state?.blocks)) return undefined;
  const { mtimeMs, size } = statSync(file);
  return { block, written: mtimeMs, bytes: size, torn: tornAt(state) };
}

/**
 * Keeps a copy of the state, older ones move back by one; the chain may be writing at this moment, so the copy is checked before it counts.
 * @returns false if this moment's file was not whole, or torn: try again soon
 */
export function keepCopy(dir: string): boolean {
  const fresh = join(dir, "state.copy.json");
  if (!existsSync(stateFile(dir))) return false;
  copyFileSync(stateFile(dir), fresh);
  const summary = summarize(fresh);
  if (summary === undefined || summary.torn !== undefined) {
    rmSync(fresh, { force: true });
    return false;
  }
  // Nothing happened since: keep the older copies old.
  if (summarize(copyFile(dir, 1))?.block === summary.block) {
    rmSync(fresh, { force: true });
    return true;
  }
  for (let age = COPIES - 1; age >= 1; age--) {
    if (existsSync(copyFile(dir, age))) renameSync(copyFile(dir, age), copyFile(dir, age + 1));
  }
  renameSync(fresh, copyFile(dir, 1));
  return true;
}

/**
 * At every start the chain program makes a genesis block of that moment and then writes it beside the one it was given; which of several it
 * takes for block 0 the next time is chance. The oldest one is the chain's.
 * @returns whether there was one too many, so that the file was written anew
 */
function keepOneGenesis(file: string): boolean {
  const state = JSON.parse(readFileSync(file, "utf8")) as {
    blocks: { header: { number: string; timestamp: string } }[];
  };
  const isGenesis = ({ header }: (typeof state.blocks)[number]): boolean => Number(header.number) === 0;
  const [oldest, ...others] = state.blocks
    .filter(isGenesis)
    .sort((a, b) => Number(a.header.timestamp) - Number(b.header.timestamp));
  if (others.length === 0) return false;
  const blocks = state.blocks.filter((block) => block === oldest || !isGenesis(block));
  writeFileSync(`${file}.new`, JSON.stringify({ ...state, blocks }));
  renameSync(`${file}.new`, file);
  return true;
}

/**
 * Makes sure that the chain finds a state it can read: a damaged or torn one is put aside and the newest good copy takes its place.
 * @returns what the chain will start from, undefined for a new chain
 * @throws SwarmError CHAIN_STATE_DAMAGED if there was a chain and no file of it can be read
 */
export function recoverState(dir: string, logger: Logger): StateSummary | undefined {
  const file = stateFile(dir);
  const current = summarize(file);
  if (current !== undefined && current.torn === undefined) return keepOneGenesis(file) ? summarize(file) : current;
  const damaged = existsSync(file);
  const torn = current?.torn === undefined ? "damaged" : "written while it made a block";
  const problem = damaged ? torn : "missing";
  const ages = Array.from({ length: COPIES }, (_, index) => index + 1);
  const copies = ages.filter((age) => existsSync(copyFile(dir, age)));
  if (!damaged && copies.length === 0) return undefined;
  const aside = join(dir, "state.damaged.json");
  if (damaged) renameSync(file, aside);
  for (const age of copies) {
    const summary = summarize(copyFile(dir, age));
    if (summary === undefined || summary.torn !== undefined) continue;
    // One torn long ago: going back that far would lose more than it mends.
    if (current !== undefined && current.block - summary.block > MOST_LOST) continue;
    copyFileSync(copyFile(dir, age), file);
    keepOneGenesis(file);
    logger.warn(
      `The chain's state file was ${problem}; going back to a copy. Blocks after ${summary.block} are lost, nodes send their acts again`,
      {
        dir,
        block: summary.block,
        copyWritten: new Date(summary.written).toISOString(),
        ...(damaged ? { damaged: aside } : {}),
        ...(current?.torn === undefined ? {} : { torn: current.torn }),
      },
    );
    return summary;
  }
  if (damaged) renameSync(aside, file);
  if (current !== undefined) {
    logger.error("The chain's state file is torn, and there is no copy: an act may be missing from its history", {
      dir,
      torn: current.torn,
    });
    return keepOneGenesis(file) ? summarize(file) : current;
  }
  throw new SwarmError(
    "CHAIN_STATE_DAMAGED",
    `${file} cannot be read and there is no good copy beside it: restore it from a backup, or delete ${dir} to begin a new chain (nodes will then refuse it until told otherwise)`,
    { dir, copies: copies.length },
  );
}

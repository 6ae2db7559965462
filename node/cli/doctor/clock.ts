import { SwarmError } from "../../core/errors.ts";
import type { Cli, NetworkOptions } from "../cli.ts";
import { homeOf, nodeSettings } from "../home.ts";
import { openSession } from "../session.ts";
import { type Finding, good, missing } from "./check.ts";

/** Seconds by which a clock may be behind before deadlines and licences are misjudged. */
const CLOCK_SECONDS = 30;

/** The chain's endpoint and this machine's clock, where a network is named, by option or by the home's settings. */
export async function checkClock(cli: Cli, options: NetworkOptions): Promise<Finding> {
  try {
    const settings = options.home === undefined ? undefined : await nodeSettings(homeOf(options));
    if ((options.network ?? settings?.network) === undefined) return judgeClock(Date.now() / 1000, undefined);
    await using session = await openSession(cli, options);
    return judgeClock(Date.now() / 1000, session.view.timestamp);
  } catch (error) {
    if (!(error instanceof SwarmError) || cli.signal.aborted) throw error;
    return missing("clock", `it cannot be compared with the chain's: ${error.message}`, { code: error.code });
  }
}

/**
 * This machine's clock against the last block's time, which others agree on. A block may be old where nothing happens: only a clock that is
 * behind it is surely wrong.
 * @param now Unix seconds
 * @param block of the chain's last block; undefined where there is no network to ask
 */
export function judgeClock(now: number, block: number | undefined): Finding {
  const time = `${new Date(now * 1000).toISOString().slice(0, 19)} UTC`;
  if (block === undefined) return good("clock", `${time}; compared with nothing: name a network with --network`);
  const behind = block - now;
  if (behind <= CLOCK_SECONDS) return good("clock", `${time}, not behind the chain`, { behind });
  const text = `${time} is ${Math.round(behind)} seconds behind the chain's last block: set the clock, best by NTP`;
  return missing("clock", text, { behind });
}

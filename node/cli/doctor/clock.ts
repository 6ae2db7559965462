import { type Finding, good, missing } from "./check.ts";

/** Seconds by which a clock may be behind before deadlines and licences are misjudged. */
const CLOCK_SECONDS = 30;

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

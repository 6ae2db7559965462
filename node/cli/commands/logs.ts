import { followFile } from "../../adapters/system/followFile.ts";
import { linesOf, LONGEST_LINE, logFiles } from "../../adapters/system/logHistory.ts";
import { createPrettyLine } from "../../adapters/system/prettyLine.ts";
import { SwarmError } from "../../core/errors.ts";
import type { Cli, OutputOptions } from "../cli.ts";
import { homeOf } from "../home.ts";
import { logLine } from "../logLine.ts";
import { harmless, isWanted, type LogLevel, parseEntry } from "../logRecord.ts";
import { printable } from "../output/table.ts";

interface Options extends OutputOptions {
  home?: string;
  follow?: boolean;
  level: LogLevel;
  /** Unix milliseconds. */
  since?: number;
}

/** `swarm logs`: a daemon's log, rotated files included, for people or as the JSON that it is. */
export async function run(cli: Cli, options: Options): Promise<undefined> {
  const { log } = homeOf(options);
  const files = await logFiles(log);
  if (files.length === 0 && options.follow !== true) {
    const text = `there is no log ${log}: the node was not run yet, or --home names another folder (--follow waits for it)`;
    throw new SwarmError("FILE_MISSING", text, { path: log });
  }
  const print = printer(cli, options);
  for (const file of files) {
    if (file === log && options.follow === true) continue;
    for await (const line of linesOf(file, cli.signal)) print(line);
  }
  if (options.follow !== true) return undefined;
  for await (const line of followFile(log, 0, cli.signal)) print(line);
  return undefined;
}

/** A line for each record, or with --verbose all that there is of it. */
function printer({ out, verbose }: Cli, options: Options): (line: string) => void {
  const colorize = process.stdout.isTTY === true && process.env["NO_COLOR"] === undefined;
  const whole = createPrettyLine({ colorize });
  const pretty = (record: Record<string, unknown>): string =>
    verbose ? whole(record).trimEnd() : logLine(record, { colorize });
  return (text) => {
    const entry = parseEntry(text.slice(0, LONGEST_LINE));
    if (entry.line === "" || !isWanted(entry, options)) return;
    if (out.isJson) out.json(entry.record ?? { unreadable: entry.line });
    else out.say(entry.record ? pretty(harmless(entry.record) as Record<string, unknown>) : printable(entry.line));
  };
}

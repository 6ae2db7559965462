import { access, constants, stat } from "node:fs/promises";
import { basename, dirname, extname, resolve } from "node:path";
import type { Bytes32 } from "../../../core/primitives.ts";
import { usage } from "../../exitCodes.ts";
import type { Names } from "../../names.ts";
import { replaceFile } from "../../replaceFile.ts";
import { chunks, hashing } from "./chunks.ts";
import { csvReport } from "./csv.ts";
import type { ReportData } from "./data.ts";
import { htmlReport } from "./html.ts";
import { jsonReport } from "./json.ts";
import type { UpdateLog } from "./updateLog.ts";

/** A report is for who asked for it: what updates are like is for members and auditors. */
const MODE = 0o600;

type Kind = "html" | "json" | "csv";

/** A file that a report goes to. */
export interface ReportFile {
  path: string;
  kind: Kind;
}

/**
 * What `--report` names, checked before an audit of hours begins.
 * @throws SwarmError USAGE_INVALID for another ending or a file named twice; what the system says of a folder that is none or may not be written
 */
export async function reportFiles(paths: readonly string[]): Promise<ReportFile[]> {
  const files: ReportFile[] = [];
  for (const given of paths) {
    const path = resolve(given);
    const kind = extname(path).slice(1).toLowerCase();
    if (kind !== "html" && kind !== "json" && kind !== "csv")
      throw usage(`--report ${given}: name a file that ends in .html, .json or .csv, which says what is written`, {
        given,
      });
    if (files.some((file) => file.path === path)) throw usage(`--report ${given} stands there twice`, { given });
    await access(dirname(path), constants.W_OK);
    const there = await stat(path).catch(() => undefined);
    if (there?.isDirectory()) throw usage(`--report ${given} is a folder: name a file in it`, { given });
    files.push({ path, kind });
  }
  return files;
}

/**
 * Writes each file anew; whoever reads one finds the old or the whole new one.
 * @param replaced is given the paths of files that were there
 * @returns sha256 of the report's data, which is that of its JSON file
 */
export async function writeReports(
  files: readonly ReportFile[],
  data: ReportData,
  updates: UpdateLog,
  names: Names,
  replaced: (path: string) => void,
): Promise<Bytes32> {
  let sha256: Bytes32 | undefined;
  const json = (): AsyncIterable<string> =>
    hashing(chunks(jsonReport(data, updates.all())), (hash) => {
      sha256 = hash;
    });
  const written = files.find(({ kind }) => kind === "json");
  const kindsFirst = files.toSorted((a, b) => Number(b.kind === "json") - Number(a.kind === "json"));
  const replace = async (path: string, content: string | AsyncIterable<string>): Promise<void> => {
    if (await replaceFile(path, content, MODE)) replaced(path);
  };
  for (const { path, kind } of kindsFirst) {
    if (kind === "json") await replace(path, json());
    else if (kind === "csv") await replace(path, chunks(csvReport(data, updates.all())));
    else {
      const hash = sha256 ?? (await drained(json(), () => sha256));
      const context = { sha256: hash, names, ...(written === undefined ? {} : { json: basename(written.path) }) };
      await replace(path, await htmlReport(data, updates, context));
    }
  }
  return sha256 ?? (await drained(json(), () => sha256));
}

async function drained(text: AsyncIterable<string>, hash: () => Bytes32 | undefined): Promise<Bytes32> {
  for await (const _ of text);
  return hash() as Bytes32;
}

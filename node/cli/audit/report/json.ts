import type { CheckedUpdate } from "../../../core/audit/observer.ts";
import { toJson } from "../../output/json.ts";
import type { ReportData } from "./data.ts";

/** Fields that may be long: their entries stand on a line each. */
const LISTS = ["findings", "unchecked", "licences", "tasks"] as const;

/** The report as one JSON object, in pieces: all of the data, then every checked update under `updates`. */
export async function* jsonReport(data: ReportData, updates: AsyncIterable<CheckedUpdate>): AsyncGenerator<string> {
  const isList = new Set<string>(LISTS);
  const short = Object.fromEntries(Object.entries(data).filter(([name]) => !isList.has(name)));
  yield toJson(short).slice(0, -1);
  for (const name of LISTS) yield* list(name, data[name]);
  yield* list("updates", updates);
  yield "\n}\n";
}

async function* list(name: string, entries: Iterable<unknown> | AsyncIterable<unknown>): AsyncGenerator<string> {
  yield `,\n"${name}":[`;
  let before = "\n";
  for await (const entry of entries) {
    yield before + toJson(entry);
    before = ",\n";
  }
  yield "]";
}

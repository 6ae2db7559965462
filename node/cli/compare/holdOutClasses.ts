import { readData } from "../../adapters/data/readData.ts";
import type { TaskDocument } from "../../core/task/schema.ts";
import type { Comparison } from "./results.ts";

/** The hold-out's rows, and what an answer is right with that is the same for all of them. @throws SwarmError CSV_* */
export async function holdOutClasses(
  document: TaskDocument,
  file: string,
): Promise<Pick<Comparison, "testRows" | "mostFrequent">> {
  const { labels } = await readData(document, file);
  const counts = document.data.label.classes.map((name, i) => ({
    name,
    rows: labels.reduce((sum, label) => sum + (label === i ? 1 : 0), 0),
  }));
  const { name, rows } = counts.reduce((most, each) => (each.rows > most.rows ? each : most));
  return { testRows: labels.length, mostFrequent: { class: name, share: rows / labels.length } };
}

import { createWriteStream } from "node:fs";
import { basename, extname, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { rowOutputs } from "../../adapters/tfjs/outputs.ts";
import type { RowOutputs } from "../../adapters/tfjs/protocol.ts";
import { csvLine } from "../../core/figures/csvLine.ts";
import { classProbabilities } from "../../core/figures/probabilities.ts";
import { predictedClass } from "../../core/metrics.ts";
import type { Cli } from "../cli.ts";
import { usage } from "../exitCodes.ts";
import { openModelSource, type SourceOptions } from "../modelSource.ts";
import { counted } from "../output/units.ts";
import { replaceWith, wrote } from "../replaceFile.ts";

interface Options extends SourceOptions {
  out?: string;
  id?: string;
}

/** Rows that are written at a time. */
const WRITTEN_ROWS = 4096;

/** `swarm predict`: class and probabilities of each row of a file, which may have no labels. */
export async function run(cli: Cli, options: Options, file: string): Promise<undefined> {
  const dataPath = resolve(file);
  const out = resolve(options.out ?? `${basename(file, extname(file))}-predictions.csv`);
  if (out === dataPath) throw usage(`--out ${options.out} is the file with the rows: name another one`);
  await using source = await openModelSource(cli, options);
  const { document } = source;
  const { classes } = document.data.label;
  const model = options.local === true ? await source.local() : await source.chosen();
  const id = options.id === undefined ? {} : { id: options.id };
  const [outputs] = await rowOutputs({ document, dataPath, labelled: false, ...id, signal: cli.signal }, [
    model,
  ] as const);
  if (options.id !== undefined && outputs.ids === undefined)
    throw usage(`--id ${options.id}: rows of this task's data have no columns to tell them by; leave --id away`);
  const answers = Uint32Array.from({ length: outputs.rows }, (_, row) =>
    predictedClass(outputs.logits, row, outputs.width),
  );
  // Images are always told by their names: a number says little of a file.
  const idColumn = options.id ?? (outputs.ids === undefined ? undefined : "file");
  const counts = classes.map((name, label) => ({
    class: name,
    rows: answers.filter((answer) => answer === label).length,
  }));
  const wasThere = await write(out, lines(outputs, answers, classes, idColumn), cli.signal);

  cli.out.say(`${document.name}: ${model.what} (sha256 ${model.sha256}), on ${file}`);
  const words = counts.map(({ class: name, rows }) => `${name}: ${rows}`).join(", ");
  cli.out.say(`${wrote(out, wasThere)}: ${counted(outputs.rows, "row")} (taken for ${words})`);
  const { what, sha256, round, onLedger } = model;
  const named = { what, sha256, ...(round === undefined ? {} : { round }), onLedger };
  cli.out.json({ task: document.name, data: dataPath, model: named, file: out, rows: outputs.rows, classes: counts });
  return undefined;
}

/** A header, and a line per row in the file's order: its number from 1, its id where asked for, its class, and each class's probability. */
function* lines(
  { logits, rows, width, ids }: RowOutputs,
  answers: Uint32Array,
  classes: readonly string[],
  id: string | undefined,
): Generator<string> {
  const probabilities = classProbabilities(logits, rows, width);
  const heads = classes.map((name) => `probability ${name}`);
  yield csvLine(["row", ...(id === undefined ? [] : [id]), "class", ...heads]);
  for (let from = 0; from < rows; from += WRITTEN_ROWS) {
    let text = "";
    for (let row = from; row < Math.min(rows, from + WRITTEN_ROWS); row++) {
      const own = probabilities.subarray(row * classes.length, (row + 1) * classes.length);
      const cells = [...(ids === undefined ? [] : [ids[row] ?? ""]), classes[answers[row] ?? 0] ?? ""];
      text += csvLine([row + 1, ...cells, ...own]);
    }
    yield text;
  }
}

/** Only this user may read what is said of patients. */
const write = (path: string, content: Iterable<string>, signal: AbortSignal): Promise<boolean> =>
  replaceWith(path, (part) => pipeline(content, createWriteStream(part, { mode: 0o600, flush: true }), { signal }));

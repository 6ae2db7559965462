/**
 * `npm run split -- FILE --label COLUMN --out DIR`: deals a CSV file's rows out to sites that see very different classes, as files
 * `site-1.csv` and so on, and a hold-out `test.csv`, for trials of one's own.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "commander";
import { parse } from "csv-parse/sync";
import { fileErrorOf } from "../node/cli/fileError.ts";
import { table } from "../node/cli/output/table.ts";
import { whole } from "../node/cli/parse.ts";
import { SwarmError } from "../node/core/errors.ts";
import { between } from "./attacks/numbers.ts";
import { holdOut } from "../node/cli/splits/holdOut.ts";
import { labelSkew } from "../node/cli/splits/labelSkew.ts";

interface Options {
  label: string;
  out: string;
  sites: number;
  alpha: number;
  seed: number;
  least: number;
  holdOut: number;
}

const program = new Command("npm run split --")
  .description("Deals a CSV file's rows out to sites that see very different classes.")
  .argument("<file>", "CSV with a header")
  .requiredOption("--label <column>", "column of the class")
  .requiredOption("--out <dir>", "folder for site-1.csv and so on, and test.csv")
  .option("--sites <n>", "how many sites", whole(1, 256), 10)
  .option("--alpha <a>", "of the Dirichlet distribution: 0.3 very skewed, 1 skewed, 1000 alike", between(0.01, 1e6), 1)
  .option("--seed <n>", "of all that is drawn", whole(0, 2 ** 32 - 1), 1)
  .option("--least <n>", "fewest rows of a site", whole(1), 32)
  .option("--hold-out <share>", "share of each class's rows that no site gets", between(0, 0.9), 0.25);

async function main(file: string, options: Options): Promise<void> {
  const [header = "", ...lines] = (await readFile(file, "utf8")).trimEnd().split(/\r?\n/);
  const [names = [], ...records] = parse([header, ...lines].join("\n")) as string[][];
  const column = names.indexOf(options.label);
  if (column < 0)
    throw new SwarmError("USAGE_INVALID", `${file} has no column ${JSON.stringify(options.label)}; it has ${names}.`);
  if (records.length !== lines.length)
    throw new SwarmError("USAGE_INVALID", `${file} has values of several lines; every row must be one line.`);
  const classes = [...new Set(records.map((record) => record[column] as string))].sort();
  const labels = records.map((record) => classes.indexOf(record[column] as string));
  const { training, heldOut } = holdOut(labels, options.holdOut, options.seed);
  const parts = labelSkew(
    training.map((row) => labels[row] as number),
    options,
  ).map((part) => part.map((at) => training[at] as number));

  await mkdir(options.out, { recursive: true });
  const named: [string, number[]][] = parts.map((rows, site) => [`site-${site + 1}.csv`, rows]);
  if (heldOut.length > 0) named.push(["test.csv", heldOut]);
  for (const [name, rows] of named)
    await writeFile(join(options.out, name), `${[header, ...rows.map((row) => lines[row])].join("\n")}\n`);
  const count = (rows: number[], label: number): number => rows.filter((row) => labels[row] === label).length;
  const counts = named.map(([name, rows]) => [name, rows.length, ...classes.map((_, label) => count(rows, label))]);
  process.stdout.write(`${table(["file", "rows", ...classes.map((name) => `${options.label} ${name}`)], counts)}\n`);
}

try {
  program.parse();
  await main(program.args[0] as string, program.opts<Options>());
} catch (error) {
  const known = error instanceof SwarmError ? error : fileErrorOf(error);
  if (known === undefined) throw error;
  process.stderr.write(`error: ${known.message}\n`);
  process.exitCode = 2;
}

import { readTaskFile } from "../../adapters/taskfile/readTaskFile.ts";
import type { Finding } from "../../core/data/findings.ts";
import type { DataProfile } from "../../core/data/profile.ts";
import type { TaskDocument } from "../../core/task/document.ts";
import { featureNames, inputShape } from "../../core/task/tensors.ts";
import type { Cli, OutputOptions } from "../cli.ts";
import { examineData, findingWords } from "../dataFindings.ts";
import { EXIT, type ExitCode, usage } from "../exitCodes.ts";
import { facts, table } from "../output/table.ts";
import { counted } from "../output/units.ts";

interface Options extends OutputOptions {
  task: string;
  data?: string;
}

/** Most features in the table for people; `--json` has all of them. */
const LISTED_FEATURES = 64;

export async function run(cli: Cli, options: Options, given?: string): Promise<ExitCode> {
  const path = oneOf(given, options.data);
  const document = await readTaskFile(options.task);
  const { classes } = document.data.label;
  const { profile, split, findings } = await examineData(document, path, cli.signal);
  const perClass = [split.training, split.validation].map(({ labels }) => countsOf(labels, classes.length));
  const [training = [], validation = []] = perClass;

  const { name, description } = document;
  cli.out.say(
    facts([
      ["task", name + (description === undefined ? "" : `: ${description}`)],
      ["data", `${path} (${document.data.format})`],
      ["rows", `${profile.rows}: ${split.training.rows} to train on, ${split.validation.rows} to validate`],
      ["a row", `[${inputShape(document).join(", ")}], normalized as the task says`],
      ["incomplete", counted(profile.incomplete, "row")],
      ["duplicates", counted(profile.duplicates, "row")],
    ]),
  );
  const classRows = classes.map((name, i) => [name, profile.classes[i] ?? 0, training[i] ?? 0, validation[i] ?? 0]);
  cli.out.say(`\n${table(["CLASS", "ROWS", "TRAINING", "VALIDATION"], classRows)}`);
  cli.out.say(`\n${featureTable(document, profile)}`);
  cli.out.say(`\n${verdictWords(findings)}`);
  cli.out.json({
    path,
    format: document.data.format,
    rows: profile.rows,
    training: split.training.rows,
    validation: split.validation.rows,
    classes: Object.fromEntries(classes.map((name, i) => [name, profile.classes[i] ?? 0])),
    incomplete: profile.incomplete,
    duplicates: profile.duplicates,
    features: named(document, profile),
    findings,
  });
  return findings.some(({ severity }) => severity === "error") ? EXIT.FAILED : EXIT.OK;
}

/** The rows, as the argument or as --data: what `task join` and `node init` call them. */
function oneOf(argument: string | undefined, option: string | undefined): string {
  const path = argument ?? option;
  if (path === undefined) throw usage("name the rows to check: swarm data check rows.csv --task task.yaml");
  if (argument !== undefined && option !== undefined && argument !== option)
    throw usage(`the rows are ${argument} or, as --data says, ${option}: name them once`);
  return path;
}

function countsOf(labels: Int32Array, classes: number): number[] {
  const counts = Array.from({ length: classes }, () => 0);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}

/** Features by name; those of a tensor have none, and are put together. */
function named(document: TaskDocument, { features }: DataProfile) {
  const names = featureNames(document);
  if (names.length > 0) return features.map(({ label: _label, ...figures }, i) => ({ name: names[i], ...figures }));
  const present = features.filter(({ min }) => !Number.isNaN(min));
  const mean = present.reduce((sum, one) => sum + one.mean, 0) / present.length;
  const square = present.reduce((sum, one) => sum + one.std ** 2 + (one.mean - mean) ** 2, 0) / present.length;
  return [
    {
      name: "all values",
      missing: features.reduce((sum, one) => sum + one.missing, 0),
      min: present.reduce((least, one) => Math.min(least, one.min), Infinity),
      max: present.reduce((most, one) => Math.max(most, one.max), -Infinity),
      mean,
      std: Math.sqrt(square),
    },
  ];
}

function featureTable(document: TaskDocument, profile: DataProfile): string {
  const all = named(document, profile);
  const short = (value: number): string => (Number.isNaN(value) ? "none" : String(Number(value.toPrecision(4))));
  const rows = all
    .slice(0, LISTED_FEATURES)
    .map(({ name, missing, min, max, mean, std }) => [
      name ?? "",
      missing,
      short(min),
      short(max),
      short(mean),
      short(std),
    ]);
  const rest = all.length > rows.length ? `\n... and ${all.length - rows.length} more: --json has all` : "";
  return `${table(["FEATURE", "MISSING", "LEAST", "MOST", "MEAN", "STD"], rows)}${rest}`;
}

function verdictWords(findings: readonly Finding[]): string {
  if (findings.length === 0) return "Nothing stands out: these rows can be trained on.";
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const lines = findings.map(findingWords);
  const end =
    errors > 0
      ? "These rows cannot be trained on as they are."
      : "These rows can be trained on; the warnings say what will hurt.";
  return [...lines, end].join("\n");
}

import { Command, InvalidArgumentError } from "commander";
import { whole } from "../../node/cli/parse.ts";
import { SwarmError } from "../../node/core/errors.ts";
import { attackNames } from "./attacks.ts";
import { sources, type SourceName } from "./data.ts";
import { between } from "./numbers.ts";
import { quick, type Settings, usual } from "./plan.ts";
import { mergeNamed } from "./ruleNames.ts";

export interface Chosen {
  settings: Settings;
  threads: number;
  svg: string;
  json: boolean;
}

interface Flags extends Partial<Settings> {
  jobs: number;
  svg: string;
  quick?: boolean;
  json?: boolean;
}

/** @throws SwarmError USAGE_INVALID for rules that cannot merge so many updates with so many liars */
export function readOptions(argv: readonly string[], processors: number): Chosen {
  const flags = command(processors).parse(argv).opts<Flags>();
  const { jobs: threads, svg, json, quick: short, ...named } = flags;
  const settings: Settings = { ...(short ? quick : usual), ...named };
  const { faulty, nodes } = settings;
  if (nodes < 2 * faulty + 1) {
    const message = `With ${faulty} liars of ${nodes} no rule can tell who lies: at least ${2 * faulty + 1} nodes are needed.`;
    throw new SwarmError("USAGE_INVALID", message, { nodes, faulty });
  }
  for (const rule of settings.rules) mergeNamed(rule, faulty, nodes);
  return { settings, threads, svg, json: json === true };
}

function command(processors: number): Command {
  const { seeds, alpha, nodes, faulty } = usual;
  return new Command("npm run bench:attacks --")
    .exitOverride()
    .description(
      "Measures what accuracy merge rules keep when some of the clinics lie. Exit code 1 if the default merge misses a target (with the usual settings only).",
    )
    .option("--data <names>", "digits, wdbc or all (all)", data)
    .option(
      "--rules <names>",
      "with commas between; steps and rule with + between, such as arc+nearestNeighbourMixing+median, or default",
      words,
    )
    .option("--attacks <names>", `with commas between, of ${attackNames.join(", ")} (all)`, ofThese(attackNames))
    .option("--seeds <n>", `splits, first models and orders of rows, each with all attacks (${seeds})`, whole(1, 1000))
    .option(
      "--alpha <a>",
      `of the Dirichlet distribution: the smaller, the more clinics differ (${alpha})`,
      between(0.01, 1e6),
    )
    .option("--rounds <n>", "rounds of a swarm (digits 40, wdbc 25)", whole(1, 10_000))
    .option("--nodes <n>", `clinics (${nodes})`, whole(2, 256))
    .option("--faulty <n>", `how many of them lie, and f of the rules (${faulty})`, whole(0, 127))
    .option("--jobs <n>", "threads", whole(1, 256), processors)
    .option("--svg <file>", "where to write the picture", ".swarm/attacks.svg")
    .option("--quick", "one seed, three rules, five rounds: a look within seconds, too short for figures")
    .option("--json", "print all figures as one JSON object; progress goes to standard error");
}

const words = (text: string): string[] => [...new Set(text.split(",").map((word) => word.trim()))];

function ofThese<T extends string>(names: readonly T[]): (text: string) => T[] {
  return (text) =>
    words(text).map((word) => {
      if ((names as readonly string[]).includes(word)) return word as T;
      throw new InvalidArgumentError(`There is no ${JSON.stringify(word)}; take of ${names.join(", ")}.`);
    });
}

function data(text: string): SourceName[] {
  return text === "all" ? usual.data : ofThese(Object.keys(sources) as SourceName[])(text);
}

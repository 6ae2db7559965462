import { table } from "../../node/cli/output/table.ts";
import { attackNames } from "./attacks.ts";
import { sources } from "./data.ts";
import type { Settings } from "./plan.ts";
import type { Figure, Row } from "./results.ts";
import type { Target } from "./targets.ts";

export const percent = (share: number | undefined): string => (share === undefined ? "-" : (100 * share).toFixed(1));

/** One table per set of data, with a line that says how it came about. */
export function tablesText(rows: readonly Row[], settings: Settings): string {
  const parts = [...Map.groupBy(rows, ({ data }) => data)].map(([data, rows]) => {
    const shown = attackNames.filter((name) => name !== "none" && settings.attacks.includes(name));
    const head = ["rule", "clean", ...shown, "worst", "worst seed", "triggered", "without"];
    const cell = (figure: Figure | undefined): string => percent(figure?.mean);
    const lines = rows.map(({ rule, clean, attacks, worst, backdoor }) => [
      rule,
      cell(clean),
      ...shown.map((name) => cell(attacks[name])),
      worst ? `${percent(worst.mean)} ${worst.attack}` : "-",
      percent(worst?.worstSeed),
      cell(backdoor?.success),
      cell(backdoor?.without),
    ]);
    return `${conditions(settings, data)}\n${table(head, lines)}`;
  });
  return parts.join("\n\n");
}

/** How a set of data's figures came about. */
export function conditions({ nodes, faulty, alpha, seeds, rounds }: Settings, data: Row["data"]): string {
  const count = rounds ?? sources[data].rounds;
  return `${sources[data].title}: accuracy in %, ${nodes} clinics, ${faulty} of them liars, label skew Dirichlet ${alpha}, ${count} rounds, mean of ${seeds} seed${seeds === 1 ? "" : "s"}`;
}

export function targetsText(targets: readonly Target[]): string {
  const lines = targets.map(({ name, measured, wanted, met }) => [
    met ? "met" : "MISSED",
    name,
    `${percent(measured)} %`,
    `at least ${percent(wanted)} %`,
  ]);
  return table(["target", "of the default merge", "measured", "wanted"], lines);
}

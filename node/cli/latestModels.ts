import { counted } from "../core/units.ts";

/** Models that the table for people has, where not all are asked for. */
export const LISTED_MODELS = 30;

/** The end of a long list, and what to say of its beginning. */
export function latestModels<Model>(models: readonly Model[], all: boolean): { shown: Model[]; note?: string } {
  const leftOut = all ? 0 : Math.max(0, models.length - LISTED_MODELS);
  const shown = models.slice(leftOut);
  return leftOut === 0
    ? { shown }
    : { shown, note: `${counted(leftOut, "earlier model")} left out: --all lists them.` };
}

import { SwarmError } from "../../core/errors.ts";
import { createPrng, type Prng, shuffle } from "../../core/prng.ts";
import { dirichlet } from "./random.ts";

export interface LabelSkew {
  sites: number;
  /** Of the Dirichlet distribution: at 1 most sites lack some classes almost wholly, at 0.3 they have few of them, at 1000 all are alike. */
  alpha: number;
  seed: number;
  /** Fewest rows of a site; nodes publish no update from fewer than 32. */
  least?: number;
}

/** Draws before rows are moved. */
const DRAWS = 100;

/**
 * Deals rows out to sites that see very different classes: of each class, a site gets a share drawn from a Dirichlet distribution. That is drawn
 * again until each site has `least` rows. Where a hundred draws don't do, the one that lacks fewest rows is taken, and sites that lack rows get
 * them from the largest ones, of the classes that they have, in the proportions in which they have them.
 * @param labels of each row its class, from 0
 * @returns of each site its rows, ascending; every row is at one site
 */
export function labelSkew(labels: ArrayLike<number>, { sites, alpha, seed, least = 32 }: LabelSkew): number[][] {
  if (sites * least > labels.length) {
    const message = `${labels.length} rows are too few for ${sites} sites with at least ${least} each; take fewer sites.`;
    throw new SwarmError("USAGE_INVALID", message, { sites, least });
  }
  const prng = createPrng(seed, sites);
  const lacking = (parts: number[][]): number => parts.reduce((sum, part) => sum + Math.max(0, least - part.length), 0);
  let best = draw(labels, sites, alpha, prng);
  for (let drawn = 1; drawn < DRAWS && lacking(best) > 0; drawn++) {
    const other = draw(labels, sites, alpha, prng);
    if (lacking(other) < lacking(best)) best = other;
  }
  for (const part of best) while (part.length < least) moveRow(best, part, labels, least, prng);
  return best.map((part) => part.sort((a, b) => a - b));
}

function draw(labels: ArrayLike<number>, sites: number, alpha: number, prng: Prng): number[][] {
  const parts: number[][] = Array.from({ length: sites }, () => []);
  const byClass = Map.groupBy(Array.from({ length: labels.length }).keys(), (row) => labels[row] as number);
  for (const label of [...byClass.keys()].sort((a, b) => a - b)) {
    const rows = shuffle(byClass.get(label) as number[], prng);
    let share = 0;
    let from = 0;
    for (const [site, part] of dirichlet(sites, alpha, prng).entries()) {
      share += part;
      const to = site === sites - 1 ? rows.length : Math.floor(share * rows.length);
      parts[site]?.push(...rows.slice(from, to));
      from = to;
    }
  }
  return parts;
}

/** One row for `part`, of the class of one of its rows, from the largest other site that can spare one. */
function moveRow(parts: number[][], part: number[], labels: ArrayLike<number>, least: number, prng: Prng): void {
  const donors = parts.filter((other) => other.length > least).sort((a, b) => b.length - a.length);
  const wanted = part.length === 0 ? undefined : labels[part[prng.below(part.length)] as number];
  const matches = (row: number): boolean => labels[row] === wanted;
  const donor = (donors.find((other) => other.some(matches)) ?? donors[0]) as number[];
  const fitting = donor.some(matches) ? donor.filter(matches) : donor;
  const row = fitting[prng.below(fitting.length)] as number;
  donor.splice(donor.indexOf(row), 1);
  part.push(row);
}

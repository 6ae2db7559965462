import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { usage } from "../exitCodes.ts";
import { holdOut } from "../splits/holdOut.ts";
import { labelSkew } from "../splits/labelSkew.ts";

/** Share of each class's rows that no client gets, where a hold-out is wanted. */
const HELD_OUT = 0.25;

export interface Deal {
  label: string;
  clients: number;
  skew: string;
  seed: number;
  /** Fewest rows of a client. */
  least: number;
  /** Whether a hold-out is put aside first. */
  holdsOut: boolean;
}

/** Deals one CSV's rows out to clients, unequally by class. @returns the files, in `dir` @throws SwarmError USAGE_INVALID */
export async function dealRows(
  file: string,
  dir: string,
  { label, clients, skew, seed, least, holdsOut }: Deal,
): Promise<{ data: string[]; test: string | undefined }> {
  const alpha = Number(/^dirichlet:(\d+(?:\.\d+)?)$/.exec(skew)?.[1]);
  if (!(alpha >= 0.01 && alpha <= 1e6))
    throw usage(`--skew is ${skew}; it must be like dirichlet:0.3, with a number from 0.01 to 1000000`);
  const [header = "", ...lines] = (await readFile(file, "utf8")).trimEnd().split(/\r?\n/);
  const column = header.split(",").indexOf(label);
  if (column < 0 || header.includes('"') || lines.some((line) => line.includes('"')))
    throw usage(
      `${file} needs a column ${label} and no quoted values: deal it out by yourself and name the files with --data`,
    );
  const labels = lines.map((line) => line.split(",")[column] as string);
  const classes = [...new Set(labels)].sort();
  const numbers = labels.map((each) => classes.indexOf(each));
  const { training, heldOut } = holdOut(numbers, holdsOut ? HELD_OUT : 0, seed);
  const parts = labelSkew(
    training.map((row) => numbers[row] as number),
    { sites: clients, alpha, seed, least },
  );
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const write = async (name: string, rows: readonly number[]): Promise<string> => {
    const to = join(dir, name);
    await writeFile(to, `${[header, ...rows.map((row) => lines[row])].join("\n")}\n`, { mode: 0o600 });
    return to;
  };
  const data = parts.map((part, i) =>
    write(
      `clinic-${i + 1}.csv`,
      part.map((at) => training[at] as number),
    ),
  );
  return { data: await Promise.all(data), test: holdsOut ? await write("test.csv", heldOut) : undefined };
}

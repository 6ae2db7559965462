import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { asDataError, dataError } from "../errors.ts";

export interface FilePair {
  features: string;
  labels: string;
}

/** What stands in the features' file name, and what then stands in the labels'. */
const WORDS: readonly [RegExp, string][] = [
  [/images/i, "labels"],
  [/features/i, "labels"],
  [/(?<![A-Za-z0-9])X(?![A-Za-z0-9])/, "y"],
  [/(?<![A-Za-z0-9])x(?![A-Za-z0-9])/, "y"],
];

/**
 * Finds the two files of a data set: `images` or `features` and `labels`, or `x` and `y`, in names that are otherwise alike
 * (`train-images-idx3-ubyte.gz` and `train-labels-idx1-ubyte.gz`; `features.npy` and `labels.npy`).
 * @param path of the features' file, or of a folder with one such pair
 * @param ending that both names must match
 * @throws SwarmError DATA_UNREADABLE, DATA_FILES
 */
export async function findPair(path: string, ending: RegExp): Promise<FilePair> {
  try {
    if (!(await stat(path)).isDirectory()) {
      const names = await readdir(dirname(path));
      const labels = partnerOf(basename(path), names, ending);
      if (labels !== undefined) return { features: path, labels: join(dirname(path), labels) };
      const text =
        'no file of labels beside it: name the file whose name has "images", "features" or "x" in it, with one beside it that has "labels" or "y" there';
      throw dataError("DATA_FILES", path, text);
    }
    const names = await readdir(path);
    const pairs = names.flatMap((features) => {
      const labels = partnerOf(features, names, ending);
      return labels === undefined ? [] : [{ features: join(path, features), labels: join(path, labels) }];
    });
    const [pair] = pairs;
    if (pair !== undefined && pairs.length === 1) return pair;
    const text =
      pairs.length === 0
        ? 'has no pair of files such as "features" and "labels", "images" and "labels" or "x" and "y"'
        : `has ${pairs.length} pairs of files: name the features' file of one of them`;
    throw dataError("DATA_FILES", path, text);
  } catch (cause) {
    throw asDataError(path, cause);
  }
}

function partnerOf(features: string, names: readonly string[], ending: RegExp): string | undefined {
  if (!ending.test(features)) return undefined;
  for (const [word, other] of WORDS) {
    if (!word.test(features)) continue;
    const wanted = plain(features.replace(word, other));
    const partner = names.find((name) => name !== features && ending.test(name) && plain(name) === wanted);
    if (partner !== undefined) return partner;
  }
  return undefined;
}

/** A name without what may differ within a pair: the number of axes, and compression. */
function plain(name: string): string {
  return name.replace(/idx\d/, "idx").replace(/\.gz$/, "").toLowerCase();
}

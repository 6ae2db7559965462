import type { Stats } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { isAbsolute, join, normalize, sep } from "node:path";
import { classReader } from "../cell.ts";
import { readRecords } from "../csv/records.ts";
import { asDataError, dataError, unknownClass } from "../errors.ts";

/** An image and its class's index. */
export interface LabelledImage {
  path: string;
  label: number;
}

const IMAGE = /\.(png|jpe?g)$/i;
/** What file managers leave behind. */
const IGNORED = /^(\..*|Thumbs\.db|desktop\.ini)$/i;

/**
 * Images of a folder with one folder per class, in the order of their names (by code unit), class by class as the task lists them. Nothing is left
 * out in silence: a file that is no image by its name is an error, and so is a folder that is no class.
 * @throws SwarmError DATA_UNREADABLE, DATA_UNKNOWN_CLASS, DATA_FILES, DATA_EMPTY, DATA_TOO_LARGE
 */
export async function imagesByFolder(
  root: string,
  classes: readonly string[],
  mostRows: number,
): Promise<LabelledImage[]> {
  const classOf = classReader(classes);
  const found: LabelledImage[][] = classes.map(() => []);
  let count = 0;
  for (const name of await namesIn(root)) {
    const folder = join(root, name);
    if (!(await kindOf(folder)).isDirectory())
      throw dataError(
        "DATA_FILES",
        folder,
        "is no folder: each class has a folder of its own, and nothing else is beside them",
      );
    const label = classOf(name);
    if (label === undefined) throw unknownClass(folder, "the folder's name", classes, name);
    for (const file of await namesIn(folder)) {
      const path = await imageIn(folder, file);
      if (++count > mostRows)
        throw dataError("DATA_TOO_LARGE", root, `has more than the ${mostRows} images that are read`);
      found[label]?.push({ path, label });
    }
  }
  if (count === 0)
    throw dataError("DATA_EMPTY", root, "has no images: it needs a folder for each class with images in it");
  return found.flat();
}

/**
 * Images that a CSV in the folder names, in its order. Files that it does not name are left alone, and none is read outside of the folder.
 * @throws SwarmError CSV_* (see `readRecords`), DATA_MISSING_COLUMN, DATA_UNKNOWN_CLASS, DATA_FILES, DATA_EMPTY, DATA_TOO_LARGE
 */
export async function imagesByList(
  root: string,
  list: { file: string; image: string; column: string },
  classes: readonly string[],
  options: { mostRows: number; signal?: AbortSignal },
): Promise<LabelledImage[]> {
  const path = join(root, list.file);
  const classOf = classReader(classes);
  const named: { name: string; line: number; label: number }[] = [];
  const lines = new Map<string, number>();
  let places: { image: number; label: number } | undefined;
  const onRecord = (fields: string[], line: number): void => {
    if (places === undefined) {
      places = { image: placeOf(fields, list.image, path), label: placeOf(fields, list.column, path) };
      return;
    }
    const name = fields[places.image] ?? "";
    const given = fields[places.label] ?? "";
    const label = classOf(given);
    if (label === undefined) throw unknownClass(`${path}:${line}`, `column "${list.column}"`, classes, given);
    if (name === "") throw dataError("DATA_FILES", `${path}:${line}`, `column "${list.image}" is empty`);
    const before = lines.get(name);
    if (before !== undefined)
      throw dataError("DATA_FILES", `${path}:${line}`, `names the same image as line ${before}: remove one`, { line });
    lines.set(name, line);
    if (named.length >= options.mostRows)
      throw dataError("DATA_TOO_LARGE", path, `names more than the ${options.mostRows} images that are read`);
    named.push({ name, line, label });
  };
  await readRecords(path, list.file.toLowerCase().endsWith(".tsv") ? "\t" : ",", onRecord, options.signal);
  if (named.length === 0)
    throw dataError("DATA_EMPTY", path, "names no images: it needs a header and one line per image");
  const base = await realpath(root).catch((cause: unknown) => Promise.reject(asDataError(root, cause)));
  const images: LabelledImage[] = [];
  for (const { name, line, label } of named)
    images.push({ path: await inside(root, base, name, `${path}:${line}`), label });
  return images;
}

/** The path of a file in the folder, links followed. */
async function inside(root: string, base: string, name: string, where: string): Promise<string> {
  const relative = normalize(name);
  const leaves = isAbsolute(name) || relative === ".." || relative.startsWith(`..${sep}`);
  const real = leaves ? "" : await realpath(join(root, relative)).catch(() => undefined);
  if (real === undefined)
    throw dataError(
      "DATA_FILES",
      where,
      "names an image that is not there: correct its path, which counts from the folder",
    );
  if (!real.startsWith(base + sep))
    throw dataError("DATA_FILES", where, "names a file outside of the data's folder: only files inside are read");
  if (!(await kindOf(real)).isFile()) throw dataError("DATA_FILES", where, "names something that is no file");
  return join(root, relative);
}

/**
 * Images of a folder and of the folders in it, in the order of their names, for prediction: what classes they are in is not looked at.
 * @param list the file with the images' classes, which may be there
 * @returns names count from the folder
 * @throws SwarmError DATA_UNREADABLE, DATA_FILES, DATA_EMPTY, DATA_TOO_LARGE
 */
export async function imagesAlone(
  root: string,
  mostRows: number,
  list?: string,
): Promise<{ paths: string[]; names: string[] }> {
  const names: string[] = [];
  const paths: string[] = [];
  const add = async (name: string): Promise<void> => {
    if (paths.push(await imageIn(root, name)) > mostRows)
      throw dataError("DATA_TOO_LARGE", root, `has more than the ${mostRows} images that are read`);
    names.push(name);
  };
  for (const name of await namesIn(root)) {
    if (name === list) continue;
    const path = join(root, name);
    if (!(await kindOf(path)).isDirectory()) await add(name);
    else for (const inner of await namesIn(path)) await add(`${name}/${inner}`);
  }
  if (names.length === 0) throw dataError("DATA_EMPTY", root, "has no images");
  return { paths, names };
}

/** The path of an image in a folder. @throws SwarmError DATA_FILES where it is none by its name */
async function imageIn(folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  if (IMAGE.test(name) && (await kindOf(path)).isFile()) return path;
  throw dataError("DATA_FILES", path, "is no file that ends in .png, .jpg or .jpeg: convert it, or move it away");
}

function placeOf(header: readonly string[], column: string, path: string): number {
  const place = header.indexOf(column);
  if (place >= 0) return place;
  const found = header.slice(0, 20).map((name) => `"${name}"`);
  throw dataError("DATA_MISSING_COLUMN", `${path}:1`, `no column "${column}"; found are ${found.join(", ")}`, {
    column,
  });
}

/** What is at a path, links followed. */
async function kindOf(path: string): Promise<Stats> {
  return stat(path).catch((cause: unknown) => Promise.reject(asDataError(path, cause)));
}

async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((cause: unknown) => Promise.reject(asDataError(folder, cause)));
  return names.filter((name) => !IGNORED.test(name)).sort();
}

import { finished } from "node:stream";
import type { Readable } from "node:stream";
import { type Entry, open as openZipFile, type ZipFile } from "yauzl";
import { asDataError, dataError } from "../errors.ts";

/** Most entries of an archive: a data set has two. */
const MAX_ENTRIES = 1024;

export interface Zip {
  /** By name. */
  entries: ReadonlyMap<string, Entry>;
  /** Decompressed bytes; a stream that is longer or shorter than its entry says fails. */
  read(entry: Entry): Promise<Readable>;
  close(): void;
}

/** Reads an archive's directory, one entry at a time. @throws SwarmError DATA_UNREADABLE, DATA_DAMAGED, DATA_TOO_LARGE */
export async function openZip(path: string): Promise<Zip> {
  const zip = await opened(path);
  try {
    return {
      entries: await entriesOf(zip, path),
      read: (entry) => readEntry(zip, entry, path),
      close: () => zip.close(),
    };
  } catch (cause) {
    zip.close();
    throw cause;
  }
}

function opened(path: string): Promise<ZipFile> {
  const { promise, resolve, reject } = Promise.withResolvers<ZipFile>();
  openZipFile(path, { lazyEntries: true, autoClose: false, strictFileNames: true }, (error, zip) => {
    if (error === null) resolve(zip);
    else reject(zipError(path, error));
  });
  return promise;
}

function entriesOf(zip: ZipFile, path: string): Promise<Map<string, Entry>> {
  const { promise, resolve, reject } = Promise.withResolvers<Map<string, Entry>>();
  const entries = new Map<string, Entry>();
  zip.on("error", (error: Error) => reject(zipError(path, error)));
  zip.on("end", () => resolve(entries));
  zip.on("entry", (entry: Entry) => {
    if (entries.size >= MAX_ENTRIES)
      return reject(dataError("DATA_TOO_LARGE", path, `has more than ${MAX_ENTRIES} arrays`));
    if (entries.has(entry.fileName)) return reject(dataError("DATA_DAMAGED", path, "has two entries of the same name"));
    entries.set(entry.fileName, entry);
    zip.readEntry();
  });
  zip.readEntry();
  return promise;
}

function readEntry(zip: ZipFile, entry: Entry, path: string): Promise<Readable> {
  const { promise, resolve, reject } = Promise.withResolvers<Readable>();
  zip.openReadStream(entry, (error, stream) => {
    if (error !== null) return reject(zipError(path, error));
    // An error that comes when nobody reads any more is of no interest; without a listener it would end the process.
    finished(stream, () => {});
    resolve(stream);
  });
  return promise;
}

/** The library's plain errors say what is wrong with the archive; those with a code come from the file system or zlib. */
export function zipError(path: string, cause: unknown): unknown {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code !== undefined && !code.startsWith("Z_")) return asDataError(path, cause);
  return dataError("DATA_DAMAGED", path, `is no whole .npz archive (${message}): copy the file again`, {}, cause);
}

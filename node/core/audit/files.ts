import { SwarmError } from "../errors.ts";
import { sha256 } from "../hash.ts";
import type { Address, Bytes32, Cid } from "../primitives.ts";
import type { Recorder } from "./recorder.ts";
import type { Where } from "./report.ts";

/** Who gives files: a node by its account, or a folder by its path. */
export interface Giver {
  kind: "node" | "folder";
  name: string;
}

/** One copy of a file. */
export interface FileCopy {
  /** Where it is, in words that a reader of the report understands: a giver may have it in one file among many. */
  source: string;
  giver: Giver;
  bytes: Uint8Array;
}

/** What helps to find a file. */
export interface FileContext {
  taskId: Bytes32;
  /** 0 for the first model. */
  round: number;
  /** The update's author, and where its sealed file is. */
  author?: Address;
  cid?: Cid;
  /** Who attested to hold the file, or voted for the model. */
  holders: readonly Address[];
  /** Larger copies need not be read; one may be given cut off, it will not have the right hash. */
  maxBytes: number;
  signal?: AbortSignal | undefined;
}

/** A file that an audit is going to read. */
export interface WantedFile {
  kind: "update" | "model";
  sha256: Bytes32;
  context: FileContext;
}

/** Where an audit gets files from: archives, disks, nodes, or several of them together. */
export interface AuditFiles {
  /** Who has not got a missing file, for "... has it": "nobody" where left out. */
  readonly nobody?: string;
  /** Hears which files are read next, in this order, so that several can be on their way at a time. */
  ahead?(wanted: readonly WantedFile[]): void;
  /**
   * Every copy that any source gives, damaged ones as well. None means that sources answered and nobody has it.
   * @throws SwarmError where no source could be asked at all: then nothing is said to be missing
   */
  get(
    kind: "update" | "model",
    sha256: Bytes32,
    context: FileContext,
  ): Promise<Iterable<FileCopy> | AsyncIterable<FileCopy>> | Iterable<FileCopy> | AsyncIterable<FileCopy>;
}

/** A file's right bytes; `none` where sources have no right copy, `unreachable` where they could not be asked. */
export type Found = Uint8Array | "none" | "unreachable";

/** Reads all copies of a file, keeps one that has the right hash, and names each source whose copy has not. */
export async function readCopies(
  files: AuditFiles,
  record: Recorder,
  kind: "update" | "model",
  hash: Bytes32,
  context: FileContext,
  where: Where,
): Promise<Found> {
  let right: Uint8Array | undefined;
  try {
    for await (const { source, giver, bytes } of await files.get(kind, hash, context)) {
      context.signal?.throwIfAborted();
      record.counts.files++;
      (giver.kind === "node" ? record.nodes : record.folders).add(giver.name);
      const given = sha256(bytes);
      if (given === hash) right ??= bytes;
      else {
        const text = `${source} has a damaged copy of ${kind} ${hash}: ${bytes.length} bytes with sha256 ${given}.`;
        record.wrong("FILE_DAMAGED", text, { ...where, file: hash, source });
      }
    }
  } catch (error) {
    context.signal?.throwIfAborted();
    if (!(error instanceof SwarmError)) throw error;
    if (right === undefined) {
      record.cannotCheck(`The ${kind} ${hash} could not be asked for: ${error.message}`, { ...where, file: hash });
      return "unreachable";
    }
  }
  return right ?? "none";
}

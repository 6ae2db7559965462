import type { AuditFiles, FileCopy, WantedFile } from "../../core/audit/files.ts";

/** As many files are on their way at a time; a node serves no more to one peer. */
const AT_ONCE = 4;
/** Bytes of files that wait in memory until they are read; larger ones are fetched one by one, when they are read. */
const WAITING_BYTES = 64 << 20;

/** Fetches the files that an audit reads next while it deals with those before: over a network most of the time is waiting. */
export function readingAhead(files: AuditFiles): AuditFiles {
  let wanted: readonly WantedFile[] = [];
  const begun = new Map<string, Promise<FileCopy[]>>();
  const fetch = async ({ kind, sha256, context }: WantedFile): Promise<FileCopy[]> =>
    Array.fromAsync(await files.get(kind, sha256, context));
  const begin = (): void => {
    for (let next = wanted[0]; next !== undefined; next = wanted[0]) {
      if (begun.size >= Math.min(AT_ONCE, Math.floor(WAITING_BYTES / next.context.maxBytes))) return;
      wanted = wanted.slice(1);
      const copies = fetch(next);
      // Whoever reads the file hears of it.
      copies.catch(() => undefined);
      begun.set(keyOf(next), copies);
    }
  };
  return {
    ...files,
    ahead(next) {
      begun.clear();
      wanted = next;
      begin();
    },
    async get(kind, sha256, context) {
      const file = { kind, sha256, context };
      const key = keyOf(file);
      wanted = wanted.filter((each) => keyOf(each) !== key);
      try {
        return await (begun.get(key) ?? fetch(file));
      } finally {
        begun.delete(key);
        begin();
      }
    },
  };
}

const keyOf = ({ kind, sha256 }: WantedFile): string => `${kind} ${sha256}`;

import { open, readFile, rm } from "node:fs/promises";
import { basename } from "node:path";
import { Decrypter, Encrypter } from "age-encryption";
import { z } from "zod";
import { SwarmError } from "../../core/errors.ts";
import { openIdentity } from "./identity.ts";
import { createKeyFolder, readKeyFile } from "./keyFolder.ts";
import { requireGoodPassword } from "./password.ts";
import { decodePublicIdentity, FILES, type PublicIdentity, readPublicIdentity } from "./publicIdentity.ts";

/** log2 of scrypt's N: 128 MB and about a second for each guess, as for the operator's keystore. */
const WORK_FACTOR = 17;
/** No backup is longer. Bytes. */
const MOST = 100_000;

const text = z.string().max(20_000);
const BackupSchema = z.strictObject({
  format: z.literal("swarm-keys"),
  version: z.literal(1),
  files: z.strictObject({
    [FILES.public]: text,
    [FILES.operator]: text,
    [FILES.peer]: text.optional(),
    [FILES.encryption]: text.optional(),
  }),
});

/**
 * Writes all keys of `dir` into one new file, encrypted with their password; `age -d` opens it too.
 * @throws SwarmError KEY_BACKUP_EXISTS, and what openIdentity throws
 */
export async function backupIdentity(dir: string, password: string, file: string): Promise<void> {
  // With another password the backup's keystore could not be opened after all.
  const { kind } = await openIdentity(dir, password);
  requireGoodPassword(password);
  const names = kind === "node" ? Object.values(FILES) : [FILES.public, FILES.operator];
  const files = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readKeyFile(dir, name)] as const)),
  );
  const encrypter = new Encrypter();
  encrypter.setPassphrase(password.normalize("NFKC"));
  encrypter.setScryptWorkFactor(WORK_FACTOR);
  const sealed = await encrypter.encrypt(JSON.stringify({ format: "swarm-keys", version: 1, files }));
  const handle = await open(file, "wx", 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
    throw new SwarmError("KEY_BACKUP_EXISTS", `${file} is there already: name a new file`, { path: file }, error);
  });
  try {
    await handle.writeFile(sealed);
    await handle.sync();
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

async function openBackup(file: string, password: string): Promise<string> {
  const sealed = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new SwarmError(
      "KEY_BACKUP_DAMAGED",
      `the backup ${file} cannot be read: ${error.message}`,
      { path: file },
      error,
    );
  });
  const damaged = (cause?: unknown): SwarmError =>
    new SwarmError(
      "KEY_BACKUP_DAMAGED",
      `${basename(file)} is no whole backup of keys: take another copy`,
      { path: file },
      cause,
    );
  if (sealed.length > MOST) throw damaged();
  const decrypter = new Decrypter();
  decrypter.addPassphrase(password.normalize("NFKC"));
  try {
    return await decrypter.decrypt(new Uint8Array(sealed), "text");
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith("no identity matched"))) throw damaged(error);
    throw new SwarmError(
      "KEY_WRONG_PASSWORD",
      `the password does not open the backup ${file}: it is the one the keys had when it was made`,
      { path: file },
      error,
    );
  }
}

/**
 * Brings back the keys of a backup into the new folder `dir`.
 * @returns whose keys they are
 * @throws SwarmError KEY_WRONG_PASSWORD, KEY_BACKUP_DAMAGED, KEY_EXISTS
 */
export async function restoreIdentity(file: string, password: string, dir: string): Promise<PublicIdentity> {
  const plain = await openBackup(file, password);
  let files: z.infer<typeof BackupSchema>["files"];
  try {
    ({ files } = BackupSchema.parse(JSON.parse(plain)));
    decodePublicIdentity(files[FILES.public], FILES.public);
  } catch (error) {
    throw new SwarmError(
      "KEY_BACKUP_DAMAGED",
      `${file} opens, but is no backup of keys: take another copy`,
      { path: file },
      error,
    );
  }
  const present = Object.entries(files).filter((entry): entry is [string, string] => entry[1] !== undefined);
  await createKeyFolder(dir, Object.fromEntries(present));
  return readPublicIdentity(dir);
}

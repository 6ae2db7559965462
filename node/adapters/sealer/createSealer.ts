import { Decrypter, Encrypter } from "age-encryption";
import { SwarmError } from "../../core/errors.ts";
import type { EncryptionKey } from "../../core/primitives.ts";
import type { Sealer } from "../../ports/sealer.ts";
import { ageIdentitiesIn, isUsableKey, parseAgeIdentity, toAgeRecipient } from "./ageKeys.ts";

/** Longest header that is opened: about 100 bytes a recipient, so over a thousand of them. */
export const MAX_HEADER_BYTES = 128 * 1024;

/** age v1 payload: a nonce, then chunks of 64 KiB, each with a tag. */
const NONCE_BYTES = 16;
const TAG_BYTES = 16;
const CHUNK_BYTES = 64 * 1024;

/**
 * Seals and opens age v1 files.
 * @param identity `AGE-SECRET-KEY-1...`; on further lines keys of before, which open files only
 * @throws SwarmError KEY_FORMAT
 */
export function createSealer(identity: string): Sealer {
  const [present = "", ...before] = ageIdentitiesIn(identity);
  const { privateKey, publicKey } = parseAgeIdentity(present);
  const decrypter = new Decrypter();
  for (const each of [present, ...before]) decrypter.addIdentity(each);

  return {
    publicKey,

    async seal(bytes, recipients) {
      const encrypter = new Encrypter();
      const unusable: EncryptionKey[] = [];
      const unique = new Set(recipients);
      for (const key of unique) {
        if (isUsableKey(key, privateKey)) encrypter.addRecipient(toAgeRecipient(key));
        else unusable.push(key);
      }
      if (unusable.length === unique.size) {
        throw new SwarmError(
          "SEAL_NO_RECIPIENTS",
          "Not one usable key to seal to: have the members register new keys",
          {
            unusable,
          },
        );
      }
      return { sealed: await encrypter.encrypt(bytes), unusable };
    },

    async open(sealed, { maxBytes }) {
      const size = openedSize(sealed);
      if (size > maxBytes) {
        throw new SwarmError("SEAL_TOO_LARGE", `A sealed file holds ${size} bytes, more than the ${maxBytes} allowed`, {
          size,
          maxBytes,
        });
      }
      try {
        return await decrypter.decrypt(sealed);
      } catch (error) {
        if (error instanceof Error && error.message.startsWith("no identity matched")) {
          throw new SwarmError(
            "SEAL_NOT_RECIPIENT",
            "A file was not sealed to this node's key: ask members who hold it, and check that the key registered is this node's",
            { publicKey },
            error,
          );
        }
        throw damaged("its header or content does not authenticate", error);
      }
    },
  };
}

/** Bytes of the opened file, from the sealed one's length alone, so that a limit holds before anything is decrypted. */
function openedSize(sealed: Uint8Array): number {
  const head = Buffer.from(sealed.buffer, sealed.byteOffset, Math.min(sealed.length, MAX_HEADER_BYTES));
  const footer = head.indexOf("\n--- ");
  const end = footer === -1 ? -1 : head.indexOf("\n", footer + 1);
  if (!head.toString("latin1", 0, 22).startsWith("age-encryption.org/v1\n") || end === -1) {
    throw damaged(`it has no age v1 header within ${MAX_HEADER_BYTES} bytes`);
  }
  const payload = sealed.length - (end + 1) - NONCE_BYTES;
  const chunks = Math.ceil(payload / (CHUNK_BYTES + TAG_BYTES));
  const size = payload - chunks * TAG_BYTES;
  if (payload < TAG_BYTES || size < 0) throw damaged("it was cut off");
  return size;
}

function damaged(why: string, cause?: unknown): SwarmError {
  return new SwarmError("SEAL_DAMAGED", `A sealed file cannot be opened: ${why}`, { why }, cause);
}

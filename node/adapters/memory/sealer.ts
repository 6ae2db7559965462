import { SwarmError } from "../../core/errors.ts";
import type { EncryptionKey } from "../../core/primitives.ts";
import type { Sealer } from "../../ports/sealer.ts";

/** First bytes of a file sealed in memory. */
const MAGIC = "swarm-memory-seal\n";

interface Header {
  recipients: EncryptionKey[];
  /** Bytes of content that follow. */
  length: number;
}

/**
 * Keeps the port's promises without any cryptography: a readable header names who may open it, and others refuse themselves.
 * @param publicKey any 32 bytes in hex but zero, which stands for the keys that no one can use
 */
export function createMemorySealer(publicKey: EncryptionKey): Sealer {
  return {
    publicKey,

    async seal(bytes, recipients) {
      const unique = [...new Set(recipients)];
      const usable = unique.filter(isUsable);
      const unusable = unique.filter((key) => !isUsable(key));
      if (usable.length === 0) {
        throw new SwarmError(
          "SEAL_NO_RECIPIENTS",
          "Not one usable key to seal to: have the members register new keys",
          {
            unusable,
          },
        );
      }
      const header: Header = { recipients: usable, length: bytes.length };
      const head = new TextEncoder().encode(`${MAGIC}${JSON.stringify(header)}\n`);
      const sealed = new Uint8Array(head.length + bytes.length);
      sealed.set(head);
      sealed.set(bytes, head.length);
      return { sealed, unusable };
    },

    async open(sealed, { maxBytes }) {
      const { header, content } = parse(sealed);
      if (content.length > maxBytes) {
        throw new SwarmError(
          "SEAL_TOO_LARGE",
          `A sealed file holds ${content.length} bytes, more than the ${maxBytes} allowed`,
          {
            size: content.length,
            maxBytes,
          },
        );
      }
      if (!header.recipients.includes(publicKey)) {
        throw new SwarmError(
          "SEAL_NOT_RECIPIENT",
          "A file was not sealed to this node's key: ask members who hold it",
          { publicKey },
        );
      }
      if (content.length !== header.length) throw damaged();
      return content.slice();
    },
  };
}

function isUsable(key: EncryptionKey): boolean {
  return /^0x[0-9a-f]{64}$/.test(key) && !/^0x0{64}$/.test(key);
}

function parse(sealed: Uint8Array): { header: Header; content: Uint8Array } {
  const start = MAGIC.length;
  const end = sealed.indexOf(0x0a, start);
  if (new TextDecoder().decode(sealed.subarray(0, start)) !== MAGIC || end === -1) throw damaged();
  try {
    const header = JSON.parse(new TextDecoder().decode(sealed.subarray(start, end))) as Header;
    return { header, content: sealed.subarray(end + 1) };
  } catch (error) {
    throw damaged(error);
  }
}

function damaged(cause?: unknown): SwarmError {
  return new SwarmError("SEAL_DAMAGED", "A sealed file cannot be opened: it was cut off or altered", {}, cause);
}

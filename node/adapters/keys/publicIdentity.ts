import { join } from "node:path";
import { z } from "zod";
import { SwarmError } from "../../core/errors.ts";
import type { Address, EncryptionKey, PeerId } from "../../core/primitives.ts";
import { readKeyFile } from "./keyFolder.ts";

/** Names of the files in a folder of keys. */
export const FILES = {
  public: "identity.json",
  operator: "operator.json",
  peer: "peer.key",
  encryption: "encryption.key",
} as const;

/** A node has all keys; an account, such as a licensor's, only signs transactions. */
export type IdentityKind = "node" | "account";

/** What may be shown to anyone; read without a password. */
export interface PublicIdentity {
  readonly kind: IdentityKind;
  readonly account: Address;
  /** Nodes only. */
  readonly peerId?: PeerId;
  /** Nodes only. */
  readonly encryptionKey?: EncryptionKey;
  /** ISO 8601 time of creation. */
  readonly created: string;
}

const common = { version: z.literal(1), account: z.string().regex(/^0x[0-9a-f]{40}$/), created: z.string() };
const PublicSchema = z.discriminatedUnion("kind", [
  z.strictObject({ ...common, kind: z.literal("account") }),
  z.strictObject({
    ...common,
    kind: z.literal("node"),
    peerId: z.string().regex(/^[1-9A-HJ-NP-Za-km-z]{40,64}$/),
    encryptionKey: z.string().regex(/^0x[0-9a-f]{64}$/),
  }),
]);

export function encodePublicIdentity(identity: PublicIdentity): string {
  return `${JSON.stringify({ version: 1, ...identity }, undefined, 2)}\n`;
}

/** @param path named in errors @throws SwarmError KEY_FORMAT */
export function decodePublicIdentity(text: string, path: string): PublicIdentity {
  try {
    const { version: _, ...identity } = PublicSchema.parse(JSON.parse(text));
    return identity as PublicIdentity;
  } catch (error) {
    throw new SwarmError(
      "KEY_FORMAT",
      `${path} does not describe an identity: restore the keys from a backup`,
      { path },
      error,
    );
  }
}

/** @throws SwarmError KEY_MISSING, KEY_PERMISSIONS, KEY_FORMAT */
export async function readPublicIdentity(dir: string): Promise<PublicIdentity> {
  return decodePublicIdentity(await readKeyFile(dir, FILES.public), join(dir, FILES.public));
}

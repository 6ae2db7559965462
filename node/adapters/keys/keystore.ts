import { createCipheriv, createDecipheriv, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import { keccak256 } from "ethers/crypto";
import { z } from "zod";
import { SwarmError } from "../../core/errors.ts";
import { deriveKey, type ScryptParameters } from "./deriveKey.ts";
import { addressOf } from "./signer.ts";

/** Half a second and 128 MB for each guess of a password; what geth and ethers take by default. */
const COST: ScryptParameters = { N: 131_072, r: 8, p: 1 };
const KEY_BYTES = 32;

const hex = (bytes: number) => z.string().regex(new RegExp(`^(0x)?[0-9a-f]{${bytes * 2}}$`, "i"));

/** Web3 Secret Storage, version 3. Limits keep a manipulated file from taking all memory. */
const KeystoreSchema = z.object({
  version: z.literal(3),
  address: hex(20).optional(),
  crypto: z.object({
    cipher: z.literal("aes-128-ctr"),
    cipherparams: z.object({ iv: hex(16) }),
    ciphertext: hex(KEY_BYTES),
    kdf: z.literal("scrypt"),
    kdfparams: z.object({
      n: z
        .number()
        .int()
        .min(2)
        .max(2 ** 20)
        .refine((n) => Number.isInteger(Math.log2(n))),
      r: z.number().int().min(1).max(16),
      p: z.number().int().min(1).max(16),
      dklen: z.literal(KEY_BYTES),
      salt: z.string().regex(/^(0x)?([0-9a-f]{2}){8,64}$/i),
    }),
    mac: hex(32),
  }),
});

const fromHex = (text: string): Buffer => Buffer.from(text.replace(/^0x/i, ""), "hex");
const passwordBytes = (password: string): Uint8Array => Buffer.from(password.normalize("NFKC"), "utf8");

function macOf(derived: Uint8Array, ciphertext: Uint8Array): Buffer {
  return fromHex(keccak256(Buffer.concat([derived.subarray(16, 32), ciphertext])));
}

/** @param key 32 bytes @returns the JSON text of a keystore that ethers, geth and others open */
export async function sealKeystore(key: Uint8Array, password: string): Promise<string> {
  const salt = randomBytes(32);
  const iv = randomBytes(16);
  const derived = await deriveKey(passwordBytes(password), salt, COST, KEY_BYTES);
  const cipher = createCipheriv("aes-128-ctr", derived.subarray(0, 16), iv);
  const ciphertext = Buffer.concat([cipher.update(key), cipher.final()]);
  const keystore = {
    version: 3,
    id: randomUUID(),
    address: addressOf(key).slice(2),
    crypto: {
      cipher: "aes-128-ctr",
      cipherparams: { iv: iv.toString("hex") },
      ciphertext: ciphertext.toString("hex"),
      kdf: "scrypt",
      kdfparams: { n: COST.N, r: COST.r, p: COST.p, dklen: KEY_BYTES, salt: salt.toString("hex") },
      mac: macOf(derived, ciphertext).toString("hex"),
    },
  };
  return `${JSON.stringify(keystore, undefined, 2)}\n`;
}

/**
 * @param path named in errors
 * @returns the key, 32 bytes
 * @throws SwarmError KEY_FORMAT, KEY_WRONG_PASSWORD
 */
export async function openKeystore(text: string, password: string, path: string): Promise<Uint8Array> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new SwarmError("KEY_FORMAT", `${path} is not JSON: restore the keys from a backup`, { path }, error);
  }
  // ethers writes "Crypto", geth "crypto".
  const { Crypto, ...rest } = (json ?? {}) as { Crypto?: unknown };
  const parsed = KeystoreSchema.safeParse(Crypto === undefined ? json : { crypto: Crypto, ...rest });
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.join(".");
    throw new SwarmError(
      "KEY_FORMAT",
      `${path} is no version 3 scrypt keystore (see its field ${field}): restore the keys from a backup`,
      { path, field },
    );
  }
  const { crypto, address } = parsed.data;
  const { n, r, p, salt } = crypto.kdfparams;
  const ciphertext = fromHex(crypto.ciphertext);
  const derived = await deriveKey(passwordBytes(password), fromHex(salt), { N: n, r, p }, KEY_BYTES);
  if (!timingSafeEqual(macOf(derived, ciphertext), fromHex(crypto.mac))) {
    throw new SwarmError(
      "KEY_WRONG_PASSWORD",
      `the password does not open ${path}: try again, or give the right --password-file`,
      { path },
    );
  }
  const decipher = createDecipheriv("aes-128-ctr", derived.subarray(0, 16), fromHex(crypto.cipherparams.iv));
  const key = new Uint8Array(Buffer.concat([decipher.update(ciphertext), decipher.final()]));
  if (address !== undefined && addressOf(key) !== `0x${fromHex(address).toString("hex")}`) {
    throw new SwarmError(
      "KEY_FORMAT",
      `${path} says it is the key of another account than it is: restore the keys from a backup`,
      { path },
    );
  }
  return key;
}

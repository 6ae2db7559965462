/** The checks of contracts/lib/PeerKeys.sol and X25519Keys.sol. */

/** secp256k1's field (SEC 2, section 2.4.1). */
const SECP256K1_P = 2n ** 256n - 2n ** 32n - 977n;
/** Curve25519's field (RFC 7748). */
const X25519_P = 2n ** 255n - 19n;

/** u coordinates of the points of order 1, 2, 4 and 8 of the curve and its twist that are below the modulus. */
const LOW_ORDER = new Set([
  0n,
  1n,
  X25519_P - 1n,
  325606250916557431795983626356110631294008115727848805560023387167927233504n,
  39382357235489614581723060781553021112529911719440698176882885853963445705823n,
]);

/** @param key x and y, 64 bytes */
export function isOnCurve(key: Uint8Array): boolean {
  if (key.length !== 64) return false;
  const x = fromBigEndian(key.subarray(0, 32));
  const y = fromBigEndian(key.subarray(32));
  if (x >= SECP256K1_P || y >= SECP256K1_P) return false;
  return (y * y - x * x * x - 7n) % SECP256K1_P === 0n;
}

/** @param key 32 bytes as `0x` hex */
export function isUsableEncryptionKey(key: string): boolean {
  const u = fromBigEndian(Uint8Array.from(Buffer.from(key.slice(2), "hex")).toReversed());
  return u < X25519_P && !LOW_ORDER.has(u);
}

function fromBigEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}

import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey, diffieHellman } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { generateKeyPair, privateKeyFromRaw } from "@libp2p/crypto/keys";
import { peerIdFromPrivateKey } from "@libp2p/peer-id";
import { getBytes, hexlify, SigningKey } from "ethers";
import { type Account, account, as, builtRegistry, Chain, refusalOf, refuses, type World } from "./chain.ts";
import { decide } from "./council.ts";
import { FAR, nodeKeys, peerKey, register, signFor, typedDataDigest, uncompressed } from "./keys.ts";

const P = 2n ** 255n - 19n;
const A = 486662n;

/** u in the byte order of RFC 7748, least significant first. */
function encode(u: bigint): string {
  return hexlify(getBytes(`0x${u.toString(16).padStart(64, "0")}`).reverse());
}

const mod = (value: bigint) => ((value % P) + P) % P;

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let b = mod(base), e = exponent; e > 0n; e >>= 1n, b = mod(b * b)) if (e & 1n) result = mod(result * b);
  return result;
}

/** Both square roots modulo P (which is 5 modulo 8), or none. */
function roots(square: bigint): bigint[] {
  const candidate = power(square, (P + 3n) / 8n);
  for (const root of [candidate, mod(candidate * power(2n, (P - 1n) / 4n))]) {
    if (mod(root * root) === mod(square)) return [root, mod(-root)];
  }
  return [];
}

/**
 * All u of order dividing 8 on curve25519 or its twist, out of the doubling formula u(2Q) = (u^2 - 1)^2 / (4u(u^2 + Au + 1))
 * (Montgomery 1987): u = 0 has order 2; what doubles to it has u^2 = 1; what doubles to c = 1 or -1 satisfies
 * (u^2 - 1)^2 = 4cu(u^2 + Au + 1), which is, with v = u + 1/u, v^2 - 4cv - 4 - 4cA = 0. The curve's other points of order 2 would be roots
 * of u^2 + Au + 1.
 */
function lowOrder(): Set<bigint> {
  const half = power(2n, P - 2n);
  const quadratic = (b: bigint, c: bigint) => roots(b * b - 4n * c).map((root) => mod((root - b) * half));
  const order8 = [1n, -1n].flatMap((c) => quadratic(-4n * c, -4n - 4n * c * A).flatMap((v) => quadratic(-v, 1n)));
  return new Set([0n, 1n, P - 1n, ...quadratic(A, 1n), ...order8]);
}

/** Whether OpenSSL agrees on a shared secret with this key; it refuses those for which the secret is zero (RFC 7748, section 6.1). */
function opensslAgrees(publicKey: string): boolean {
  const spki = Buffer.concat([Buffer.from("302a300506032b656e032100", "hex"), getBytes(publicKey)]);
  const pkcs8 = Buffer.concat([Buffer.from("302e020100300506032b656e04220420", "hex"), Buffer.alloc(32, 7)]);
  try {
    diffieHellman({
      privateKey: createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" }),
      publicKey: createPublicKey({ key: spki, format: "der", type: "spki" }),
    });
    return true;
  } catch (error) {
    assert.match((error as { code: string }).code, /^ERR_(OSSL|CRYPTO)_/);
    return false;
  }
}

describe("NodeRegistry: keys as other programs have them", () => {
  let chain: Chain;
  let w: World;
  let clinic: Account;

  before(async () => {
    chain = await Chain.open();
    w = await chain.deploy(await builtRegistry(), { licensors: 1, threshold: 1 });
    clinic = account(w, 5);
    await decide(w, "license", clinic.address, FAR);
  });
  after(() => chain.close());

  it("derives the peer ids that libp2p derives", async () => {
    for (let i = 0; i < 8; i += 1) {
      const libp2pKey = await generateKeyPair("secp256k1");
      const signer = new SigningKey(libp2pKey.raw);
      const keys = nodeKeys(`libp2p ${i}`, { peerKey: uncompressed(signer) });
      await as(w, clinic).registerNode(keys, await signFor(w.registry, clinic.address, keys, signer));
      const peerId = peerIdFromPrivateKey(libp2pKey);
      assert.equal(await w.registry.peerIdOf(clinic.address), hexlify(peerId.toMultihash().bytes));
      assert.equal(await w.registry.accountOfPeer(peerId.toMultihash().bytes), clinic.address);
    }
    const someone = peerIdFromPrivateKey(privateKeyFromRaw(getBytes(peerKey("someone").privateKey)));
    assert.equal(BigInt(await w.registry.accountOfPeer(someone.toMultihash().bytes)), 0n);
  });

  it("asks for a signature over EIP-712 typed data, which every wallet can show and make", async () => {
    const domain = { chainId: 31337n, registry: w.address };
    for (const addresses of [["/a"], ["/a", "/b"], ["/dns4/clinic.example/tcp/4001", "", "ä"]]) {
      const keys = nodeKeys("typed", { addresses });
      const nonce = await w.registry.nonces(clinic.address);
      const digest = await w.registry.registrationDigest(clinic.address, keys);
      assert.equal(digest, typedDataDigest(domain, clinic.address, nonce, keys));
    }
    const { name, version, verifyingContract } = await w.registry.eip712Domain();
    assert.deepEqual([name, version, verifyingContract], ["NodeRegistry", "1", w.address]);
  });

  /** Whether the registry would take this key now. */
  async function takes(key: string): Promise<boolean> {
    const keys = nodeKeys("x25519", { encryptionKey: key });
    const signature = await signFor(w.registry, clinic.address, keys, peerKey("x25519"));
    try {
      await as(w, clinic).registerNode.staticCall(keys, signature);
      return true;
    } catch (error) {
      assert.deepEqual(refusalOf(w, error), { name: "InvalidEncryptionKey", args: [key] });
      return false;
    }
  }

  it("refuses all X25519 keys of low order: the list follows from the curve's equation, and OpenSSL refuses the same", async () => {
    const points = lowOrder();
    // As many as libsodium's and cr.yp.to's lists have in canonical form.
    assert.equal(points.size, 5);
    for (const u of points) {
      assert.equal(opensslAgrees(encode(u)), false, `OpenSSL on ${u}`);
      assert.equal(await takes(encode(u)), false, `registry on ${u}`);
      for (const near of [u + 2n, u + 256n]) {
        if (near >= P || points.has(near)) continue;
        assert.equal(opensslAgrees(encode(near)), true, `OpenSSL on ${near}`);
        assert.equal(await takes(encode(near)), true, `registry on ${near}`);
      }
    }
  });

  it("refuses every second encoding of an X25519 key, which others read modulo 2^255 - 19 and without the top bit", async () => {
    for (const u of [P, P + 1n, P + 9n, 2n ** 255n - 1n, 2n ** 255n + 9n, 2n ** 256n - 1n]) {
      assert.equal(await takes(encode(u)), false, `${u}`);
    }
    for (const u of [9n, P - 2n, P - 256n, 2n ** 254n]) assert.equal(await takes(encode(u)), true, `${u}`);
  });

  it("refuses the zero key with its own error", async () => {
    await refuses(w, register(w, clinic, "zero", { encryptionKey: encode(0n) }), "InvalidEncryptionKey", [encode(0n)]);
  });
});

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { computeAddress, getBytes, SigningKey, ZeroAddress } from "ethers";
import {
  type Account,
  account,
  as,
  type Build,
  builtRegistry,
  Chain,
  DAY,
  eventsOf,
  refuses,
  type World,
} from "./chain.ts";
import { decide } from "./council.ts";
import {
  encryptionKey,
  FAR,
  highS,
  type NodeKeys,
  nodeKeys,
  peerKey,
  register,
  signFor,
  uncompressed,
} from "./keys.ts";

const SECP256K1_P = 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2fn;
const word = (value: bigint) => value.toString(16).padStart(64, "0");

describe("NodeRegistry: registrations", () => {
  let chain: Chain;
  let build: Build;
  let w: World;
  let clinic: Account;
  let other: Account;

  before(async () => {
    chain = await Chain.open();
    build = await builtRegistry();
  });
  after(() => chain.close());
  beforeEach(async () => {
    w = await chain.deploy(build);
    [clinic, other] = [account(w, 5), account(w, 6)];
    await decide(w, "license", clinic.address, FAR);
    await decide(w, "license", other.address, FAR);
  });

  /** Registers `keys` for the clinic with an honest signature, as the happy case of every refusal below. */
  const honest = async (keys: NodeKeys, seed = "clinic") =>
    as(w, clinic).registerNode(keys, await signFor(w.registry, clinic.address, keys, peerKey(seed)));

  it("binds account, peer id and encryption key, one to one", async () => {
    const keys = nodeKeys("clinic");
    const [event] = await eventsOf(w, register(w, clinic, "clinic"));
    assert.ok(event);
    const peerId = await w.registry.peerIdOf(clinic.address);
    assert.deepEqual(event.slice(0, 4), ["NodeRegistered", clinic.address, 1n, peerId]);
    assert.deepEqual(event.slice(4, 6), [keys.peerKey, keys.encryptionKey]);
    assert.deepEqual([...(event[6] as string[])], keys.addresses);
    assert.equal(getBytes(peerId).length, 39);
    assert.equal(await w.registry.accountOfPeer(peerId), clinic.address);
    const odd = BigInt(keys.peerKey) % 2n === 1n;
    assert.deepEqual(
      [...(await w.registry.registrationOf(clinic.address))],
      [keys.peerKey.slice(0, 66), odd, 1n, keys.encryptionKey],
    );
    assert.equal(await w.registry.nonces(clinic.address), 1n);
  });

  it("knows nothing of who did not register", async () => {
    assert.equal(await w.registry.peerIdOf(clinic.address), "0x");
    assert.equal(await w.registry.accountOfPeer("0x"), ZeroAddress);
    assert.deepEqual(
      [...(await w.registry.registrationOf(clinic.address))],
      [`0x${"00".repeat(32)}`, false, 0n, `0x${"00".repeat(32)}`],
    );
  });

  it("rotates keys: only the present ones resolve, old ones stay the account's own", async () => {
    await register(w, clinic, "clinic");
    const first = await w.registry.peerIdOf(clinic.address);
    await register(w, clinic, "rotated");
    const second = await w.registry.peerIdOf(clinic.address);
    assert.notEqual(first, second);
    assert.equal(await w.registry.accountOfPeer(first), ZeroAddress);
    assert.equal(await w.registry.accountOfPeer(second), clinic.address);
    assert.equal((await w.registry.registrationOf(clinic.address)).encryptionKey, encryptionKey("rotated"));

    await refuses(w, register(w, other, "clinic", { encryptionKey: encryptionKey("other") }), "PeerKeyTaken", [
      clinic.address,
    ]);
    await refuses(w, register(w, other, "other", { encryptionKey: encryptionKey("clinic") }), "EncryptionKeyTaken", [
      clinic.address,
    ]);
    await register(w, other, "other");

    await register(w, clinic, "clinic");
    assert.equal(await w.registry.accountOfPeer(first), clinic.address);
    assert.equal((await w.registry.registrationOf(clinic.address)).version, 3n);
  });

  it("keeps the keys of the revoked from everybody else", async () => {
    await register(w, clinic, "clinic");
    await decide(w, "revoke", clinic.address);
    await refuses(w, register(w, other, "clinic"), "PeerKeyTaken", [clinic.address]);
    assert.equal(await w.registry.accountOfPeer(await w.registry.peerIdOf(clinic.address)), clinic.address);
  });

  it("is for the licensed only: unknown, expired, suspended and revoked accounts are refused", async () => {
    const stranger = account(w, 7);
    await refuses(w, register(w, stranger, "stranger"), "NotLicensed", [stranger.address]);
    const expiry = (await chain.now()) + DAY;
    await decide(w, "license", stranger.address, expiry);
    await chain.moveTo(expiry);
    await refuses(w, register(w, stranger, "stranger"), "NotLicensed", [stranger.address]);
    await decide(w, "license", stranger.address, FAR);
    await register(w, stranger, "stranger");

    await as(w, account(w, 0)).suspend(clinic.address);
    await refuses(w, register(w, clinic, "clinic"), "NotLicensed", [clinic.address]);
    await decide(w, "revoke", clinic.address);
    await refuses(w, register(w, clinic, "clinic"), "NotLicensed", [clinic.address]);

    await decide(w, "authorizeAuditor", clinic.address);
    await as(w, account(w, 0)).suspend(clinic.address);
    await refuses(w, register(w, clinic, "clinic"), "NotLicensed", [clinic.address]);
    await decide(w, "unsuspend", clinic.address);
    await register(w, clinic, "clinic");
  });

  it("is signed up to and including its deadline", async () => {
    const deadline = (await chain.now()) + 100;
    const keys = nodeKeys("clinic", { deadline });
    const signature = await signFor(w.registry, clinic.address, keys, peerKey("clinic"));
    await chain.nextAt(deadline);
    await as(w, clinic).registerNode(keys, signature);
    const again = await signFor(w.registry, clinic.address, keys, peerKey("clinic"));
    await chain.moveTo(deadline + 1);
    await refuses(w, as(w, clinic).registerNode(keys, again), "SignatureExpired", [BigInt(deadline)]);
  });

  it("takes 1 to 8 addresses of 1 to 256 bytes", async () => {
    for (const addresses of [[], Array(9).fill("/a"), [""], ["/a", ""], ["a".repeat(257)], ["ä".repeat(129)]]) {
      await refuses(w, honest(nodeKeys("clinic", { addresses })), "InvalidAddresses");
    }
    await honest(nodeKeys("clinic", { addresses: Array(8).fill("a".repeat(256)) }));
  });

  it("takes a peer key only of 64 bytes on the curve", async () => {
    const good = uncompressed(peerKey("clinic")).slice(2);
    const [x, y] = [BigInt(`0x${good.slice(0, 64)}`), BigInt(`0x${good.slice(64)}`)];
    const bad = {
      short: good.slice(2),
      long: `${good}00`,
      empty: "",
      prefixed: `04${good}`,
      zero: "00".repeat(64),
      "another y": word(x) + word(y ^ 1n),
      "another x": word(x ^ 1n) + word(y),
      "x past the modulus": word(SECP256K1_P) + word(y),
      "y past the modulus": word(x) + word(2n ** 256n - 1n),
    };
    for (const [why, key] of Object.entries(bad)) {
      await assert.doesNotReject(
        refuses(w, honest(nodeKeys("clinic", { peerKey: `0x${key}` })), "InvalidPeerKey"),
        why,
      );
    }
    // x = 1 + p is x = 1, which is on the curve, in a second encoding that fits 32 bytes.
    const point = getBytes(SigningKey.computePublicKey(`0x02${word(1n)}`, false));
    const second = word(SECP256K1_P + 1n) + Buffer.from(point.slice(33)).toString("hex");
    await refuses(w, honest(nodeKeys("clinic", { peerKey: `0x${second}` })), "InvalidPeerKey");
    await honest(nodeKeys("clinic"));
  });

  describe("a signature", () => {
    it("by another key is refused, with who signed", async () => {
      const keys = nodeKeys("clinic");
      const signature = await signFor(w.registry, clinic.address, keys, peerKey("other"));
      await refuses(w, as(w, clinic).registerNode(keys, signature), "InvalidPeerSignature", [
        computeAddress(peerKey("other")),
        computeAddress(peerKey("clinic")),
      ]);
    });

    it("that is no low-s signature of 65 bytes is refused", async () => {
      const keys = nodeKeys("clinic");
      const signature = await signFor(w.registry, clinic.address, keys, peerKey("clinic"));
      for (const bad of [
        highS(signature),
        signature.slice(0, -2),
        `${signature}00`,
        "0x",
        `${signature.slice(0, -2)}1d`,
      ]) {
        await refuses(w, as(w, clinic).registerNode(keys, bad), "InvalidPeerSignature");
      }
      await as(w, clinic).registerNode(keys, signature);
    });

    it("is good for one account, one nonce and one contract", async () => {
      const keys = nodeKeys("clinic");
      const signature = await signFor(w.registry, clinic.address, keys, peerKey("clinic"));
      await refuses(w, as(w, other).registerNode(keys, signature), "InvalidPeerSignature");
      const elsewhere = await chain.deploy(build);
      await decide(elsewhere, "license", clinic.address, FAR);
      await refuses(elsewhere, as(elsewhere, clinic).registerNode(keys, signature), "InvalidPeerSignature");
      await as(w, clinic).registerNode(keys, signature);
      await refuses(w, as(w, clinic).registerNode(keys, signature), "InvalidPeerSignature");
    });

    it("covers every field that is registered", async () => {
      const keys = nodeKeys("clinic", { addresses: ["/a/b", "/c"] });
      const signature = await signFor(w.registry, clinic.address, keys, peerKey("clinic"));
      const changes: Partial<NodeKeys>[] = [
        { peerKey: uncompressed(peerKey("other")) },
        { encryptionKey: encryptionKey("other") },
        { addresses: ["/a", "/b/c"] },
        { addresses: ["/a/b/c"] },
        { addresses: ["/c", "/a/b"] },
        { deadline: FAR + 1 },
      ];
      for (const change of changes) {
        await refuses(w, as(w, clinic).registerNode({ ...keys, ...change }, signature), "InvalidPeerSignature");
      }
      await as(w, clinic).registerNode(keys, signature);
    });
  });
});

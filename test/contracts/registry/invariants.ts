import assert from "node:assert/strict";
import { keccak256, ZeroAddress } from "ethers";
import { account, as, type Build, type Chain, DAY, refuses } from "./chain.ts";
import { decide, encodeAct } from "./council.ts";
import { checkCouncil } from "./councilModel.ts";
import { encryptionKey, FAR, highS, nodeKeys, peerKey, register, signFor, uncompressed } from "./keys.ts";
import { checkLicenses } from "./licenseModel.ts";

const NEWEST = { blockTag: "latest" } as const;

/** What has to hold of every NodeRegistry, as checks that throw an assertion where it does not. Mutants of the source have to fail them. */
export const INVARIANTS = {
  "no act executes without M present licensors under one council; M <= N; the last licensor stays": (
    chain: Chain,
    build: Build,
  ) => checkCouncil(chain, build, { numRuns: 25, seed: 7 }),

  "an approval is for the bytes that were proposed, and an act has no bytes that nobody is shown": async (
    chain: Chain,
    build: Build,
  ) => {
    const w = await chain.deploy(build);
    const pause = encodeAct(w, ["pause"]);
    await as(w, account(w, 0)).propose(pause);
    const other = keccak256(encodeAct(w, ["unpause"]));
    await refuses(w, as(w, account(w, 1)).approve(1, other), "ActMismatch");
    await refuses(w, as(w, account(w, 1)).propose(`${pause}00`), "InvalidAct");
    const nested = w.registry.interface.encodeFunctionData("propose", [pause]);
    await refuses(w, as(w, account(w, 1)).propose(nested), "InvalidAct");
  },

  "a licence ends: by its date, at once by suspension and revocation": async (chain: Chain, build: Build) => {
    const w = await chain.deploy(build);
    const clinic = account(w, 5);
    const state = async () => [
      await w.registry.isEligible(clinic.address, NEWEST),
      await w.registry.isBarred(clinic.address, NEWEST),
    ];
    const expiry = (await chain.now()) + 100 * DAY;
    assert.deepEqual(await state(), [false, true]);
    await refuses(w, decide(w, "license", clinic.address, 1), "InvalidExpiry");
    await decide(w, "license", clinic.address, expiry);
    assert.deepEqual(await state(), [false, false]);
    await register(w, clinic, "clinic");
    assert.deepEqual(await state(), [true, false]);
    await as(w, account(w, 0)).suspend(clinic.address);
    assert.deepEqual(await state(), [false, true]);
    await decide(w, "unsuspend", clinic.address);
    assert.deepEqual(await state(), [true, false]);
    await chain.moveTo(expiry);
    assert.deepEqual(await state(), [false, false]);
    await decide(w, "license", clinic.address, expiry + DAY);
    await decide(w, "revoke", clinic.address);
    assert.deepEqual(await state(), [false, true]);
  },

  "one licensor suspends a grant once, for one period, and shortens nobody's suspension": async (
    chain: Chain,
    build: Build,
  ) => {
    const w = await chain.deploy(build);
    const clinic = account(w, 5).address;
    const until = async () => (await w.registry.licenseOf(clinic, NEWEST)).suspendedUntil;
    const start = (await chain.now()) + 10;
    await decide(w, "license", clinic, FAR);
    await chain.nextAt(start);
    await as(w, account(w, 0)).suspend(clinic);
    assert.equal(await until(), BigInt(start + DAY));
    await refuses(w, as(w, account(w, 0)).suspend(clinic), "SuspensionSpent");
    await chain.moveTo(start + DAY);
    assert.equal(await until(), 0n);
    await refuses(w, decide(w, "confirmSuspension", clinic), "NotSuspended");
    await as(w, account(w, 1)).suspend(clinic);
    await decide(w, "confirmSuspension", clinic);
    await as(w, account(w, 2)).suspend(clinic);
    assert.equal(await until(), 2n ** 64n - 1n);
    await decide(w, "license", clinic, FAR);
    assert.equal(await until(), 2n ** 64n - 1n, "a renewal ends no suspension");
    assert.equal((await w.registry.licenseOf(clinic)).grant, 2n, "a renewal is a new grant");
    await as(w, account(w, 0)).suspend(clinic);
    await refuses(w, as(w, account(w, 5)).suspend(clinic), "NotLicensor");
  },

  "an account has one role, and auditors have no right to act": async (chain: Chain, build: Build) => {
    const w = await chain.deploy(build);
    const [clinic, auditor] = [account(w, 5), account(w, 6)];
    await decide(w, "license", clinic.address, FAR);
    await refuses(w, decide(w, "authorizeAuditor", clinic.address), "AlreadyHasRole");
    await decide(w, "authorizeAuditor", auditor.address);
    await refuses(w, decide(w, "license", auditor.address, FAR), "AlreadyHasRole");
    await register(w, auditor, "auditor");
    assert.equal(await w.registry.isEligible(auditor.address), false);
    assert.equal(await w.registry.isBarred(auditor.address), true);
  },

  "only the licensed register, before the deadline, with addresses of bounded size": async (
    chain: Chain,
    build: Build,
  ) => {
    const w = await chain.deploy(build);
    const clinic = account(w, 5);
    await refuses(w, register(w, clinic, "clinic"), "NotLicensed");
    const expiry = (await chain.now()) + DAY;
    await decide(w, "license", clinic.address, expiry);
    await chain.moveTo(expiry);
    await refuses(w, register(w, clinic, "clinic"), "NotLicensed");
    await decide(w, "license", clinic.address, FAR);
    await as(w, account(w, 0)).suspend(clinic.address);
    await refuses(w, register(w, clinic, "clinic"), "NotLicensed");
    await decide(w, "unsuspend", clinic.address);
    await refuses(w, register(w, clinic, "clinic", { deadline: expiry - 1 }), "SignatureExpired");
    for (const addresses of [[], Array(9).fill("/a"), [""], ["a".repeat(257)]]) {
      await refuses(w, register(w, clinic, "clinic", { addresses }), "InvalidAddresses");
    }
    await register(w, clinic, "clinic");
  },

  "a registration is signed by its peer key, for one account, nonce and contract": async (
    chain: Chain,
    build: Build,
  ) => {
    const [w, elsewhere] = [await chain.deploy(build), await chain.deploy(build)];
    const [clinic, thief] = [account(w, 5), account(w, 6)];
    for (const who of [clinic, thief]) await decide(w, "license", who.address, FAR);
    await decide(elsewhere, "license", clinic.address, FAR);
    const keys = nodeKeys("clinic");
    const signature = await signFor(w.registry, clinic.address, keys, peerKey("clinic"));
    const forged = await signFor(w.registry, clinic.address, keys, peerKey("thief"));
    await refuses(w, as(w, clinic).registerNode(keys, forged), "InvalidPeerSignature");
    await refuses(w, as(w, clinic).registerNode(keys, highS(signature)), "InvalidPeerSignature");
    await refuses(w, as(w, thief).registerNode(keys, signature), "InvalidPeerSignature");
    await refuses(elsewhere, as(elsewhere, clinic).registerNode(keys, signature), "InvalidPeerSignature");
    for (const change of [
      { encryptionKey: encryptionKey("thief") },
      { addresses: ["/thief"] },
      { deadline: FAR + 1 },
    ]) {
      await refuses(w, as(w, clinic).registerNode({ ...keys, ...change }, signature), "InvalidPeerSignature");
    }
    await as(w, clinic).registerNode(keys, signature);
    const second = await signFor(w.registry, clinic.address, keys, peerKey("clinic"));
    await as(w, clinic).registerNode(keys, second);
    for (const used of [signature, second]) {
      await refuses(w, as(w, clinic).registerNode(keys, used), "InvalidPeerSignature");
    }
  },

  "account and peer id are one to one, and a key never changes hands": async (chain: Chain, build: Build) => {
    const w = await chain.deploy(build);
    const [clinic, thief] = [account(w, 5), account(w, 6)];
    for (const who of [clinic, thief]) await decide(w, "license", who.address, FAR);
    const prefixes = new Set<string>();
    for (const seed of ["a", "b", "c", "d", "first"]) {
      await register(w, clinic, seed);
      const compressed = peerKey(seed).compressedPublicKey.slice(2);
      assert.equal(await w.registry.peerIdOf(clinic.address), `0x002508021221${compressed}`);
      prefixes.add(compressed.slice(0, 2));
    }
    assert.deepEqual([...prefixes].sort(), ["02", "03"], "keys with even and odd y were tried");
    const first = await w.registry.peerIdOf(clinic.address);
    await register(w, clinic, "second");
    assert.equal(await w.registry.accountOfPeer(first), ZeroAddress);
    assert.equal(await w.registry.accountOfPeer(await w.registry.peerIdOf(clinic.address)), clinic.address);
    const stolen = { encryptionKey: encryptionKey("thief") };
    await refuses(w, register(w, thief, "first", stolen), "PeerKeyTaken");
    await refuses(w, register(w, thief, "second", stolen), "PeerKeyTaken");
    await refuses(w, register(w, thief, "thief", { encryptionKey: encryptionKey("first") }), "EncryptionKeyTaken");
    await decide(w, "revoke", clinic.address);
    await refuses(w, register(w, thief, "second", stolen), "PeerKeyTaken");
    assert.equal(await w.registry.accountOfPeer("0x"), ZeroAddress);
  },

  "keys are points of their curves in their only encoding, and nobody else can open what is sealed to them": async (
    chain: Chain,
    build: Build,
  ) => {
    const w = await chain.deploy(build);
    const clinic = account(w, 5);
    await decide(w, "license", clinic.address, FAR);
    const good = uncompressed(peerKey("clinic"));
    const offCurve = `${good.slice(0, -2)}${good.endsWith("00") ? "01" : "00"}`;
    for (const bad of [offCurve, good.slice(0, -2), `${good}00`, `0x${"00".repeat(64)}`]) {
      await refuses(w, register(w, clinic, "clinic", { peerKey: bad }), "InvalidPeerKey");
    }
    const ff = "ff".repeat(30);
    const weak = [
      "00".repeat(32),
      `01${"00".repeat(31)}`,
      `ec${ff}7f`,
      "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
      "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
      `ed${ff}7f`,
      `ff${ff}7f`,
      `09${"00".repeat(30)}80`,
    ];
    for (const key of weak) {
      await refuses(w, register(w, clinic, "clinic", { encryptionKey: `0x${key}` }), "InvalidEncryptionKey");
    }
    await register(w, clinic, "clinic", { encryptionKey: `0xeb${ff}7f` });
  },

  "licences, suspensions and keys are what follows from everything done so far": (chain: Chain, build: Build) =>
    checkLicenses(chain, build, { numRuns: 10, seed: 7 }),
} satisfies Record<string, (chain: Chain, build: Build) => Promise<void>>;

export type Invariant = keyof typeof INVARIANTS;

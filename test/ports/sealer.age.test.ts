import assert from "node:assert/strict";
import { test } from "node:test";
import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
import * as fc from "fast-check";
import {
  encryptionKeyOf,
  fromAgeRecipient,
  generateAgeIdentity,
  toAgeRecipient,
} from "../../node/adapters/sealer/ageKeys.ts";
import { decodeBech32, encodeBech32 } from "../../node/adapters/sealer/bech32.ts";
import { createSealer } from "../../node/adapters/sealer/createSealer.ts";
import { testSealer } from "./sealer.suite.ts";
import { hasCode, patternBytes } from "./support.ts";

testSealer("age", () => createSealer(generateAgeIdentity()));

test("keys are those that age itself derives and writes", async () => {
  for (const identity of [await generateX25519Identity(), generateAgeIdentity()]) {
    const recipient = await identityToRecipient(identity);
    const key = encryptionKeyOf(identity);
    assert.equal(toAgeRecipient(key), recipient);
    assert.equal(fromAgeRecipient(recipient), key);
    assert.equal(createSealer(`${identity}\n`).publicKey, key);
  }
});

test("files pass between this and any age program", async () => {
  const identity = generateAgeIdentity();
  const sealer = createSealer(identity);
  const bytes = patternBytes(70_000);

  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  const { sealed } = await sealer.seal(bytes, [sealer.publicKey]);
  assert.deepEqual(Buffer.from(await decrypter.decrypt(sealed)), Buffer.from(bytes));

  const encrypter = new Encrypter();
  encrypter.addRecipient(toAgeRecipient(sealer.publicKey));
  const theirs = await encrypter.encrypt(bytes);
  assert.deepEqual(Buffer.from(await sealer.open(theirs, { maxBytes: 70_000 })), Buffer.from(bytes));
});

test("points of low order are unusable, also in their unreduced forms", async () => {
  // The points of order 1, 2, 4 and 8 of Curve25519 and of its twist, little-endian; p and p+1 stand for 0 and 1.
  const low = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  ].map((hex) => `0x${hex}` as const);
  const sealer = createSealer(generateAgeIdentity());
  const { sealed, unusable } = await sealer.seal(patternBytes(10), [...low, sealer.publicKey]);
  assert.deepEqual(unusable, low);
  assert.equal((await sealer.open(sealed, { maxBytes: 10 })).length, 10);
});

test("one altered byte anywhere is noticed", async () => {
  const sealer = createSealer(generateAgeIdentity());
  const { sealed } = await sealer.seal(patternBytes(300), [sealer.publicKey]);
  for (let i = 0; i < sealed.length; i += 13) {
    const altered = sealed.slice();
    altered[i] = (altered[i] ?? 0) ^ 4;
    await assert.rejects(sealer.open(altered, { maxBytes: 1000 }), { name: "SwarmError" });
  }
});

test("a header without end is not searched for ever", async () => {
  const sealer = createSealer(generateAgeIdentity());
  const endless = Buffer.concat([Buffer.from("age-encryption.org/v1\n"), Buffer.alloc(1_000_000, "-> X25519 a\n")]);
  await assert.rejects(sealer.open(endless, { maxBytes: 1000 }), hasCode("SEAL_DAMAGED"));
});

test("bech32 gives back what it was given, and refuses any single altered character (property)", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(), (bytes, place) => {
      const text = encodeBech32("age", bytes);
      assert.deepEqual(decodeBech32("age", text), bytes);
      const i = 4 + (place % (text.length - 4));
      const altered = text.slice(0, i) + (text[i] === "q" ? "p" : "q") + text.slice(i + 1);
      assert.throws(() => decodeBech32("age", altered), hasCode("KEY_FORMAT"));
    }),
    { numRuns: 100 },
  );
});

test("an identity that is none is refused without being repeated", () => {
  for (const bad of ["", "AGE-SECRET-KEY-1QQQ", "age1qqqq", `${generateAgeIdentity().slice(0, -1)}1`]) {
    assert.throws(
      () => createSealer(bad),
      (error: unknown) => hasCode("KEY_FORMAT")(error) && (bad === "" || !(error as Error).message.includes(bad)),
    );
  }
});

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { EncryptionKey } from "../../node/core/primitives.ts";
import type { Sealer } from "../../node/ports/sealer.ts";
import { hasCode, patternBytes } from "./support.ts";

const ZERO: EncryptionKey = `0x${"0".repeat(64)}`;

/** What every sealer does. @param create a sealer with a key of its own at each call */
export function testSealer(name: string, create: () => Sealer): void {
  describe(`Sealer: ${name}`, () => {
    test("recipients open what was sealed to them, of any length, and nobody else does", async () => {
      const [author, reader, outsider] = [create(), create(), create()];
      for (const length of [0, 1, 65_535, 65_536, 65_537, 200_000]) {
        const bytes = patternBytes(length);
        const { sealed, unusable } = await author.seal(bytes, [author.publicKey, reader.publicKey]);
        assert.deepEqual(unusable, []);
        for (const recipient of [author, reader]) {
          assert.deepEqual(Buffer.from(await recipient.open(sealed, { maxBytes: length })), Buffer.from(bytes));
        }
        await assert.rejects(outsider.open(sealed, { maxBytes: length }), hasCode("SEAL_NOT_RECIPIENT"));
      }
    });

    test("one bad key stops nobody: it is left out and named", async () => {
      const [author, reader] = [create(), create()];
      const { sealed, unusable } = await author.seal(patternBytes(10), [
        ZERO,
        reader.publicKey,
        reader.publicKey,
        "0xabcd",
      ]);
      assert.deepEqual(unusable, [ZERO, "0xabcd"]);
      assert.equal((await reader.open(sealed, { maxBytes: 10 })).length, 10);
    });

    test("nobody to seal to is an error, not a file for no one", async () => {
      await assert.rejects(create().seal(patternBytes(10), [ZERO]), hasCode("SEAL_NO_RECIPIENTS"));
      await assert.rejects(create().seal(patternBytes(10), []), hasCode("SEAL_NO_RECIPIENTS"));
    });

    test("the size limit is exact", async () => {
      const sealer = create();
      for (const length of [1, 65_536, 65_537, 131_072]) {
        const { sealed } = await sealer.seal(patternBytes(length), [sealer.publicKey]);
        assert.equal((await sealer.open(sealed, { maxBytes: length })).length, length);
        await assert.rejects(sealer.open(sealed, { maxBytes: length - 1 }), hasCode("SEAL_TOO_LARGE"));
      }
    });

    test("what is cut off or no sealed file at all is damaged", async () => {
      const sealer = create();
      const { sealed } = await sealer.seal(patternBytes(1000), [sealer.publicKey]);
      for (const bytes of [
        new Uint8Array(0),
        patternBytes(500),
        sealed.subarray(0, 10),
        sealed.subarray(0, sealed.length - 1),
      ]) {
        await assert.rejects(sealer.open(bytes, { maxBytes: 10_000 }), hasCode("SEAL_DAMAGED"));
      }
    });
  });
}

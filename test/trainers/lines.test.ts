import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { LineReader } from "../../node/adapters/process/lines.ts";

/** Bytes of lines that are short, long and empty, cut anywhere. */
const pieces = fc.array(
  fc.array(fc.constantFrom("a", "\u00e9", "\n", "\r\n", "{}"), { maxLength: 12 }).map((parts) => parts.join("")),
  { maxLength: 12 },
);
const MOST = 8;

test("lines are those of the whole stream, however it was cut, up to the first that is too long", () => {
  fc.assert(
    fc.property(pieces, fc.array(fc.nat({ max: 40 }), { maxLength: 20 }), (texts, cuts) => {
      const whole = Buffer.from(texts.join(""));
      // The oracle looks at all of it at once.
      const parts = whole
        .toString("latin1")
        .split("\n")
        .map((part) => Buffer.from(part, "latin1"));
      const tooLong = parts.findIndex((part) => part.length > MOST);
      const complete = parts.slice(0, -1).map((part) => part.toString("utf8").replace(/\r$/, ""));
      const expected = tooLong < 0 ? complete : undefined;

      const reader = new LineReader(MOST);
      let lines: string[] | undefined = [];
      for (let from = 0, i = 0; from < whole.length && lines !== undefined; i++) {
        const to = Math.min(whole.length, from + (cuts[i] ?? 3) + 1);
        const taken = reader.push(whole.subarray(from, to));
        lines = taken && [...lines, ...taken];
        from = to;
      }
      assert.deepEqual(lines, expected);
      if (lines !== undefined)
        assert.equal(reader.rest(), (parts.at(-1) as Buffer).toString("utf8").replace(/\r$/, ""));
    }),
  );
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { MEANINGS } from "../../node/cli/audit/report/meanings.ts";
import { read } from "./support/walk.ts";

test("docs/AUDIT.md explains each kind of finding in the words of the report", () => {
  const rows = [...read("docs/AUDIT.md").matchAll(/^\| `([A-Z_]+)` \| (.+?) \| (.+) \|$/gm)].map((row) => row.slice(1));
  assert.deepEqual(
    rows,
    Object.entries(MEANINGS).map(([code, { meaning, advice }]) => [code, meaning, advice]),
  );
});

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { build } from "../../scripts/build.ts";
import { areContractsBuilt, builtDir, CONTRACTS } from "../../scripts/setup/contracts.mjs";

const read = () => CONTRACTS.map((name) => readFileSync(join(builtDir, `${name}.json`), "utf8"));

test("the compiled contracts in the repository are what the sources compile to", () => {
  assert.ok(areContractsBuilt(), "run npm run build and commit node/adapters/chain/artifacts");
  const committed = read();
  build();
  assert.deepEqual(read(), committed);
});

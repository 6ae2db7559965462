import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Build, Chain } from "./chain.ts";
import { compile, readSource, type Sources } from "./compile.ts";
import { INVARIANTS, type Invariant } from "./invariants.ts";
import { MUTATIONS, type Mutation } from "./mutations.ts";

const FILES = [
  "contracts/NodeRegistry.sol",
  "contracts/interfaces/INodeRegistry.sol",
  "contracts/lib/Council.sol",
  "contracts/lib/Licenses.sol",
  "contracts/lib/PeerKeys.sol",
  "contracts/lib/X25519Keys.sol",
];
const AS_IT_IS = "as it is";

function mutate(sources: Sources, { file, find, replace, breaks }: Mutation): Sources {
  const pieces = (sources[file] ?? "").split(find);
  assert.equal(
    pieces.length,
    2,
    `"${breaks}": its text has to occur once in ${file}; bring the mutation up to date with the source`,
  );
  return { ...sources, [file]: pieces.join(replace) };
}

/** Broken contracts have to fail by what an invariant asserts, not by some accident on the way. */
function isFinding(error: unknown): boolean {
  assert.ok(error instanceof Error);
  return (error as { code?: string }).code === "ERR_ASSERTION" || error.message.startsWith("Property failed");
}

describe("NodeRegistry: every way to break it is noticed", () => {
  let chain: Chain;
  let builds: Record<string, Build>;

  before(async () => {
    chain = await Chain.open();
    const original: Sources = Object.fromEntries(FILES.map((file) => [file, readSource(file)]));
    const sets: Record<string, Sources> = { [AS_IT_IS]: original };
    for (const [index, mutation] of MUTATIONS.entries()) sets[`mutant ${index}`] = mutate(original, mutation);
    builds = compile(sets, "contracts/NodeRegistry.sol", "NodeRegistry");
  });
  after(() => chain.close());

  const build = (name: string): Build => {
    const found = builds[name];
    assert.ok(found);
    return found;
  };

  for (const invariant of Object.keys(INVARIANTS) as Invariant[]) {
    it(`holds as it is: ${invariant}`, () => INVARIANTS[invariant](chain, build(AS_IT_IS)));
  }

  for (const [index, mutation] of MUTATIONS.entries()) {
    it(`breaks: ${mutation.breaks}`, async () => {
      await assert.rejects(INVARIANTS[mutation.caughtBy](chain, build(`mutant ${index}`)), isFinding);
    });
  }
});

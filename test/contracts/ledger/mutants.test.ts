import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import fc from "fast-check";
import hre from "hardhat";
import { Chain } from "./chain.ts";
import { compile, readSources } from "./compile.ts";
import { Invariants } from "./invariants.ts";
import { MUTATIONS_OF_ACTS } from "./mutationsOfActs.ts";
import { MUTATIONS_OF_ROUNDS } from "./mutationsOfRounds.ts";
import { type Contract, MockRegistry } from "./registries.ts";
import { Violation } from "./step.ts";
import { movesArbitrary, openTask, settingArbitrary, walk } from "./walks.ts";
import { World } from "./world.ts";

const LEDGER = "contracts/SwarmLedger.sol";
const REGISTRY = "test/contracts/ledger/MockRegistry.sol";
const WALKS = 30;

/** Walks until a rule is broken; @returns what broke, or undefined if nothing did. */
async function firstViolation(chain: Chain, ledger: Contract, registry: Contract): Promise<Violation | undefined> {
  for (const [setting, moves] of fc.sample(fc.tuple(settingArbitrary, movesArbitrary), { numRuns: WALKS, seed: 7 })) {
    const world = await World.open(chain, ledger, await MockRegistry.deploy(chain, registry), setting.minPhaseBlocks);
    const { scenario } = await openTask(world, setting);
    const invariants = new Invariants();
    try {
      await walk(scenario, setting, moves, [(step) => invariants.observe(step)]);
    } catch (error) {
      if (error instanceof Violation) return error;
      throw error;
    }
  }
  return undefined;
}

// What is compiled here is not what coverage is measured on.
describe("the invariants notice what is wrong with a broken ledger", { skip: hre.globalOptions.coverage }, () => {
  const sources = readSources(LEDGER);
  const registry = compile(readSources(REGISTRY), REGISTRY, "MockRegistry");
  let chain: Chain;
  before(async () => {
    chain = await Chain.open();
  });
  after(() => chain.close());

  test("the ledger as it is breaks no rule", async () => {
    assert.equal(await firstViolation(chain, compile(sources, LEDGER, "SwarmLedger"), registry), undefined);
  });

  for (const { name, file, from, to, rules } of [...MUTATIONS_OF_ACTS, ...MUTATIONS_OF_ROUNDS]) {
    test(`a ledger that ${name}`, async () => {
      assert.equal(sources[file]?.split(from).length, 2, `${file} has the mutated text once: ${from}`);
      const mutant = { ...sources, [file]: sources[file]?.replace(from, () => to) ?? "" };
      const violation = await firstViolation(chain, compile(mutant, LEDGER, "SwarmLedger"), registry);
      assert.ok(violation !== undefined, "no rule noticed");
      assert.ok(rules.includes(violation.rule), violation.message);
    });
  }
});

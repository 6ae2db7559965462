import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { keccak256, recoverAddress, Signature } from "ethers";
import fc from "fast-check";
import { encodeCouncilAct } from "../../node/adapters/chain/abi/councilActs.ts";
import { deployNetwork } from "../../node/adapters/chain/deploy.ts";
import type { Deployment } from "../../node/adapters/chain/deployment.ts";
import { createLedger } from "../../node/adapters/chain/ledger.ts";
import { buildRegistration, registrationDigest } from "../../node/adapters/chain/registration.ts";
import { createMemoryChain } from "../../node/adapters/memory/ledger/createChain.ts";
import { createMemoryLedger } from "../../node/adapters/memory/ledger.ts";
import { SwarmError } from "../../node/core/errors.ts";
import type { LedgerAct } from "../../node/core/ledger/acts.ts";
import type { LocatedEvent } from "../../node/core/ledger/events.ts";
import type { Address, Bytes32 } from "../../node/core/primitives.ts";
import type { Ledger } from "../../node/ports/ledger.ts";
import { startAnvil, type TestChain } from "./support/anvil.ts";
import { realClock, silentLogger } from "./support/quiet.ts";
import { actOf, cid, document, LICENSORS, OPERATORS, params } from "./support/randomActs.ts";
import { type Step, steps } from "./support/steps.ts";
import { testEncryptionKey, testSigner } from "./support/signers.ts";

const signal = new AbortController().signal;
const START = 2_000_000_000;
const licensors = LICENSORS.map((seed) => testSigner(seed).address);
const network = { threshold: 2, suspensionPeriod: 300, minPhaseBlocks: 3 };
const components = { logger: silentLogger, clock: realClock };

/** What became of an act: the block, or why it was refused. */
async function outcomeOf(sending: Promise<{ block: number }>): Promise<unknown> {
  try {
    return { block: (await sending).block };
  } catch (error) {
    if (!(error instanceof SwarmError) || error.code !== "LEDGER_REFUSED") throw error;
    const { reason, args, block } = error.data;
    return { reason, args, block };
  }
}

async function historyOf(ledger: Ledger): Promise<unknown[]> {
  const stop = new AbortController();
  for await (const update of ledger.follow({ signal: stop.signal })) {
    stop.abort();
    assert.equal(update.kind, "events");
    if (update.kind === "events") return update.events.map(plain);
  }
  return [];
}

/** An event without what cannot be the same: the transaction's hash. */
function plain({ at, ...event }: LocatedEvent): unknown {
  const { block, index, timestamp } = at;
  return { ...event, at: { block, index, timestamp } };
}

describe("the ledger in memory does what the contracts do", { timeout: 120_000 }, () => {
  let chain: TestChain;
  let deployment: Deployment;
  let snapshot: unknown;
  before(async () => {
    chain = await startAnvil({ args: ["--timestamp", String(START)] });
    const finality = { kind: "immediate" } as const;
    const signer = testSigner(1);
    deployment = await deployNetwork({ ...components, ...network, rpcUrl: chain.url, signer, licensors, finality });
    snapshot = await chain.rpc("evm_snapshot");
  });
  after(() => chain.kill());

  /** Runs the same steps on both and compares after each; at the end, all events. @returns how often each outcome occurred */
  async function compare(walk: Step[]): Promise<Map<string, number>> {
    await chain.rpc("evm_revert", [snapshot]);
    snapshot = await chain.rpc("evm_snapshot");
    const { timestamp: deployed } = (await chain.rpc("eth_getBlockByNumber", [
      `0x${deployment.block.toString(16)}`,
      false,
    ])) as { timestamp: string };
    let now = Number(deployed);
    const { chainId, registry, ledger } = deployment;
    const memory = createMemoryChain({
      ...network,
      licensors,
      chainId,
      registry,
      ledger,
      now: () => now * 1000,
      hash: (bytes) => keccak256(bytes) as Bytes32,
      actHash: (act) => keccak256(encodeCouncilAct(act)) as Bytes32,
      signerOf(act, account, nonce) {
        const expected = `0x${keccak256(act.peerKey).slice(26)}` as Address;
        const digest = registrationDigest(deployment, { ...act, account, nonce });
        return {
          expected,
          recovered: recoverAddress(
            digest,
            Signature.from(`0x${Buffer.from(act.signature).toString("hex")}`),
          ).toLowerCase() as Address,
        };
      },
    });
    // The contracts were deployed in two blocks.
    memory.mine();
    const real = new Map<number, Ledger>();
    const outcomes = new Map<string, number>();
    const events = (): LocatedEvent[] => {
      const all: LocatedEvent[] = [];
      for (let block: typeof memory.head | undefined = memory.head; block; block = block.parent)
        all.unshift(...block.events);
      return all;
    };

    async function both(seed: number, act: LedgerAct, seconds: number): Promise<void> {
      now += seconds;
      await chain.rpc("evm_setNextBlockTimestamp", [now]);
      let sender = real.get(seed);
      if (!sender)
        real.set(seed, (sender = await createLedger({ ...components, deployment, signer: testSigner(seed) })));
      const expected = await outcomeOf(createMemoryLedger(memory, testSigner(seed).address).send(act, { signal }));
      const found = await outcomeOf(sender.send(act, { signal }));
      assert.deepEqual(
        found,
        expected,
        `what the contracts answer to ${JSON.stringify(act, (_, value) => (typeof value === "bigint" ? String(value) : value))}`,
      );
      const key = `${act.type} ${(expected as { reason?: string }).reason ?? "done"}`;
      outcomes.set(key, (outcomes.get(key) ?? 0) + 1);
    }

    const sign = async (
      seed: number,
      nonce: number,
      keySeed: number,
      encryptionKey: Bytes32,
      addresses: string[],
      deadline: number,
    ) => {
      const peer = testSigner(keySeed);
      const fields = {
        account: testSigner(seed).address,
        peerKey: peer.publicKey,
        encryptionKey,
        addresses,
        nonce,
        deadline,
      };
      return await buildRegistration(deployment, fields, peer);
    };
    const known = { nonceOf: (account: Address) => memory.nonceOf(account), sign };
    const council = async (act: (LedgerAct & { type: "propose" })["act"]): Promise<void> => {
      await both(1, { type: "propose", act }, 1);
      const proposed = events().findLast((event) => event.type === "ActProposed");
      if (proposed) await both(2, { type: "approve", proposalId: proposed.proposalId, actHash: proposed.actHash }, 1);
    };

    try {
      for (const seed of OPERATORS) {
        await council({ act: "license", account: testSigner(seed).address, expiresAt: now + 50_000 });
        await both(
          seed,
          await sign(seed, 0, 1_000 + seed, testEncryptionKey(seed), ["/ip4/127.0.0.1/tcp/1"], now + 100),
          1,
        );
      }
      await both(1, { type: "createTask", params, document, modelCid: cid }, 1);
      const created = events().find((event) => event.type === "TaskCreated");
      assert.ok(created);
      await council({ act: "approveTask", taskId: created.taskId });
      for (const seed of OPERATORS.slice(0, 4)) await both(seed, { type: "join", taskId: created.taskId }, 1);
      for (const step of walk) {
        const { seed, act } = await actOf(step, { ...known, events: events(), now: now + step.seconds });
        await both(seed, act, step.seconds);
      }
      const [first] = real.values();
      assert.ok(first);
      assert.deepEqual(await historyOf(first), events().map(plain), "the same events");
      for (const { type } of events()) outcomes.set(type, (outcomes.get(type) ?? 0) + 1);
    } finally {
      for (const opened of real.values()) await opened.close();
    }
    return outcomes;
  }

  it("gives the same outcome for the same acts, and the same events, on random walks", async () => {
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(steps(120), async (walk) => {
        for (const [outcome, times] of await compare(walk)) seen.set(outcome, (seen.get(outcome) ?? 0) + times);
      }),
      { numRuns: 6, endOnFailure: true },
    );
    // Walks that never get anywhere would compare nothing.
    for (const event of ["RoundFinalized", "RoundAborted", "InclusionFixed", "NodeSuspended", "ThresholdChanged"]) {
      assert.ok(seen.has(event), `${event} occurred; did: ${[...seen.keys()].join(", ")}`);
    }
    if (process.env.SHOW_OUTCOMES) console.table(Object.fromEntries([...seen].sort()));
  });
});

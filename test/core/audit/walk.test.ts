import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { getBytes, SigningKey } from "ethers";
import fc from "fast-check";
import type { MemoryBlock } from "../../../node/adapters/memory/ledger/block.ts";
import { createMemoryChain } from "../../../node/adapters/memory/ledger/createChain.ts";
import { audit } from "../../../node/core/audit.ts";
import { SwarmError } from "../../../node/core/errors.ts";
import { sha256 } from "../../../node/core/hash.ts";
import type { ActRef, LedgerAct } from "../../../node/core/ledger/acts.ts";
import type { CouncilAct, LocatedEvent } from "../../../node/core/ledger/events.ts";
import { bit } from "../../../node/core/ledger/masks.ts";
import { applyEvent, emptyNetwork } from "../../../node/core/ledger/view/network.ts";
import { taskParams } from "../../../node/core/task/params.ts";
import { documentOf } from "./document.ts";
import { account, hashOf, keccak } from "./world.ts";

const licensors = [account(0x101), account(0x102)];
const nodes = [0, 1, 2, 3, 4, 5].map(account);

/** A chain in memory with a running task, driven by a list of random numbers. */
class Walk {
  time = 1_000_000;
  readonly chain = createMemoryChain({
    licensors,
    threshold: 2,
    now: () => this.time * 1000,
    hash: keccak,
    minPhaseBlocks: 2,
    suspensionPeriod: 300,
  });
  readonly view = emptyNetwork();
  readonly events: LocatedEvent[] = [];
  #last: MemoryBlock | undefined;

  send(from: `0x${string}`, act: LedgerAct): void {
    this.time++;
    this.chain.submit(from, act);
    this.read();
  }

  /** Events of blocks that came since. */
  read(): void {
    const blocks: MemoryBlock[] = [];
    for (let block: MemoryBlock | undefined = this.chain.head; block !== this.#last && block; block = block.parent)
      blocks.unshift(block);
    this.#last = this.chain.head;
    for (const event of blocks.flatMap((block) => block.events)) {
      this.events.push(event);
      applyEvent(this.view, event);
    }
  }

  decide(act: CouncilAct): void {
    this.send(licensors[0] as `0x${string}`, { type: "propose", act });
    const proposal = [...this.view.registry.proposals.values()].at(-1);
    assert.ok(proposal);
    this.send(licensors[1] as `0x${string}`, { type: "approve", proposalId: proposal.id, actHash: proposal.actHash });
  }

  register(i: number): void {
    const peerKey = getBytes(new SigningKey(hashOf(i + 1)).publicKey).slice(1);
    const deadline = this.time + 1000;
    const signature = new Uint8Array(65);
    this.send(nodes[i] as `0x${string}`, {
      type: "registerNode",
      peerKey,
      encryptionKey: hashOf(0x41 + i),
      addresses: ["/x"],
      deadline,
      signature,
    });
  }

  start(): void {
    const document = documentOf();
    const params = taskParams(JSON.parse(new TextDecoder().decode(document)), sha256(document), hashOf(1));
    nodes.forEach((node, i) => {
      this.decide({ act: "license", account: node, expiresAt: 1_000_000 + (i === 5 ? 5000 : 10_000_000) });
      this.register(i);
    });
    this.send(licensors[0] as `0x${string}`, { type: "createTask", params, document, modelCid: "bafy" });
    const taskId = [...this.view.tasks.keys()][0] as `0x${string}`;
    this.decide({ act: "approveTask", taskId });
    for (const node of nodes.slice(0, 5)) this.send(node, { type: "join", taskId });
  }

  /** One act, good or bad, that `choice` and `who` stand for. */
  step(choice: number, who: number): void {
    const task = [...this.view.tasks.values()][0];
    assert.ok(task);
    const { taskId, attempt } = task;
    const member = task.members.indexOf(nodes[who] as `0x${string}`);
    const node = nodes[who] as `0x${string}`;
    const ref = {
      taskId,
      round: attempt?.round ?? 1,
      attempt: attempt?.attempt ?? 0,
      seen: attempt?.seen ?? hashOf(0),
    };
    const submitted = [...(attempt?.submissions.keys() ?? [])].reduce((mask, j) => mask | bit(j), 0n);
    if (choice < 50) this.send(node, this.#roundAct(choice, ref, member, submitted));
    else if (choice < 60) this.time += choice;
    else if (choice < 70) this.send(node, { type: "advance", taskId });
    else if (choice < 72) this.time += 400;
    else if (choice < 74) this.send(licensors[choice % 2] as `0x${string}`, { type: "suspend", account: node });
    else if (choice < 76) this.decide({ act: "unsuspend", account: node });
    else if (choice === 76) this.decide({ act: "revoke", account: node });
    else if (choice === 77) this.decide({ act: "license", account: node, expiresAt: this.time + 20_000 });
    else if (choice < 82) this.send(node, { type: "comeBack", taskId });
    else if (choice < 84) this.send(node, { type: "join", taskId });
    else if (choice === 84) this.decide({ act: "pause" });
    else if (choice < 87) this.decide({ act: "unpause" });
    else if (choice === 87) this.register(who);
    // All act, which brings rounds forward.
    else if (choice < 94) for (let each = 0; each < nodes.length; each++) this.step(1, each);
    // Only four act before the deadline, phase after phase: the others will be absent.
    else {
      for (let phase = 0; phase < 6; phase++) {
        for (let each = 0; each < 4; each++) this.step(1, each);
        this.time += 2000;
        for (let block = 0; block < 33; block++) this.chain.mine();
        this.send(node, { type: "advance", taskId });
      }
    }
  }

  #roundAct(choice: number, ref: ActRef, member: number, submitted: bigint): LedgerAct {
    const phase = [...this.view.tasks.values()][0]?.attempt?.phase;
    if (phase === "submit")
      return {
        type: "submit",
        ref,
        sha256: hashOf(100 * ref.round + member + 1),
        cid: "bafy",
        weight: 1 + (choice % 5),
      };
    if (phase === "attest") {
      const refused = choice % 7 === 0 ? submitted & 1n : 0n;
      return { type: "attest", ref, held: submitted & ~refused, refused };
    }
    return { type: "vote", ref, modelHash: hashOf(choice % 10 === 0 ? 7 : 6), evaluation: 65535 };
  }
}

describe("audit: random histories of a chain in memory", () => {
  it("finds nothing wrong with any of them", async () => {
    const seen = new Set<string>();
    const files = {
      get(): never {
        throw new SwarmError("AUDIT_NO_SOURCES", "No files here.");
      },
    };
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 99 }), fc.integer({ min: 0, max: 5 })), {
      minLength: 40,
      maxLength: 150,
      size: "max",
    });
    await fc.assert(
      fc.asyncProperty(steps, async (list) => {
        const walk = new Walk();
        walk.read();
        walk.start();
        for (const [choice, who] of list) walk.step(choice, who);
        const { chainId, ledger, minPhaseBlocks } = walk.chain.settings;
        const deployment = { chainId, genesis: walk.chain.genesisHash, ledger, minPhaseBlocks };
        const report = await audit(walk.events, { files, deployment, keccak256: keccak });
        assert.deepEqual(report.findings, []);
        for (const event of walk.events) seen.add(event.type === "RoundAborted" ? event.reason : event.type);
      }),
      { numRuns: 40 },
    );
    // Else the walks don't go far enough to show anything.
    const far = [
      "RoundFinalized",
      "TaskFinished",
      "AbsenceChanged",
      "TaskWaiting",
      "NodeSuspended",
      "TooFewSubmissions",
      "NoQuorum",
    ];
    for (const type of far) assert.ok(seen.has(type), `no walk had a ${type}`);
  });
});

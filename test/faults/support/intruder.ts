import { mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { readDeployment } from "../../../node/adapters/chain/deployment.ts";
import { type ChainLedger, createLedger } from "../../../node/adapters/chain/ledger.ts";
import { createStore } from "../../../node/adapters/ipfs/createStore.ts";
import { openIdentity } from "../../../node/adapters/keys/identity.ts";
import { createNetwork } from "../../../node/adapters/libp2p/createNetwork.ts";
import { readNetwork } from "../../../node/cli/ledger.ts";
import type { RoundAct } from "../../../node/core/ledger/acts.ts";
import type { TaskView } from "../../../node/core/ledger/view/task.ts";
import type { Address, Bytes32, Cid } from "../../../node/core/primitives.ts";
import { realClock, silentLogger } from "../../chain/support/quiet.ts";
import type { TestSwarm } from "../../e2e/support/swarm.ts";

/** Milliseconds that one attempt to read something may take. */
const LIMIT = 6_000;

/** A program with a node's keys that does not ask whether it may: it dials, asks for files and blocks, and sends acts. */
export interface Intruder extends AsyncDisposable {
  /** The task as the ledger has it now: anybody can read that. */
  task(): Promise<TaskView>;
  /** Asks a member for an opened file. @returns what came, or the error's code */
  ask(member: Address, kind: "update" | "model", sha256: Bytes32): Promise<Uint8Array | string>;
  /** Asks all members for a sealed file's blocks. */
  fetch(cid: Cid): Promise<Uint8Array | string>;
  /** Sends an act. @returns the ledger's reason to refuse it; undefined where it did not */
  act(act: RoundAct): Promise<string | undefined>;
}

export async function intrude(swarm: TestSwarm, home: string): Promise<Intruder> {
  await using closing = new AsyncDisposableStack();
  const never = new AbortController().signal;
  const deployment = await readDeployment(swarm.at.network);
  const password = (await readFile(swarm.at.password, "utf8")).trim();
  const identity = await openIdentity(join(home, "keys"), password);
  const chain = { deployment, rpcUrl: swarm.options.rpc, signer: identity.operator };
  const ledger: ChainLedger = await createLedger({ ...chain, clock: realClock, logger: silentLogger });
  closing.defer(() => ledger.close());
  const network = await createNetwork({
    privateKey: identity.peer.privateKey,
    protocolVersion: deployment.protocolVersion,
    genesisHash: deployment.genesisHash,
    ledgerAddress: deployment.ledger,
    logger: silentLogger,
  });
  closing.defer(() => network.close());
  const dir = await mkdtemp(join(swarm.dir, "intruder-"));
  closing.defer(() => rm(dir, { recursive: true, force: true }));
  const store = await createStore({ libp2p: network.libp2p, dir, logger: silentLogger });
  closing.defer(() => store.close());
  const { registry } = await readNetwork(ledger, never);
  const peers = [...registry.registrations.values()].filter(({ account }) => account !== identity.account);
  await network.admit(
    peers.map(({ account, peerId, addresses }) => ({
      account,
      peerId,
      addresses: [...addresses],
      role: "node" as const,
    })),
  );
  const peerOf = (account: Address): string => registry.registrations.get(account)?.peerId ?? "";
  const close = closing.move();
  return {
    async task() {
      const task = (await readNetwork(ledger, never)).tasks.get(swarm.taskId as Bytes32);
      if (!task) throw new Error("the ledger has the task");
      return task;
    },
    ask: (member, kind, sha256) => {
      const request = { kind, taskId: swarm.taskId as Bytes32, sha256 };
      const limits = { maxBytes: 1_000_000, signal: AbortSignal.timeout(LIMIT) };
      return network.requestFile(peerOf(member), request, limits).catch(codeOf);
    },
    fetch: (cid) => {
      const from = peers.map(({ peerId }) => peerId);
      return store.get(cid, { maxBytes: 1_000_000, from, signal: AbortSignal.timeout(LIMIT) }).catch(codeOf);
    },
    async act(act) {
      try {
        await ledger.send(act, { signal: never });
        return undefined;
      } catch (error) {
        const { code, data } = error as { code?: string; data?: { reason?: string } };
        if (code !== "LEDGER_REFUSED") throw error;
        return String(data?.reason);
      }
    },
    [Symbol.asyncDispose]: () => close.disposeAsync(),
  };
}

function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  if (typeof code !== "string") throw error;
  return code;
}

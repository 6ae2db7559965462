import { SigningKey } from "ethers";
import { createMemoryDisk, type MemoryDisk } from "../../../node/adapters/memory/disk.ts";
import { createVirtualClock } from "../../../node/adapters/memory/clock.ts";
import { createMemoryHub } from "../../../node/adapters/memory/hub.ts";
import { createMemoryChain } from "../../../node/adapters/memory/ledger/createChain.ts";
import { createMemoryLedger, type MemoryLedger } from "../../../node/adapters/memory/ledger.ts";
import { createMemoryLearner } from "../../../node/adapters/memory/learner.ts";
import { createMemoryNetwork } from "../../../node/adapters/memory/network.ts";
import { createSeededRandom } from "../../../node/adapters/memory/random.ts";
import { createMemorySealer } from "../../../node/adapters/memory/sealer.ts";
import { createMemoryStore } from "../../../node/adapters/memory/store.ts";
import { encodeModel } from "../../../node/core/codec.ts";
import { sha256 } from "../../../node/core/hash.ts";
import type { CouncilAct } from "../../../node/core/ledger/events.ts";
import type { Address, Bytes32, EncryptionKey, PeerId } from "../../../node/core/primitives.ts";
import { canonicalDocument, type TaskDocument, taskParams, tensorSpecs } from "../../../node/core/task/document.ts";
import { initialModel } from "../../../node/core/task/initialModel.ts";
import type { PeerComponents } from "../../../node/daemon/components.ts";
import { record } from "../../../node/daemon/journal.ts";
import { createPeer, type Peer } from "../../../node/daemon/peer.ts";
import type { Logger } from "../../../node/ports/logger.ts";

const never = new AbortController().signal;
const hex = (i: number, length: number): `0x${string}` => `0x${i.toString(16).padStart(2, "0").repeat(length)}`;
/** Virtual milliseconds per training step: rounds take time, so that tests can act in the middle of one. */
const STEP_MS = 200;
const LICENSOR: Address = hex(0xfe, 20);

/** One clinic of a swarm in memory: its daemon runs between `start` and `stop`; its disk survives. */
export interface Clinic {
  index: number;
  account: Address;
  ledger: MemoryLedger;
  disk: MemoryDisk;
  /** Lines logged at warn and above. */
  warnings: string[];
  peer: Peer | undefined;
  /** What `run` ended in, once it did. */
  ended: Promise<unknown> | undefined;
  start(overrides?: Partial<PeerComponents>): Promise<void>;
  stop(): Promise<void>;
}

/** n daemons of the real code on memory adapters and a virtual clock, members of one approved task. */
export async function createSwarm(document: TaskDocument, n: number) {
  const clock = createVirtualClock(1_700_000_000_000);
  const hub = createMemoryHub({ clock });
  const chain = createMemoryChain({ licensors: [LICENSOR], now: () => clock.now() });
  const council = createMemoryLedger(chain, LICENSOR);
  const propose = (act: CouncilAct) => council.send({ type: "propose", act }, { signal: never });

  const first = encodeModel(initialModel(document, 1));
  const documentBytes = canonicalDocument(document);
  const params = taskParams(document, sha256(documentBytes), sha256(first));
  const clinics: Clinic[] = [];
  let taskId: Bytes32 = hex(0, 32);

  for (let index = 0; index < n; index++) clinics.push(await createClinic(index));
  taskId = await createTask();
  for (const { disk, ledger } of clinics) {
    await record(disk, { type: "joined", task: taskId });
    await ledger.send({ type: "join", taskId }, { signal: never });
  }
  return { clock, hub, chain, clinics, taskId, propose, stateOf, until };

  async function createClinic(index: number): Promise<Clinic> {
    const account = hex(index + 1, 20);
    const ledger = createMemoryLedger(chain, account);
    const encryptionKey: EncryptionKey = hex(index + 9, 32);
    await propose({ act: "license", account, expiresAt: Math.floor(clock.now() / 1000) + 1e6 });
    const peerKey = Buffer.from(new SigningKey(hex(index + 1, 32)).publicKey.slice(4), "hex");
    const deadline = Math.floor(clock.now() / 1000) + 100;
    await ledger.send({ type: "registerNode", peerKey, encryptionKey, addresses: ["/memory/1"], deadline, signature: new Uint8Array(65) }, { signal: never });
    const peerId = await peerIdOf(account);
    const warnings: string[] = [];
    const logger = collecting(warnings);
    const stop = { controller: new AbortController(), close: async () => undefined as void };
    const clinic: Clinic = {
      index,
      account,
      ledger,
      disk: createMemoryDisk(),
      warnings,
      peer: undefined,
      ended: undefined,
      async start(overrides = {}) {
        const identity = { peerId, protocolVersion: 1, genesisHash: chain.genesisHash, ledgerAddress: chain.settings.ledger };
        const network = createMemoryNetwork({ hub, ...identity });
        const store = createMemoryStore({ hub, peerId });
        const learner = createMemoryLearner({ specs: tensorSpecs(document), seed: index, onStep: () => clock.sleep(STEP_MS, never) });
        const base = { ledger, network, store, learner, clock, logger, disk: clinic.disk, sealer: createMemorySealer(encryptionKey), random: createSeededRandom(index) };
        const components: PeerComponents = { ...base, ...overrides };
        clinic.peer = await createPeer(components, { account, taskId, document, genesis: chain.genesisHash, ledgerAddress: chain.settings.ledger });
        stop.controller = new AbortController();
        stop.close = async () => {
          await network.close();
          await store.close();
        };
        clinic.ended = clinic.peer.run(stop.controller.signal).catch((error: unknown) => error);
      },
      async stop() {
        let over = false;
        stop.controller.abort();
        clinic.ended?.finally(() => {
          over = true;
        });
        // Training that is under way ends at the next of its steps, which wait for virtual time.
        await until(() => over);
        await stop.close();
        clinic.peer = undefined;
      },
    };
    return clinic;
  }

  async function createTask(): Promise<Bytes32> {
    const [creator] = clinics as [Clinic];
    for (const { disk } of clinics) await disk.write("model", first);
    await creator.ledger.send({ type: "createTask", params, document: documentBytes, modelCid: "bafyfirst" }, { signal: never });
    for await (const update of council.follow({ signal: never })) {
      if (update.kind !== "events") continue;
      for (const event of update.events) {
        if (event.type !== "TaskCreated") continue;
        await propose({ act: "approveTask", taskId: event.taskId });
        return event.taskId;
      }
    }
    throw new Error("the task was not created");
  }

  async function peerIdOf(account: Address): Promise<PeerId> {
    for await (const update of council.follow({ signal: never })) {
      const found = update.kind === "events" ? update.events.findLast((event) => event.type === "NodeRegistered" && event.account === account) : undefined;
      if (found?.type === "NodeRegistered") return found.peerId;
    }
    throw new Error("not registered");
  }

  function stateOf({ peer }: Clinic) {
    const task = peer?.state.view.tasks.get(taskId);
    if (!task) throw new Error("the daemon has not read the ledger yet");
    return task;
  }

  /** Lets virtual time pass, a little at a time, until `done`; fails after `seconds` of it. */
  async function until(done: () => boolean, seconds = 600): Promise<void> {
    const end = clock.now() + seconds * 1000;
    while (!done()) {
      if (clock.now() > end) throw new Error(`not there after ${seconds} seconds of the swarm's time`);
      await clock.advance(50);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

export type Swarm = Awaited<ReturnType<typeof createSwarm>>;

function collecting(warnings: string[]): Logger {
  const logger: Logger = {
    debug: () => undefined,
    info: () => undefined,
    warn: (message, context) => void warnings.push(`${message} ${context?.error ?? ""}`),
    error: (message) => void warnings.push(message),
    child: () => logger,
  };
  return logger;
}

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
import type { RoundAct } from "../../../node/core/ledger/acts.ts";
import type { CouncilAct } from "../../../node/core/ledger/events.ts";
import type { Address, Bytes32, EncryptionKey, PeerId } from "../../../node/core/primitives.ts";
import { canonicalDocument, type TaskDocument, taskParams, tensorSpecs } from "../../../node/core/task/document.ts";
import { initialModel } from "../../../node/core/task/initialModel.ts";
import { record } from "../../../node/daemon/journal.ts";
import { createPeer, type Peer } from "../../../node/daemon/peer.ts";
import type { PeerComponents, RoundRecord } from "../../../node/daemon/components.ts";
import type { Logger } from "../../../node/ports/logger.ts";
import type { Network } from "../../../node/ports/network.ts";
import type { Random } from "../../../node/ports/random.ts";
import type { Sealer } from "../../../node/ports/sealer.ts";
import type { Store } from "../../../node/ports/store.ts";
import { mortal } from "./mortal.ts";

const never = new AbortController().signal;
const hex = (i: number, length: number): `0x${string}` => `0x${i.toString(16).padStart(2, "0").repeat(length)}`;
/** Virtual milliseconds per training step: rounds take time, so that tests can act in the middle of one. */
const STEP_MS = 200;
const LICENSOR: Address = hex(0xfe, 20);

/** Components to use instead of the usual ones, which a function gets to wrap. */
export type Overrides = Partial<PeerComponents> | ((usual: PeerComponents) => Partial<PeerComponents>);

/** One clinic of a swarm in memory: its daemon runs between `start` and `stop`; its disk and its store survive. */
export interface Clinic {
  index: number;
  account: Address;
  peerId: PeerId;
  ledger: MemoryLedger;
  disk: MemoryDisk;
  store: Store;
  /** Of the running daemon. */
  network: Network | undefined;
  /** Every act that was signed, in order, whatever became of it. */
  signed: RoundAct[];
  /** Rounds that the observer was told of. */
  records: RoundRecord[];
  /** Lines logged at warn and above. */
  warnings: string[];
  peer: Peer | undefined;
  /** What `run` ended in, once it did. */
  ended: Promise<unknown> | undefined;
  start(overrides?: Overrides): Promise<void>;
  stop(): Promise<void>;
  /** Ends the daemon as a power cut does: nothing of it happens any more; the disk is what was synced. */
  crash(): Promise<void>;
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
  let starts = 0;

  for (let index = 0; index < n; index++) clinics.push(await createClinic(index));
  taskId = await createTask();
  for (const { disk, ledger } of clinics) {
    await record(disk, { type: "joined", task: taskId });
    await ledger.send({ type: "join", taskId }, { signal: never });
  }
  return {
    clock,
    hub,
    chain,
    council,
    clinics,
    taskId,
    document,
    first,
    propose,
    stateOf,
    until,
    startAll,
    finish,
    stopAll,
    endOf,
  };

  async function createClinic(index: number): Promise<Clinic> {
    const account = hex(index + 1, 20);
    const ledger = createMemoryLedger(chain, account);
    const encryptionKey: EncryptionKey = hex(index + 9, 32);
    await propose({ act: "license", account, expiresAt: Math.floor(clock.now() / 1000) + 1e6 });
    const peerKey = Buffer.from(new SigningKey(hex(index + 1, 32)).publicKey.slice(4), "hex");
    const deadline = Math.floor(clock.now() / 1000) + 100;
    await ledger.send(
      {
        type: "registerNode",
        peerKey,
        encryptionKey,
        addresses: ["/memory/1"],
        deadline,
        signature: new Uint8Array(65),
      },
      { signal: never },
    );
    const peerId = await peerIdOf(account);
    const warnings: string[] = [];
    const logger = collecting(warnings);
    const stop = { controller: new AbortController(), kill: () => undefined as void };
    const clinic: Clinic = {
      index,
      account,
      peerId,
      ledger,
      disk: createMemoryDisk(),
      store: createMemoryStore({ hub, peerId }),
      network: undefined,
      signed: [],
      records: [],
      warnings,
      peer: undefined,
      ended: undefined,
      async start(overrides = {}) {
        const identity = {
          peerId,
          protocolVersion: 1,
          genesisHash: chain.genesisHash,
          ledgerAddress: chain.settings.ledger,
        };
        const network = createMemoryNetwork({ hub, ...identity });
        const learner = createMemoryLearner({
          specs: tensorSpecs(document),
          seed: index,
          onStep: () => clock.sleep(STEP_MS, never),
        });
        // Another start draws other salts, as unpredictable bytes would be.
        const random = createSeededRandom(1000 * ++starts + index);
        const { disk, store } = clinic;
        const sealer = salted(createMemorySealer(encryptionKey), random);
        const usual = { ledger: signing(clinic), network, store, learner, clock, logger, disk, sealer, random };
        const { components, kill } = mortal({
          ...usual,
          ...(typeof overrides === "function" ? overrides(usual) : overrides),
        });
        const observer = { round: (record: RoundRecord) => void clinic.records.push(record) };
        clinic.network = network;
        stop.kill = kill;
        stop.controller = new AbortController();
        clinic.peer = await createPeer(components, {
          account,
          taskId,
          document,
          genesis: chain.genesisHash,
          ledgerAddress: chain.settings.ledger,
          observer,
        });
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
        await clinic.network?.close();
        clinic.peer = undefined;
      },
      async crash() {
        stop.kill();
        clinic.disk = clinic.disk.crash();
        stop.controller.abort();
        await clinic.network?.close();
        clinic.peer = undefined;
      },
    };
    return clinic;
  }

  /** The clinic's ledger, with a note of every act before it is sent. */
  function signing({ ledger, signed }: Clinic): MemoryLedger {
    return {
      ...ledger,
      send(act, options) {
        signed.push(act as RoundAct);
        return ledger.send(act, options);
      },
    };
  }

  async function createTask(): Promise<Bytes32> {
    const [creator] = clinics as [Clinic];
    for (const { disk } of clinics) await disk.write("model", first);
    await creator.ledger.send(
      { type: "createTask", params, document: documentBytes, modelCid: "bafyfirst" },
      { signal: never },
    );
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
      const found =
        update.kind === "events"
          ? update.events.findLast((event) => event.type === "NodeRegistered" && event.account === account)
          : undefined;
      if (found?.type === "NodeRegistered") return found.peerId;
    }
    throw new Error("not registered");
  }

  function stateOf({ peer }: Clinic) {
    const task = peer?.state.view.tasks.get(taskId);
    if (!task) throw new Error("the daemon has not read the ledger yet");
    return task;
  }

  async function startAll(overrides: Record<number, Overrides> = {}): Promise<void> {
    for (const clinic of clinics) await clinic.start(overrides[clinic.index]);
  }

  /** Until the task is finished for all that run, and all of them hold its last model. */
  async function finish(seconds = 600): Promise<void> {
    await until(() => clinics.every((clinic) => !clinic.peer || isFinished(clinic)), seconds);
  }

  function isFinished({ peer }: Clinic): boolean {
    const task = peer?.state.view.tasks.get(taskId);
    return task?.phase === "finished" && peer?.state.local.models.has(task.model) === true;
  }

  /** What a daemon ends in without being told to. */
  async function endOf(clinic: Clinic): Promise<unknown> {
    let over = false;
    clinic.ended?.finally(() => {
      over = true;
    });
    await until(() => over);
    return clinic.ended;
  }

  async function stopAll(): Promise<void> {
    for (const clinic of clinics) if (clinic.peer) await clinic.stop();
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

/** Seals the same bytes differently each time, as real sealing does: one recipient more that nobody is. */
function salted(sealer: Sealer, random: Random): Sealer {
  return {
    ...sealer,
    seal: (bytes, to) => sealer.seal(bytes, [...to, `0x${Buffer.from(random.bytes(32)).toString("hex")}`]),
  };
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

import { SigningKey } from "ethers";
import { createMemoryDisk, type MemoryDisk } from "../../../node/adapters/memory/disk.ts";
import type { VirtualClock } from "../../../node/adapters/memory/clock.ts";
import type { MemoryHub } from "../../../node/adapters/memory/hub.ts";
import type { MemoryChain } from "../../../node/adapters/memory/ledger/chain.ts";
import { createMemoryLedger, type MemoryLedger } from "../../../node/adapters/memory/ledger.ts";
import { createMemoryLearner } from "../../../node/adapters/memory/learner.ts";
import { createMemoryNetwork } from "../../../node/adapters/memory/network.ts";
import { createSeededRandom } from "../../../node/adapters/memory/random.ts";
import { createMemorySealer } from "../../../node/adapters/memory/sealer.ts";
import { createMemoryStore } from "../../../node/adapters/memory/store.ts";
import type { RoundAct } from "../../../node/core/ledger/acts.ts";
import type { Address, Bytes32, EncryptionKey, PeerId } from "../../../node/core/primitives.ts";
import { type TaskDocument, tensorSpecs } from "../../../node/core/task/document.ts";
import { tellAll } from "../../../node/daemon/observers.ts";
import { createPeer, type Peer } from "../../../node/daemon/peer.ts";
import type {
  FinishedEvent,
  PeerComponents,
  PeerObserver,
  RoundRecord,
  WaitingEvent,
} from "../../../node/daemon/components.ts";
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
  /** How the task ended, as often as the observer was told. */
  finished: FinishedEvent[];
  /** Is told the same, and all else. */
  observer: PeerObserver;
  /** Whether its daemon ends with the task. */
  once: boolean;
  /** Long waits that the observer was told of. */
  waits: WaitingEvent[];
  /** What its operator calls others. */
  names: Map<Address, string>;
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

/** What the clinics of a swarm share. */
export interface World {
  clock: VirtualClock;
  hub: MemoryHub;
  chain: MemoryChain;
  /** Of the one licensor. */
  council: MemoryLedger;
  document: TaskDocument;
  /** Known once all clinics are registered. */
  taskId(): Bytes32;
  until(done: () => boolean): Promise<void>;
}

/** Licenses and registers an account, and makes what its daemon runs on. */
export async function createClinic(world: World, index: number): Promise<Clinic> {
  const { clock, hub, chain, council, document, until } = world;
  let starts = 0;
  const account = hex(index + 1, 20);
  const ledger = createMemoryLedger(chain, account);
  const encryptionKey: EncryptionKey = hex(index + 9, 32);
  await council.send(
    { type: "propose", act: { act: "license", account, expiresAt: Math.floor(clock.now() / 1000) + 1e6 } },
    { signal: never },
  );
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
  const peerId = await peerIdOf(council, account);
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
    finished: [],
    observer: {},
    once: false,
    waits: [],
    names: new Map(),
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
      const observer = {
        round: (record: RoundRecord) => void clinic.records.push(record),
        finished: (event: FinishedEvent) => void clinic.finished.push(event),
        waiting: (event: WaitingEvent) => void clinic.waits.push(event),
      };
      clinic.network = network;
      stop.kill = kill;
      stop.controller = new AbortController();
      clinic.peer = await createPeer(components, {
        account,
        taskId: world.taskId(),
        document,
        genesis: chain.genesisHash,
        ledgerAddress: chain.settings.ledger,
        names: clinic.names,
        observer: tellAll(observer, clinic.observer),
        untilFinished: clinic.once,
      });
      clinic.ended = clinic.peer.run(stop.controller.signal).catch((error: unknown) => error);
      // It has read the ledger when this returns.
      await new Promise((resolve) => setImmediate(resolve));
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

async function peerIdOf(council: MemoryLedger, account: Address): Promise<PeerId> {
  for await (const update of council.follow({ signal: never })) {
    const found =
      update.kind === "events"
        ? update.events.findLast((event) => event.type === "NodeRegistered" && event.account === account)
        : undefined;
    if (found?.type === "NodeRegistered") return found.peerId;
  }
  throw new Error("not registered");
}

/** Seals the same bytes differently each time, as real sealing does: one recipient more that nobody is. */
function salted(sealer: Sealer, random: Random): Sealer {
  return {
    ...sealer,
    seal: (bytes, to) => sealer.seal(bytes, [...to, `0x${Buffer.from(random.bytes(32)).toString("hex")}`]),
  };
}

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

import { createMemoryChannels } from "../../../../node/adapters/memory/channels.ts";
import { createVirtualClock, type VirtualClock } from "../../../../node/adapters/memory/clock.ts";
import { createMemoryDisk, type MemoryDisk } from "../../../../node/adapters/memory/disk.ts";
import { createMemoryLearner, type MemoryLearnerInit } from "../../../../node/adapters/memory/learner.ts";
import { createSeededRandom } from "../../../../node/adapters/memory/random.ts";
import { encodeModel } from "../../../../node/core/codec.ts";
import { sha256 } from "../../../../node/core/hash.ts";
import { plainKernels } from "../../../../node/core/merge/plainKernels.ts";
import type { Address, Bytes32 } from "../../../../node/core/primitives.ts";
import { canonicalDocument, type TaskDocument, tensorSpecs } from "../../../../node/core/task/document.ts";
import { initialModel } from "../../../../node/core/task/initialModel.ts";
import { mergerInThread } from "../../../../node/daemon/inThread.ts";
import { FederatedClient } from "../../../../node/modes/federated/client.ts";
import type { FederatedInit, FederatedRound } from "../../../../node/modes/federated/components.ts";
import { Coordinator } from "../../../../node/modes/federated/coordinator.ts";
import type { Channels } from "../../../../node/ports/channels.ts";
import type { Learner } from "../../../../node/ports/learner.ts";
import type { AdmittedPeer } from "../../../../node/ports/network.ts";
import { createLogCollector, type LogLine } from "../../../ports/support.ts";
import { silentLogger } from "../../../chain/support/quiet.ts";

export const GENESIS: Bytes32 = `0x${"11".repeat(32)}`;
export const LEDGER: Address = `0x${"22".repeat(20)}`;

/** The account of client i, from 0; -1 is the coordinator's. Accounts rise with i. */
export const accountOf = (i: number): Address => `0x${(i + 2).toString(16).padStart(2, "0").repeat(20)}`;
export const peerOf = (i: number): AdmittedPeer => ({
  peerId: `peer${i}`,
  account: accountOf(i),
  role: "node",
  addresses: [],
});

export type Told = { event: string } & Record<string, unknown>;

/** A side of the conversation that runs, and what its observer was told. */
export interface Running {
  told: Told[];
  ended: Promise<unknown>;
  /** Ends it as Ctrl-C does. */
  stop(): Promise<void>;
}

export interface Federation {
  clock: VirtualClock;
  document: TaskDocument;
  task: Bytes32;
  /** Of the coordinator, then of the clients. */
  disks: MemoryDisk[];
  channels: Channels[];
  serve(init?: Partial<FederatedInit>): Running & { rounds: FederatedRound[] };
  /** What clients log. */
  lines: LogLine[];
  join(i: number, learner?: Partial<MemoryLearnerInit> | Learner, init?: Partial<FederatedInit>): Running;
  /** Lets everything run, and time pass in small steps, until something holds. */
  until(done: () => boolean, stepMs?: number): Promise<void>;
  /** Told events of a kind. */
  of(running: Running, event: string): Told[];
}

/** A coordinator and up to `clients` clients in memory, on one clock. Nobody runs before it is told to. */
export function createFederation(document: TaskDocument, clients: number): Federation {
  const clock = createVirtualClock(Date.UTC(2026, 0, 1));
  const task = sha256(canonicalDocument(document));
  const peers = Array.from({ length: clients + 1 }, (_, i) => peerOf(i - 1));
  const channels = createMemoryChannels(peers);
  const disks = peers.map(() => createMemoryDisk());
  const { logger, lines } = createLogCollector();
  let starts = 0;

  const observing = (): { told: Told[]; observer: Record<string, (event: object) => void> } => {
    const told: Told[] = [];
    const names = "client opened waiting refused round finished joined away back asked trained leftOut".split(" ");
    const entries = names.map((event) => [event, (facts: object) => void told.push({ event, ...facts })] as const);
    return { told, observer: Object.fromEntries(entries) };
  };
  const shared = (i: number, init: Partial<FederatedInit> = {}) => ({
    account: accountOf(i),
    document,
    task,
    genesis: GENESIS,
    ledgerAddress: LEDGER,
    untilFinished: true,
    ...init,
  });
  const running = (told: Told[], run: (signal: AbortSignal) => Promise<void>): Running => {
    const stop = new AbortController();
    const ended = run(stop.signal).then(
      () => undefined,
      (error: unknown) => error,
    );
    return {
      told,
      ended,
      async stop() {
        stop.abort(new Error("stopped"));
        await ended;
      },
    };
  };

  return {
    clock,
    document,
    task,
    disks,
    channels,
    lines,
    serve(init) {
      const { told, observer } = observing();
      const disk = disks[0] as MemoryDisk;
      const it = { channels: channels[0] as Channels, disk, merger: mergerInThread(disk, plainKernels), clock };
      const given = init?.document ?? document;
      const coordinator = new Coordinator(
        { ...it, logger: silentLogger },
        { ...shared(-1, init), observer, firstModel: encodeModel(initialModel(given, given.training.seed)) },
      );
      const started = running(told, (signal) => coordinator.run(signal));
      return {
        ...started,
        get rounds() {
          return told.filter(({ event }) => event === "round") as unknown as FederatedRound[];
        },
      };
    },
    join(i, learner = {}, init = {}) {
      const { told, observer } = observing();
      const client = new FederatedClient(
        {
          channels: channels[i + 1] as Channels,
          disk: disks[i + 1] as MemoryDisk,
          learner:
            "train" in learner ? learner : createMemoryLearner({ specs: tensorSpecs(document), seed: i, ...learner }),
          clock,
          random: createSeededRandom(1000 * (starts += 1) + i),
          logger,
          connected: async (_peer, signal) => signal.throwIfAborted(),
        },
        { ...shared(i, init), observer, coordinator: peerOf(-1).peerId },
      );
      return running(told, (signal) => client.run(signal));
    },
    async until(done, stepMs = 20) {
      for (let step = 0; step < 3000; step++) {
        for (let i = 0; i < 8 && !done(); i++) await new Promise((resolve) => setImmediate(resolve));
        if (done()) return;
        await clock.advance(stepMs);
      }
      throw new Error("what was waited for did not happen");
    },
    of: ({ told }, event) => told.filter((each) => each.event === event),
  };
}

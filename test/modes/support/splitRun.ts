import { createModel } from "../../../node/adapters/tfjs/model.ts";
import { trainRound } from "../../../node/adapters/tfjs/train.ts";
import { initialWeights } from "../../../node/core/task/initialModel.ts";
import { ClientPart } from "../../../node/adapters/tfjs/split/clientPart.ts";
import { ServerPart } from "../../../node/adapters/tfjs/split/serverPart.ts";
import { createMemoryChannels } from "../../../node/adapters/memory/channels.ts";
import { createMemoryEpochStore } from "../../../node/adapters/memory/epochStore.ts";
import { createClock } from "../../../node/adapters/system/clock.ts";
import { createSealer } from "../../../node/adapters/sealer/createSealer.ts";
import { generateAgeIdentity } from "../../../node/adapters/sealer/ageKeys.ts";
import { joinParts, splitPartsOf } from "../../../node/core/modes/splitParts.ts";
import { decodeWeights } from "../../../node/core/codec.ts";
import type { TaskDocument } from "../../../node/core/task/document.ts";
import type { EpochEvent, SplitObserver } from "../../../node/modes/split/events.ts";
import { joinSplit } from "../../../node/modes/split/client.ts";
import { serveSplit } from "../../../node/modes/split/server.ts";
import type { Channels } from "../../../node/ports/channels.ts";
import type { EpochStore } from "../../../node/ports/epochStore.ts";
import type { Sealer } from "../../../node/ports/sealer.ts";
import type { SplitClientPart, SplitServerPart } from "../../../node/ports/splitLearner.ts";
import { accountOf, until } from "../../ports/support.ts";
import type { Weights } from "../../../node/core/weights.ts";
import type { Rows } from "../../learner/splitRows.ts";

/** A part of this thread behind its port: each method as a promise. */
function promised<T>(part: object, more: object): T {
  return new Proxy(more, {
    get: (own, name) =>
      name in own
        ? Reflect.get(own, name)
        : async (...args: unknown[]) => (Reflect.get(part, name) as (...given: unknown[]) => unknown).apply(part, args),
  }) as T;
}

export interface SplitPeer {
  channels: Channels;
  store: EpochStore;
  sealer: Sealer;
  events: [string, Record<string, unknown>][];
  observer: SplitObserver;
}

/** A server (0) and clients (1 and on) on memory channels; each may be run, stopped, and run again with what it kept. */
export async function splitPeers(count: number): Promise<SplitPeer[]> {
  const channels = createMemoryChannels(
    Array.from({ length: count }, (_, i) => ({
      peerId: `peer-${i}`,
      account: accountOf(i + 1),
      role: "node" as const,
      addresses: [],
    })),
  );
  return Promise.all(
    channels.map(async (own) => {
      const events: SplitPeer["events"] = [];
      const note = (name: string) => (event: object) => void events.push([name, event as Record<string, unknown>]);
      const observer: SplitObserver = {
        epoch: note("epoch"),
        waiting: note("waiting"),
        away: note("away"),
        back: note("back"),
        finished: note("finished"),
      };
      return {
        channels: own,
        store: createMemoryEpochStore(),
        sealer: createSealer(await generateAgeIdentity()),
        events,
        observer,
      };
    }),
  );
}

export const serverPartOf = (document: TaskDocument): SplitServerPart =>
  promised(new ServerPart(document), {
    engine: "test",
    specs: splitPartsOf(document).serverSpecs,
    close: async () => undefined,
  });

export function clientPartOf(
  document: TaskDocument,
  training: Rows,
  validation: Rows = { ...training, rows: 0, labels: new Int32Array(0) },
): SplitClientPart {
  const part = new ClientPart(document, training, validation);
  return promised(part, {
    engine: "test",
    rows: { training: training.rows, validation: validation.rows },
    specs: splitPartsOf(document).clientSpecs,
    classWeights: part.classWeights && [...part.classWeights],
    close: async () => undefined,
  });
}

/** @param beginWith clients that have to be here before training begins */
export function serve(
  peer: SplitPeer,
  document: TaskDocument,
  signal: AbortSignal,
  beginWith: readonly SplitPeer[] = [],
  base?: Weights,
): Promise<void> {
  const store: EpochStore = {
    ...peer.store,
    async latest() {
      // What the server tells first is that it begins; each that was told is here.
      await until(() =>
        beginWith.every(({ events }) => events.some(([, { text }]) => text === "waiting for the server to begin")),
      );
      return peer.store.latest();
    },
  };
  const components = { channels: peer.channels, part: serverPartOf(document), store, clock: createClock() };
  return serveSplit(components, { document, ...(base && { base }), observer: peer.observer, once: true }, signal);
}

export function join(
  peers: readonly SplitPeer[],
  which: number,
  document: TaskDocument,
  part: SplitClientPart,
  signal: AbortSignal,
  base?: Weights,
): Promise<void> {
  const { channels, store, sealer, observer } = peers[which] as SplitPeer;
  const recipients = () => peers.slice(1).map((peer) => peer.sealer.publicKey);
  return joinSplit(
    { channels, part, store, sealer, clock: createClock(), recipients },
    { document, ...(base && { base }), server: "peer-0", observer },
    signal,
  );
}

/** The whole model as of an epoch, out of both sides' files. */
export async function modelAt(
  server: SplitPeer,
  client: SplitPeer,
  document: TaskDocument,
  epoch: number,
): Promise<Float32Array> {
  const files = await Promise.all([server, client].map(({ store }) => store.read(epoch, "part.safetensors")));
  return joinParts(
    document,
    files.map((file) => decodeWeights(file as Uint8Array)),
  ).values;
}

export const epochsOf = (peer: SplitPeer): EpochEvent[] =>
  peer.events.flatMap(([name, event]) => (name === "epoch" ? [event as unknown as EpochEvent] : []));

/** What training without a cut makes of the same rows. */
export function wholeModel(
  document: TaskDocument,
  data: Rows,
  localEpochs: number,
  base = initialWeights(document, document.training.seed).values,
): Float32Array {
  const hooks = { stopped: () => false, onBatch() {} };
  const found = trainRound(createModel(document), data, base, 1, { ...document.training, localEpochs }, hooks);
  return found?.values ?? new Float32Array(0);
}

/** The largest difference of two values. */
export const furthest = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), a.length === b.length ? 0 : 1);

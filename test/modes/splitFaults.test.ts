import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { startEngine } from "../../node/adapters/tfjs/engine.ts";
import type { Message } from "../../node/ports/channels.ts";
import { hasCode } from "../ports/support.ts";
import { MLP, rowsFor, splitTask } from "../learner/splitRows.ts";
import {
  clientPartOf,
  epochsOf,
  furthest,
  join,
  modelAt,
  serve,
  type SplitPeer,
  splitPeers,
  wholeModel,
} from "./support/splitRun.ts";
import { type Fate, tampered } from "./support/tamper.ts";

const DATA = rowsFor(4, 45);
const OTHER = rowsFor(4, 33, 3);
const forEver = new AbortController().signal;
const SPLITS = [{ cut: 1 }, { cut: 0, labels: "kept", tail: 2 }, { cut: 1, clients: "parallel" }];
/** Six batches an epoch; the limit on waiting is as short as it can be. */
const task = (split: object = SPLITS[0] as object) => splitTask(MLP, { stepSeconds: 1, ...split });

type Three = [SplitPeer, SplitPeer, SplitPeer];

/** Client 1 with messages that go wrong, by how many it sent. */
function spoil(peers: readonly SplitPeer[], which: number, fate: (message: Message, sent: number) => Fate): void {
  const peer = peers[which] as SplitPeer;
  peer.channels = tampered(peer.channels, fate);
}

const isStep = ({ head }: Message, epoch: number, batch: number): boolean =>
  (head.type === "step" || head.type === "output-gradient") && head.epoch === epoch && head.batch === batch;

describe("split learning under faults", () => {
  before(() => startEngine());

  for (const split of SPLITS)
    for (const where of ["cut", "cut behind"] as const)
      it(`S4, S5: a line that breaks in a step (${where} it) costs that step's exchange, not a half of it: ${JSON.stringify(split)}`, async () => {
        const document = task(split);
        const peers = await splitPeers(2);
        const broken = new Set<string>();
        spoil(peers, 1, (message) => {
          const key = `${String(message.head.type)} ${String(message.head.epoch)}`;
          if (!isStep(message, 2, 3) || broken.has(key)) return [message];
          broken.add(key);
          return where;
        });
        await Promise.all([
          serve(peers[0] as SplitPeer, document, forEver),
          join(peers, 1, document, clientPartOf(document, DATA), forEver),
        ]);
        assert.ok(broken.size > 0);
        assert.ok(
          furthest(await modelAt(...(peers as [SplitPeer, SplitPeer]), document, 3), wholeModel(document, DATA, 3)) <
            1e-6,
        );
        assert.ok((peers[0] as SplitPeer).events.some(([name]) => name === "back"));
      });

  it("S3: messages that come twice, and those of steps that are over, mean nothing", async () => {
    const document = task(SPLITS[1]);
    const peers = await splitPeers(2);
    let old: Message | undefined;
    spoil(peers, 1, (message) => {
      const due = old === undefined ? [message, message] : [old, message, message];
      if (isStep(message, 1, 2)) old = message;
      return message.head.type === "hello" ? [message] : due;
    });
    await Promise.all([
      serve(peers[0] as SplitPeer, document, forEver),
      join(peers, 1, document, clientPartOf(document, DATA), forEver),
    ]);
    assert.ok(
      furthest(await modelAt(...(peers as [SplitPeer, SplitPeer]), document, 3), wholeModel(document, DATA, 3)) < 1e-6,
    );
  });

  for (const split of SPLITS)
    it(`S5: a client that is killed in a turn and started again begins the turn anew: ${JSON.stringify(split)}`, async () => {
      const document = task({ ...split, stepSeconds: 10 });
      const peers = await splitPeers(2);
      const killed = new AbortController();
      spoil(peers, 1, (message) => {
        if (isStep(message, 2, 4)) killed.abort();
        return [message];
      });
      const serving = serve(peers[0] as SplitPeer, document, forEver);
      await join(peers, 1, document, clientPartOf(document, DATA), killed.signal);
      assert.ok(killed.signal.aborted);
      await Promise.all([serving, join(peers, 1, document, clientPartOf(document, DATA), forEver)]);
      assert.ok(
        furthest(await modelAt(...(peers as [SplitPeer, SplitPeer]), document, 3), wholeModel(document, DATA, 3)) <
          1e-6,
      );
    });

  for (const clients of ["inTurn", "parallel"])
    it(`S5: nothing of a turn stays where its client vanished for good (${clients})`, async () => {
      const document = task({ cut: 1, clients });
      const peers = await splitPeers(3);
      const [server, one] = peers as Three;
      const gone = new AbortController();
      spoil(peers, 2, (message) => {
        if (isStep(message, 1, 3)) gone.abort();
        return [message];
      });
      const vanished = join(peers, 2, document, clientPartOf(document, OTHER), gone.signal);
      await Promise.all([
        serve(server, document, forEver),
        join(peers, 1, document, clientPartOf(document, DATA), forEver),
        vanished,
      ]);
      assert.ok(gone.signal.aborted);
      assert.ok(server.events.some(([name, event]) => name === "away" && /stayed away/.test(String(event.text))));
      assert.ok(furthest(await modelAt(server, one, document, 3), wholeModel(document, DATA, 3)) < 1e-6);
    });

  it("S2: a client that says nothing for longer than a step may take is left out", async () => {
    const document = task();
    const peers = await splitPeers(3);
    const [server, one] = peers as Three;
    spoil(peers, 2, (message) => (message.head.type === "hello" ? [message] : []));
    const stop = new AbortController();
    const silent = join(peers, 2, document, clientPartOf(document, OTHER), stop.signal);
    await Promise.all([
      serve(server, document, forEver),
      join(peers, 1, document, clientPartOf(document, DATA), forEver),
    ]);
    stop.abort();
    await silent;
    assert.deepEqual(
      epochsOf(server).map(({ clients }) => clients.length),
      [1, 1, 1],
    );
    assert.ok(furthest(await modelAt(server, one, document, 3), wholeModel(document, DATA, 3)) < 1e-6);
  });

  const spoiled: [string, string, (message: Message) => Message][] = [
    ["of another number of rows", "SPLIT_PROTOCOL", ({ head, body }) => ({ head: { ...head, rows: 7 }, body })],
    ["that is cut short", "SPLIT_WRONG_FRAME", ({ head, body }) => ({ head, body: body.slice(0, -4) })],
    ["of another shape", "SPLIT_WRONG_FRAME", ({ head, body }) => ({ head, body: replaced(body, "[8,6]", "[6,8]") })],
    ["with a label that no class has", "SPLIT_WRONG_FRAME", ({ head, body }) => ({ head, body: withWord(body, 0, 3) })],
    [
      "with a number that is none",
      "SPLIT_NOT_FINITE",
      ({ head, body }) => ({ head, body: withWord(body, 8, 0x7fc00000) }),
    ],
    [
      "with an infinite number",
      "SPLIT_NOT_FINITE",
      ({ head, body }) => ({ head, body: withWord(body, 9, 0x7f800000) }),
    ],
    ["of no known type", "SPLIT_PROTOCOL", ({ body }) => ({ head: { type: "run", code: "1" }, body })],
  ];
  for (const [what, code, change] of spoiled)
    it(`S8: a step ${what} ends its client with ${code}, and the others go on`, async () => {
      const document = task();
      const peers = await splitPeers(3);
      const [server, one] = peers as Three;
      spoil(peers, 2, (message) => [isStep(message, 1, 2) ? change(message) : message]);
      const spoiler = assert.rejects(join(peers, 2, document, clientPartOf(document, OTHER), forEver), hasCode(code));
      await Promise.all([
        serve(server, document, forEver),
        join(peers, 1, document, clientPartOf(document, DATA), forEver),
        spoiler,
      ]);
      assert.ok(furthest(await modelAt(server, one, document, 3), wholeModel(document, DATA, 3)) < 1e-6);
    });

  it("S8: a message that is larger than a step's is not read", async () => {
    const document = task();
    const peers = await splitPeers(3);
    const [server] = peers as Three;
    const stop = new AbortController();
    spoil(peers, 2, (message) => [isStep(message, 1, 2) ? { ...message, body: new Uint8Array(1_000_000) } : message]);
    const large = join(peers, 2, document, clientPartOf(document, OTHER), stop.signal);
    await Promise.all([
      serve(server, document, forEver),
      join(peers, 1, document, clientPartOf(document, DATA), forEver).then(() => stop.abort()),
    ]);
    await large;
    assert.ok(epochsOf(server).every(({ clients }) => clients.length === 1));
  });
});

const replaced = (body: Uint8Array, from: string, to: string): Uint8Array =>
  Uint8Array.from(Buffer.from(Buffer.from(body).toString("latin1").replace(from, to), "latin1"));

/** Another value for one of a frame's 32-bit words behind its header. */
function withWord(body: Uint8Array, word: number, value: number): Uint8Array {
  const copy = body.slice();
  const view = new DataView(copy.buffer);
  view.setUint32(8 + Number(view.getBigUint64(0, true)) + 4 * word, value, true);
  return copy;
}

import { createMemorySealer } from "../../adapters/memory/sealer.ts";
import { encodeModel } from "../../core/codec.ts";
import { sha256 } from "../../core/hash.ts";
import type { LedgerAct } from "../../core/ledger/acts.ts";
import { createPrng } from "../../core/prng.ts";
import type { Address, Bytes32, PeerId } from "../../core/primitives.ts";
import { canonicalDocument, taskParams } from "../../core/task/document.ts";
import { record } from "../../daemon/journal.ts";
import { chanceOf } from "../schedule/chance.ts";
import { firstModel } from "./document.ts";
import { ChainDriver } from "./driver.ts";
import { accountOf, encryptionKeyOf, peerKeyOf } from "./identity.ts";
import { SimulatedNode } from "./node.ts";
import { LICENSOR, type World } from "./world.ts";

/** Licences in a simulation last this long from any time on, seconds. */
export const LICENCE_SECONDS = 10_000_000;

/** Licenses and registers all, creates and approves the task; members have joined when this returns, and no daemon runs. */
export async function setUp(world: World): Promise<void> {
  const { chain, clock, schedule, witness, weather } = world;
  const act = (sender: Address, what: LedgerAct): void => {
    const sent = chain.submit(sender, what);
    const refused = chain.mine().refused.get(sent.transaction);
    if (refused) throw new Error(`the set-up was refused: ${what.type}: ${refused.reason}`);
  };
  const seconds = (): number => Math.floor(clock.now() / 1000);
  const all = schedule.shape.nodes + schedule.joiners;
  for (let index = 0; index < all; index++) {
    const name = `node-${index}`;
    const account = accountOf(name);
    const encryptionKey = encryptionKeyOf(name);
    act(LICENSOR, { type: "propose", act: { act: "license", account, expiresAt: seconds() + LICENCE_SECONDS } });
    act(account, {
      type: "registerNode",
      peerKey: peerKeyOf(name),
      encryptionKey,
      addresses: [`/memory/${index}`],
      deadline: seconds() + 100,
      signature: new Uint8Array(65),
    });
    const peerId = peerIdIn(world);
    world.known(peerId, index);
    const liar = schedule.liars.find(({ node }) => node === index);
    world.nodes.push(new SimulatedNode(world, { index, account, encryptionKey, peerId, liar }));
  }
  world.taskId = await createTask(world, act);
  witness.taskId = world.taskId;
  for (const node of world.nodes.slice(0, schedule.shape.nodes)) {
    await atOnce(world, record(node.disk, { type: "joined", task: world.taskId }));
    act(node.account, { type: "join", taskId: world.taskId });
  }
  // What comes later needs the set-up to be final.
  for (let i = 0; i < schedule.chain.confirmations; i++) chain.mine();
  world.driver = new ChainDriver({
    chain,
    clock,
    chance: chanceOf(createPrng(schedule.seed, 5)),
    schedule,
    weather,
    signal: world.end.signal,
    deadlineBlock: () => witness.task.attempt?.deadlineBlock ?? 0,
  });
}

function peerIdIn({ chain }: World): PeerId {
  const event = chain.head.events.find(({ type }) => type === "NodeRegistered");
  if (event?.type !== "NodeRegistered") throw new Error("the node was not registered");
  return event.peerId;
}

/** The first member creates the task and seals the first model to all. */
async function createTask(world: World, act: (sender: Address, what: LedgerAct) => void): Promise<Bytes32> {
  const { nodes, chain, document } = world;
  const creator = nodes[0] as SimulatedNode;
  const first = encodeModel(firstModel(document));
  const text = canonicalDocument(document);
  const sealer = createMemorySealer(creator.encryptionKey);
  const { sealed } = await sealer.seal(
    first,
    nodes.map(({ encryptionKey }) => encryptionKey),
  );
  const modelCid = await creator.store.put(sealed);
  await atOnce(world, creator.disk.write("model", first));
  act(creator.account, {
    type: "createTask",
    params: taskParams(document, sha256(text), sha256(first)),
    document: text,
    modelCid,
  });
  const created = chain.head.events.find(({ type }) => type === "TaskCreated");
  if (created?.type !== "TaskCreated") throw new Error("the task was not created");
  act(LICENSOR, { type: "propose", act: { act: "approveTask", taskId: created.taskId } });
  return created.taskId;
}

/** Lets as much time pass as a write takes. */
async function atOnce({ clock }: World, write: Promise<unknown>): Promise<void> {
  const state = { done: false };
  void write.then(() => (state.done = true));
  while (!state.done) await clock.advance(10);
}

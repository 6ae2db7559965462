import { createVirtualClock } from "../../../node/adapters/memory/clock.ts";
import { createMemoryHub } from "../../../node/adapters/memory/hub.ts";
import { createMemoryChain } from "../../../node/adapters/memory/ledger/createChain.ts";
import { createMemoryLedger } from "../../../node/adapters/memory/ledger.ts";
import { encodeModel } from "../../../node/core/codec.ts";
import { sha256 } from "../../../node/core/hash.ts";
import type { CouncilAct } from "../../../node/core/ledger/events.ts";
import type { Address, Bytes32 } from "../../../node/core/primitives.ts";
import { canonicalDocument, type TaskDocument, taskParams } from "../../../node/core/task/document.ts";
import { initialModel } from "../../../node/core/task/initialModel.ts";
import { record } from "../../../node/daemon/journal.ts";
import { type Clinic, createClinic, type Overrides } from "./clinic.ts";

const never = new AbortController().signal;
const hex = (i: number, length: number): `0x${string}` => `0x${i.toString(16).padStart(2, "0").repeat(length)}`;
const LICENSOR: Address = hex(0xfe, 20);

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

  for (let index = 0; index < n; index++)
    clinics.push(await createClinic({ clock, hub, chain, council, document, taskId: () => taskId, until }, index));
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

export type Swarm = Awaited<ReturnType<typeof createSwarm>>;

import { readTaskFile } from "../../adapters/taskfile/readTaskFile.ts";
import { federatedBytes } from "../../core/modes/federatedBytes.ts";
import { SwarmError } from "../../core/errors.ts";
import type { TaskDocument } from "../../core/task/schema.ts";
import { epochBytes } from "../../core/modes/splitBytes.ts";
import { splitPartsOf } from "../../core/modes/splitParts.ts";
import { Crew } from "./crew.ts";
import { passesAfter } from "./plan.ts";
import type { ModeResult, Outage } from "./results.ts";
import { figuresOf, readModelFile, readPartFiles, type Scene } from "./scene.ts";
import { Steps } from "./steps.ts";
import { mean } from "./words.ts";

type Bytes = { sent: number; received: number };

/** Federated and split learning: a server process and one for each client. */
export async function runServed(scene: Scene, mode: "federated" | "split"): Promise<ModeResult> {
  const { plan, local, at, document, tasks } = scene;
  const task = tasks[mode];
  const modeTask = await readTaskFile(task);
  const last = mode === "split" ? plan.passes : plan.rounds;
  const steps = new Steps();
  const clientParts = new Map<number, string>();
  const rows: { training: number; validation: number }[] = [];
  const finished = new Map<string, Bytes>();
  await using crew = new Crew(scene);
  let told = 0;
  crew.onEvent = (name, event) => {
    const number = Number(event.round ?? event.epoch);
    if (event.event === "ready" && event.rows !== undefined) rows.push(event.rows as (typeof rows)[number]);
    if (event.event === "finished") finished.set(name, event.bytes as Bytes);
    if (event.event === "epoch" && name === "clinic-1") clientParts.set(number, String(event.part));
    if (name !== "server-1" || (event.event !== "round" && event.event !== "epoch")) return;
    const { sent, received } = event.bytes as Bytes;
    // Federated rounds count for themselves, epochs since the server began.
    steps.add(number, String(event.model ?? event.part), sent + received, mode === "federated");
    if (mode === "federated" || number % plan.localEpochs === 0) scene.progress(++told, plan.rounds);
  };
  const shared = ["--task", task, "--once"];
  await crew.start({
    name: "server-1",
    role: "server",
    home: at.servers[0] as string,
    command: [mode, "serve"],
    args: shared,
  });
  for (const [i, home] of at.clinics.entries()) {
    const args = [...shared, "--server", scene.server, "--data", local.data[i] as string];
    await crew.start({ name: `clinic-${i + 1}`, role: "client", home, command: [mode, "join"], args });
  }
  let outage: Outage | undefined;
  if (scene.kill) {
    await Promise.race([steps.reached(Math.floor(last / 2)), crew.finished()]);
    outage = await crew.interrupt(
      "server-1",
      () => steps.count,
      () => steps.next(),
    );
    outage.repeated = steps.repeated;
  }
  await crew.finished();
  const { seconds } = crew;
  const wanted = [...steps.all].filter(({ number }) => mode === "federated" || number % plan.localEpochs === 0);
  const figures = await figuresOf(
    scene,
    wanted.map(({ number, file }) => () => {
      if (mode === "federated") return readModelFile(document, file);
      const part = clientParts.get(number);
      if (part === undefined)
        throw new SwarmError(
          "COMPARE_FAILED",
          `clinic-1 kept no part of epoch ${number}, so its model cannot be joined`,
        );
      return readPartFiles(modeTask, [file, part]);
    }),
  );
  const points = wanted.map(({ number, bytes }, i) => ({
    passes: mode === "federated" ? passesAfter(plan, number) : number,
    bytes,
    accuracy: figures[i]?.accuracy ?? 0,
    auc: figures[i]?.auc,
  }));
  const clients = [...finished].filter(([name]) => name !== "server-1").map(([, bytes]) => bytes.sent);
  const expected =
    mode === "federated"
      ? plan.rounds * federatedBytes(modeTask).up
      : mean(rows.map((each) => plan.passes * splitSent(modeTask, each, at.clinics.length)));
  return { mode, points, seconds, costs: crew.costs, payload: { expected, measured: mean(clients) }, outage };
}

/** What a client sends in an epoch. Its part is sealed to all clients. */
function splitSent(task: TaskDocument, rows: { training: number; validation: number }, clients: number): number {
  const { batchSize } = task.training;
  return epochBytes(splitPartsOf(task), { batchSize, ...rows, clients, recipients: clients }).sent;
}

import { filePath } from "../../adapters/disk/layout.ts";
import { SwarmError } from "../../core/errors.ts";
import type { Bytes32 } from "../../core/primitives.ts";
import type { Traffic } from "../../ports/network.ts";
import { homeOf } from "../home.ts";
import { join as joinTask } from "../local/setUp.ts";
import { swarmRoundBytes } from "./bytes.ts";
import { Crew } from "./crew.ts";
import { passesAfter } from "./plan.ts";
import type { ModeResult, Outage } from "./results.ts";
import { figuresOf, readModelFile, type Scene } from "./scene.ts";
import { mean } from "./words.ts";
import { Steps } from "./steps.ts";

/** Nothing that comes later changes a training from the same model on the same rows: attempts would be repeated for ever. */
const noWayOn = (diverged: number, of: number, round: number): SwarmError =>
  new SwarmError(
    "TRAINING_DIVERGED",
    `swarm: training diverged at ${diverged} of ${of} clients in round ${round}, and the others are too few: normalize the features or lower the learning rate`,
  );

/** Peer daemons as clinics run them, without any server. */
export async function runSwarm(scene: Scene): Promise<ModeResult> {
  const { plan, local, at, commands, document, rpcUrl, taskId } = scene;
  for (const i of at.clinics.keys()) await joinTask({ commands, plan: local, rpcUrl }, i, taskId);
  const steps = new Steps();
  const moved = new Map<string, Traffic>();
  await using crew = new Crew(scene);
  const watched = "clinic-1";
  const diverged = new Set<string>();
  crew.onEvent = (name, { event, round, modelHash, traffic, part }) => {
    if (event === "waiting" && part === "diverged") {
      diverged.add(name);
      const left = at.clinics.length - diverged.size;
      if (left < document.round.minPeers) crew.fail(noWayOn(diverged.size, at.clinics.length, Number(round)));
    }
    if (event !== "round") return;
    moved.set(name, traffic as Traffic);
    if (name !== watched) return;
    const bytes = [...moved.values()].reduce((sum, { sent }) => sum + sent, 0);
    const file = filePath(homeOf({ home: at.clinics[0] as string }).disk, "model", modelHash as Bytes32);
    steps.add(Number(round), file, bytes, false);
    scene.progress(steps.count, plan.rounds);
  };
  for (const [i, home] of at.clinics.entries()) {
    const args = ["--task", taskId, "--data", local.data[i] as string, "--engine", "wasm"];
    await crew.start({ name: `clinic-${i + 1}`, role: "node", home, command: ["node", "run"], args });
  }
  let outage: Outage | undefined;
  if (scene.kill) {
    await Promise.race([steps.reached(Math.floor(plan.rounds / 2)), crew.finished()]);
    outage = await crew.interrupt(
      `clinic-${at.clinics.length}`,
      () => steps.count,
      () => steps.next(),
    );
    outage.repeated = steps.repeated;
  }
  await crew.finished();
  const { seconds, costs } = crew;
  for (const cost of costs) {
    const { sent = cost.sent, received = cost.received } = moved.get(cost.name) ?? {};
    Object.assign(cost, { sent, received });
  }
  const contents = [...moved.values()].map(({ content }) => content);
  const all = steps.all;
  const figures = await figuresOf(
    scene,
    all.map(
      ({ file }) =>
        () =>
          readModelFile(document, file),
    ),
  );
  const points = all.map(({ number, bytes }, i) => ({
    passes: passesAfter(plan, number),
    bytes,
    accuracy: figures[i]?.accuracy ?? 0,
    auc: figures[i]?.auc,
  }));
  return {
    mode: "swarm",
    points,
    seconds,
    costs,
    payload: { expected: plan.rounds * swarmRoundBytes(document, at.clinics.length), measured: mean(contents) },
    outage,
  };
}

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Crew } from "./crew.ts";
import { passesAfter } from "./plan.ts";
import type { ModeResult, Point } from "./results.ts";
import { figuresOf, readModelFile, type Scene } from "./scene.ts";

/** Each client by itself, or all rows in one process: no traffic but, for the latter, the rows themselves. */
export async function runAlone(scene: Scene, mode: "local" | "centralized"): Promise<ModeResult> {
  const { plan, local, document } = scene;
  const data = mode === "local" ? local.data : [scene.pooled];
  const models = data.map((): string[] => []);
  const costs = [];
  let seconds = 0;
  // One at a time: together they would wait for each other's processor.
  for (const [i, path] of data.entries()) {
    const name = mode === "local" ? `clinic-${i + 1}` : "pooled";
    const out = join(local.dir, mode, name);
    await mkdir(out, { recursive: true, mode: 0o700 });
    await using crew = new Crew(scene);
    crew.onEvent = (_, { event, model }) => {
      if (event !== "round") return;
      models[i]?.push(String(model));
      scene.progress(i * plan.rounds + (models[i]?.length ?? 0), data.length * plan.rounds);
    };
    const args = ["--task", scene.tasks.swarm, "--data", path, "--out", out];
    const role = mode === "local" ? "client" : "server";
    await crew.start({ name, role, home: out, command: [], args, program: "aloneProcess.ts" });
    await crew.finished();
    seconds = Math.max(seconds, crew.seconds);
    costs.push(...crew.costs);
  }
  const points: Point[] = [];
  const all = await Promise.all(
    models.map((files) =>
      figuresOf(
        scene,
        files.map((file) => () => readModelFile(document, file)),
      ),
    ),
  );
  for (let round = 0; round < plan.rounds; round++) {
    const figures = all.flatMap((each) => each[round] ?? []);
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    const aucs = figures.flatMap(({ auc }) => auc ?? []);
    points.push({
      passes: passesAfter(plan, round + 1),
      bytes: mode === "local" ? 0 : scene.pooledBytes,
      accuracy: mean(figures.map(({ accuracy }) => accuracy)),
      auc: aucs.length === 0 ? undefined : mean(aucs),
    });
  }
  const last = all.map((each, i) => {
    const { accuracy, auc } = each.at(-1) ?? { accuracy: Number.NaN };
    return { name: `clinic-${i + 1}`, accuracy, auc };
  });
  return { mode, points, seconds, costs, ...(mode === "local" && { each: last }) };
}

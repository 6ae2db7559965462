import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startLocalChain } from "../../adapters/anvil/startLocalChain.ts";
import { readPublicIdentity } from "../../adapters/keys/publicIdentity.ts";
import { createLogger } from "../../adapters/system/logger.ts";
import { readTaskFile } from "../../adapters/taskfile/readTaskFile.ts";
import type { Cli } from "../cli.ts";
import { writeChangedTask } from "../local/changedTask.ts";
import { Commands } from "../local/commands.ts";
import { places } from "../local/plan.ts";
import { setUpNetwork } from "../local/setUp.ts";
import type { ComparePlan } from "./plan.ts";
import type { Scene } from "./scene.ts";

export interface SceneInit {
  dir: string;
  taskFile: string;
  plan: ComparePlan;
  data: string[];
  test: string;
  kill: boolean;
}

/** Writes the modes' tasks and starts a chain with licensed nodes: one for each client and a server without rows. */
export async function openScene(cli: Cli, init: SceneInit): Promise<Scene & AsyncDisposable> {
  const { dir, taskFile, plan, data, test, kill } = init;
  const { signal } = cli;
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const write = (mode: "swarm" | "federated" | "split") =>
    writeChangedTask(taskFile, join(dir, `${mode}.yaml`), plan.changes[mode]);
  const tasks = { swarm: await write("swarm"), federated: await write("federated"), split: await write("split") };
  const pooled = join(dir, "pooled.csv");
  const pooledBytes = await pool(data, pooled);
  await using closing = new AsyncDisposableStack();
  const local = { dir, licensors: 1, threshold: 1, servers: 1, data, taskFile: tasks.swarm };
  const at = places(local);
  const logger = createLogger({ level: "warn", pretty: true });
  // Stopped here and not by the signal: processes that use it go first.
  const chain = await startLocalChain({ dir: at.chain, port: 0, logger, signal: new AbortController().signal });
  closing.defer(() => chain.stop());
  const { rpcUrl } = chain;
  const commands = new Commands(signal);
  const { taskId } = await setUpNetwork({ commands, plan: local, rpcUrl, say: cli.out.note });
  const server = (await readPublicIdentity(join(at.servers[0] as string, "keys"))).account;
  const document = await readTaskFile(tasks.swarm);
  const close = closing.move();
  return {
    plan,
    local,
    at,
    commands,
    document,
    tasks,
    taskId,
    server,
    pooled,
    pooledBytes,
    test,
    kill,
    signal,
    rpcUrl,
    network: at.network,
    passwordFile: at.password,
    progress: () => undefined,
    [Symbol.asyncDispose]: () => close.disposeAsync(),
  };
}

/** All rows under one header. @returns bytes of all files but the largest, which need not move */
async function pool(files: readonly string[], to: string): Promise<number> {
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
  const rows = texts.map((text, i) =>
    text
      .trimEnd()
      .split(/\r?\n/)
      .slice(i === 0 ? 0 : 1),
  );
  await writeFile(to, `${rows.flat().join("\n")}\n`, { mode: 0o600 });
  const sizes = texts.map((text) => Buffer.byteLength(text));
  return sizes.reduce((sum, size) => sum + size, 0) - Math.max(...sizes);
}

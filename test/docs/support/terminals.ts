import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { openShell, type Shell } from "./shell.ts";
import { read, root } from "./walk.ts";

const USUAL = "http://127.0.0.1:8545";

/** Terminals of a guide on one machine: its chain gets a port that is free, and npm scripts are the project's. @param everywhere typed first in each */
export async function openTerminals(everywhere: string, signal: AbortSignal): Promise<Shell> {
  const port = await freePort();
  const rpc = `http://127.0.0.1:${port}`;
  const first = everywhere.replaceAll(USUAL, rpc);
  const shell = await openShell(signal, {
    env: { SWARM_RPC: rpc },
    // What the README says for the case that the chain's usual port is taken.
    edit: (script) => `${first}\n${script.replace("swarm chain start", `swarm chain start --port ${port}`)}`,
  });
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const there = (script: string): string =>
    script.replace(/^node (\S+)/, (_, path: string) => `node "${join(root, path)}"`);
  const moved = Object.fromEntries(Object.entries(scripts).map(([name, script]) => [name, there(script)]));
  await writeFile(join(shell.dir, "package.json"), JSON.stringify({ name: "guide", scripts: moved }));
  return shell;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

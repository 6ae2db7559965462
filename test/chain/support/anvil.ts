import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** A throw-away chain for one test file: free gas, no accounts, one block per transaction. */
export interface TestChain {
  url: string;
  rpc(method: string, params?: unknown[]): Promise<unknown>;
  kill(signal?: NodeJS.Signals): Promise<void>;
}

const require = createRequire(import.meta.url);
const platform = process.platform === "win32" ? "win32" : process.platform;
const arch = process.arch === "x64" ? "amd64" : process.arch;
const binary = join(
  dirname(require.resolve(`@foundry-rs/anvil-${platform}-${arch}/package.json`)),
  "bin",
  process.platform === "win32" ? "anvil.exe" : "anvil",
);

export async function startAnvil(options: { port?: number; args?: string[] } = {}): Promise<TestChain> {
  const free = ["--gas-price", "0", "--base-fee", "0", "--accounts", "0", "--chain-id", "4242"];
  const child = spawn(
    binary,
    ["--host", "127.0.0.1", "--port", String(options.port ?? 0), ...free, ...(options.args ?? [])],
    {
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const stop = (): boolean => child.kill("SIGKILL");
  process.once("exit", stop);
  const url = `http://127.0.0.1:${await listeningPort(child)}`;
  return {
    url,
    async rpc(method, params = []) {
      const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
      const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
      const answer = (await response.json()) as { result?: unknown; error?: { message: string } };
      if (answer.error) throw new Error(answer.error.message);
      return answer.result;
    },
    async kill(signal = "SIGKILL") {
      process.off("exit", stop);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill(signal);
      await ended;
    },
  };
}

async function listeningPort(child: ChildProcess): Promise<number> {
  let output = "";
  return await new Promise((resolve, reject) => {
    const collect = (chunk: unknown): void => {
      output += String(chunk);
      const port = /Listening on 127\.0\.0\.1:(\d+)/.exec(output)?.[1];
      if (port) resolve(Number(port));
    };
    child.stdout?.on("data", collect);
    child.stderr?.on("data", collect);
    child.once("exit", (code) => reject(new Error(`anvil ended with ${code}: ${output.slice(-500)}`)));
  });
}

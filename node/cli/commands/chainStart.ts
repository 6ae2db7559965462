import { resolve } from "node:path";
import { startLocalChain } from "../../adapters/anvil/startLocalChain.ts";
import { SwarmError } from "../../core/errors.ts";
import type { Cli, OutputOptions } from "../cli.ts";
import { cliLogger } from "../system.ts";

interface Options extends OutputOptions {
  dir: string;
  host: string;
  port: number;
  chainId: number;
}

const isLoopback = (host: string): boolean => host === "::1" || host.startsWith("127.");

export async function run(cli: Cli, { dir, host, port, chainId }: Options): Promise<undefined> {
  const folder = resolve(dir);
  const chain = await startLocalChain({ dir: folder, host, port, chainId, logger: cliLogger(cli), signal: cli.signal });
  cli.out.json({ rpcUrl: chain.rpcUrl, chainId, dir: folder, pid: chain.pid });
  cli.out.say(
    `A local chain (id ${chainId}) runs at ${chain.rpcUrl}; its state is kept in ${folder}. Ctrl-C stops it.\n` +
      `Next, in another terminal:\n  swarm account create --home insurer-a\n  swarm account create --home insurer-b\n  swarm deploy --home insurer-a --rpc ${chain.rpcUrl} --licensor <account of a> <account of b> --threshold 2`,
  );
  if (!isLoopback(host)) {
    cli.out.note(
      `whoever can reach port ${new URL(chain.rpcUrl).port} of this machine can rewrite this chain: let only those who take part through the firewall, and use it for trials only`,
    );
  }
  const stopped = new Promise<"stopped">((done) => {
    if (cli.signal.aborted) done("stopped");
    cli.signal.addEventListener("abort", () => done("stopped"), { once: true });
  });
  const outcome = await Promise.race([stopped, chain.exited]);
  if (outcome === "stopped") {
    await chain.stop();
    cli.out.say("The chain has stopped; its state is saved.");
    return undefined;
  }
  throw new SwarmError(
    "CHAIN_EXITED",
    `the chain ended by itself (exit code ${outcome}): start it again, its state of the last second before is in ${folder}`,
    { code: outcome },
  );
}

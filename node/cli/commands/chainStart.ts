import { resolve } from "node:path";
import { type LocalChain, startLocalChain } from "../../adapters/anvil/startLocalChain.ts";
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

/** What there is now, and for a new chain what comes next. */
export function chainWords({
  rpcUrl,
  block,
  chainId,
  folder,
}: Pick<LocalChain, "rpcUrl" | "block"> & { chainId: number; folder: string }): string {
  const place = `its state is kept in ${folder}. Ctrl-C stops it.`;
  if (block > 0) return `A local chain (id ${chainId}) runs at ${rpcUrl}, going on at block ${block}; ${place}`;
  return `A local chain (id ${chainId}) runs at ${rpcUrl}; ${place}
Next, in another terminal:
  swarm account create --home insurer-a
  swarm account create --home insurer-b
  swarm deploy --home insurer-a --rpc ${rpcUrl} --threshold 2 --licensor $(swarm account show --home insurer-a) $(swarm account show --home insurer-b)`;
}

export async function run(cli: Cli, { dir, host, port, chainId }: Options): Promise<undefined> {
  const folder = resolve(dir);
  const chain = await startLocalChain({ dir: folder, host, port, chainId, logger: cliLogger(cli), signal: cli.signal });
  const { rpcUrl, block, pid } = chain;
  cli.out.json({ rpcUrl, chainId, dir: folder, pid, block });
  cli.out.say(chainWords({ rpcUrl, block, chainId, folder }));
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

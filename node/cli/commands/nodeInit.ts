import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { relative, resolve } from "node:path";
import { createKeys, readPublic } from "../identity.ts";
import { type NodeFile, writeNodeFile } from "../../adapters/taskfile/nodeFile.ts";
import { SwarmError } from "../../core/errors.ts";
import type { AccountOptions, Cli } from "../cli.ts";
import { freePort } from "../freePort.ts";
import { homeOf, refuseAccountKeys } from "../home.ts";
import { DEFAULT_NETWORK } from "../network.ts";
import { facts } from "../output/table.ts";

interface Options extends AccountOptions {
  listen?: string[];
  announce?: string[];
  data?: string;
  trainer?: string;
}

export async function run(cli: Cli, options: Options): Promise<undefined> {
  const home = homeOf(options);
  await refuseAccountKeys(home);
  if (existsSync(home.nodeFile)) {
    throw new SwarmError(
      "HOME_EXISTS",
      `${home.dir} is a node's folder already (swarm node show --home ${options.home}); name a new one`,
      { path: home.dir },
    );
  }
  if (options.data !== undefined && !existsSync(options.data)) {
    throw new SwarmError(
      "USAGE_INVALID",
      `there is nothing at ${options.data}: name the clinic's rows, or leave --data away and set it later in node.yaml`,
      { path: options.data },
    );
  }
  const network = options.network ?? (existsSync(DEFAULT_NETWORK) ? DEFAULT_NETWORK : undefined);
  const listen = options.listen ?? [`/ip4/127.0.0.1/tcp/${await freePort()}`];
  if (options.announce === undefined && listen.some(isAnyAddress)) {
    throw new SwarmError(
      "USAGE_INVALID",
      `peers cannot dial ${listen.find(isAnyAddress)}: say with --announce at which address they reach this node`,
      { listen },
    );
  }
  // Keys without settings are what "swarm node restore" leaves.
  const hasKeys = existsSync(home.keys);
  const identity = hasKeys ? await readPublic(home) : await createKeys(cli, options, "node");
  const fromHome = (path: string): string => relative(home.dir, resolve(path));
  const settings: NodeFile = {
    ...(network === undefined ? {} : { network: fromHome(network) }),
    ...(options.rpc === undefined ? {} : { rpc: options.rpc }),
    listen,
    ...(options.announce === undefined ? {} : { announce: options.announce }),
    ...(options.data === undefined ? {} : { data: fromHome(options.data) }),
    ...(options.trainer === undefined ? {} : { trainer: options.trainer }),
  };
  await mkdir(home.dir, { recursive: true, mode: 0o700 });
  await writeNodeFile(home.nodeFile, settings);
  cli.out.say(
    facts([
      ["account", identity.account],
      ["peer id", identity.peerId ?? "-"],
      ["encryption key", identity.encryptionKey ?? "-"],
      ["listens on", listen.join("\n")],
      ...(options.announce === undefined ? [] : [["announces", options.announce.join("\n")] as [string, string]]),
      ["settings", home.nodeFile],
    ]),
  );
  const register = `swarm node register --home ${options.home}`;
  cli.out.say(
    hasKeys
      ? nextWithOldKeys(identity.account, register)
      : nextWithNewKeys(identity.account, register, options.data !== undefined),
  );
  cli.out.json({ ...identity, home: home.dir, settings });
  return undefined;
}

const nextWithNewKeys = (account: string, register: string, hasRows: boolean): string =>
  `\nSend the account ${account} to the licensing authority, by a way on which it cannot be exchanged for another.\n` +
  // Whoever names rows is a clinic.
  (hasRows
    ? ""
    : `(Without rows yet: name them as data in node.yaml. A node that is to audit needs none: tell the authority, which licenses it with --auditor.)\n`) +
  `Once it is licensed:\n  ${register}\n` +
  `Keep a copy of the keys (swarm node backup): whoever loses them needs a new licence.`;

/** After a restore. */
const nextWithOldKeys = (account: string, register: string): string =>
  `\nThe keys were here already and stay. If ${account} has a licence it needs no new one; its new address has to be registered:\n  ${register}`;

const isAnyAddress = (address: string): boolean => /^\/(ip4\/0\.0\.0\.0|ip6\/::)\//.test(address);

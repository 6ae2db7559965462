import { existsSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import { readPublicIdentity } from "../adapters/keys/publicIdentity.ts";
import { type NodeFile, readNodeFile } from "../adapters/taskfile/nodeFile.ts";
import { SwarmError } from "../core/errors.ts";

/** Where things lie in the folder of an account or node. */
export interface Home {
  dir: string;
  /** The keys: what `openIdentity` takes. */
  keys: string;
  nodeFile: string;
  /** What `openDisk` takes: `files/` and `journal.jsonl` come to lie in it. */
  disk: string;
  /** Blocks of sealed files. */
  ipfs: string;
  rounds: string;
  /** Which training engine was the fastest. */
  engine: string;
  /** What a trainer of the clinic's own may write to. */
  trainer: string;
  log: string;
}

/** @throws SwarmError HOME_MISSING where none was named */
export function homeOf({ home }: { home?: string }): Home {
  if (home === undefined || home === "") {
    throw new SwarmError(
      "HOME_MISSING",
      "say whose command this is: name the folder of an account or node with --home or SWARM_HOME",
    );
  }
  const dir = resolve(home);
  return {
    dir,
    keys: join(dir, "keys"),
    nodeFile: join(dir, "node.yaml"),
    disk: dir,
    ipfs: join(dir, "ipfs"),
    rounds: join(dir, "rounds.jsonl"),
    engine: join(dir, "engine.json"),
    trainer: join(dir, "trainer"),
    log: join(dir, "daemon.log"),
  };
}

/** The node's settings with paths made absolute; undefined where the folder is an account's. */
export async function nodeSettings(home: Home): Promise<NodeFile | undefined> {
  const settings = await readNodeFile(home.nodeFile).catch((error: unknown) => {
    if (error instanceof SwarmError && error.code === "NODE_FILE_MISSING") return undefined;
    throw error;
  });
  if (!settings) return undefined;
  const absolute = (path: string): string => (isAbsolute(path) ? path : resolve(home.dir, path));
  return {
    ...settings,
    ...(settings.network === undefined ? {} : { network: absolute(settings.network) }),
    ...(settings.data === undefined ? {} : { data: absolute(settings.data) }),
  };
}

/** The same for commands that need a node. @throws SwarmError NODE_FILE_MISSING, NODE_FILE_INVALID, KEY_NOT_A_NODE */
export async function requireNodeSettings(home: Home): Promise<NodeFile> {
  const settings = await nodeSettings(home);
  if (settings) return settings;
  await refuseAccountKeys(home);
  return readNodeFile(home.nodeFile);
}

/** Keeps a licensor's folder from becoming a node's by half. @throws SwarmError KEY_NOT_A_NODE, KEY_* */
export async function refuseAccountKeys(home: Home): Promise<void> {
  if (!existsSync(home.keys)) return;
  const { kind, account } = await readPublicIdentity(home.keys);
  if (kind === "node") return;
  throw new SwarmError(
    "KEY_NOT_A_NODE",
    `${home.dir} has the keys of an account that only signs, as licensors do (${account}), and no node's: name a node's folder with --home, or make a node in a new folder with "swarm node init --home <new folder>"`,
    { path: home.keys, account },
  );
}

import { randomBytes } from "node:crypto";
import { open, readFile, rename } from "node:fs/promises";
import { parseDocument, stringify } from "yaml";
import { z } from "zod";
import { SwarmError } from "../../core/errors.ts";
import { ENGINE_SETTINGS } from "../../ports/learner.ts";

/** Shown as it is in terminals and logs, so that it is kept short and plain. */
const name = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,39}$/u, "must have 1 to 40 letters, digits, spaces, dots, - or _");

function isUnambiguous(names: Record<string, string>): boolean {
  const accounts = new Set(Object.keys(names).map((account) => account.toLowerCase()));
  return new Set(Object.values(names)).size === accounts.size && accounts.size === Object.keys(names).length;
}

/** Its own words, or these with bounds; what is left out is as node/adapters/process/settings.ts has it. */
const trainer = z.union([
  z.string().min(1).max(4096),
  z.strictObject({
    command: z.string().min(1).max(4096),
    environment: z
      .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, "must be the name of a variable"))
      .max(64)
      .optional(),
    network: z.enum(["none", "allowed"]).optional(),
    maxMemoryMiB: z.int().min(64).max(16_777_216).optional(),
    maxDiskMiB: z.int().min(1).max(16_777_216).optional(),
    maxMinutes: z.number().positive().max(10_080).optional(),
  }),
]);

const nodeFile = z.strictObject({
  /** The network's deployment file; a relative path counts from the folder of this file, likewise `data`. */
  network: z.string().min(1).optional(),
  /** Endpoint of the chain, if not the deployment's. */
  rpc: z
    .url({ protocol: /^(http|ws)s?$/, error: "must be a URL that begins with http://, https://, ws:// or wss://" })
    .optional(),
  /** Multiaddrs to listen on. */
  listen: z.array(z.string().startsWith("/")).min(1).max(8),
  /** Multiaddrs to register, where others reach the node at other addresses than it listens on. */
  announce: z.array(z.string().startsWith("/")).min(1).max(8).optional(),
  /** The clinic's rows. */
  data: z.string().min(1).optional(),
  /** The task that `swarm node run` works on. */
  task: z
    .string()
    .regex(/^0x[0-9a-f]{64}$/, "must be 0x and 64 lower-case hex digits")
    .optional(),
  /** What trains: the fastest engine that works here, where it is left out. */
  engine: z.enum(ENGINE_SETTINGS).optional(),
  /** The command that trains in place of the node's own engine (docs/TRAINERS.md); it runs in the folder of this file. */
  trainer: trainer.optional(),
  /** Where the daemon serves figures for monitors (docs/METRICS.md): a port of this machine alone, or host and port. */
  metrics: z
    .union([
      z.int().min(0).max(65_535),
      z.string().regex(/^((\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]{1,253}):)?\d{1,5}$/, "must be a port, or host and port"),
    ])
    .optional(),
  /** What this operator calls accounts, in log lines and in `swarm status`: the chain knows no names. */
  names: z
    .record(z.string().regex(/^0x[0-9a-fA-F]{40}$/, "must be an account: 0x and 40 hex digits"), name)
    .refine(isUnambiguous, "must have every account and every name once")
    .optional(),
});

/** A node's settings, `node.yaml` in its folder. */
export type NodeFile = z.infer<typeof nodeFile>;

const HEADER = `# Settings of this node. Relative paths count from this folder.
# network: the deployment file; rpc: the chain's endpoint; listen, announce: multiaddrs; data: the clinic's rows, a file or folder; task: id;
# engine: auto, wasm or native; trainer: the command of a trainer of your own, which runs in this folder;
# metrics: port, or host:port, of figures for monitors;
# names: what to call other accounts, as in {"0x...": clinic-b}
`;

/** Keys are text, also an account that would be a number. */
const YAML = { strict: true, uniqueKeys: true, stringKeys: true, schema: "core", logLevel: "silent" } as const;

/** @throws SwarmError NODE_FILE_MISSING, NODE_FILE_INVALID (naming file, line and field) */
export async function readNodeFile(path: string): Promise<NodeFile> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new SwarmError(
      "NODE_FILE_MISSING",
      `${path} cannot be read: make a node with "swarm node init", or name its folder with --home`,
      { path },
      cause,
    );
  });
  const yaml = parseDocument(text, YAML);
  const [broken] = yaml.errors;
  if (broken) throw invalid(path, `${path}:${broken.linePos?.[0].line ?? 1}: ${broken.message.split("\n")[0]}`, broken);
  const parsed = nodeFile.safeParse(yaml.toJS({ maxAliasCount: 0 }));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => {
    const message = issue.code === "invalid_key" ? issue.issues[0]?.message : issue.message;
    return `${path}: ${issue.path.join(".") || "the file"}: ${message}`;
  });
  throw invalid(path, problems.join("\n"), parsed.error);
}

/** Writes the file whole or not at all; comments in it are not kept. */
export async function writeNodeFile(path: string, value: NodeFile): Promise<void> {
  await replace(path, HEADER + stringify(nodeFile.parse(value)));
}

/** Sets one field and keeps everything else, comments included. */
export async function setInNodeFile(path: string, changes: Partial<NodeFile>): Promise<void> {
  const yaml = parseDocument(await readFile(path, "utf8"), YAML);
  for (const [key, value] of Object.entries(changes)) yaml.set(key, value);
  await replace(path, String(yaml));
}

async function replace(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  const file = await open(temporary, "wx", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

const invalid = (path: string, text: string, cause: unknown): SwarmError =>
  new SwarmError(
    "NODE_FILE_INVALID",
    `${text}\nallowed are network, rpc, listen, announce, data, task, engine, trainer, metrics and names`,
    { path },
    cause,
  );

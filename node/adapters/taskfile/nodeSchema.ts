import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import type { JsonSchema } from "../../core/task/jsonSchema.ts";
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

/** The fields of `node.yaml`; their descriptions are shown by editors. */
export const nodeSchema = z.strictObject({
  network: z
    .string()
    .min(1)
    .optional()
    .describe("The network's deployment file; a relative path counts from the folder of this file, likewise `data`."),
  rpc: z
    .url({ protocol: /^(http|ws)s?$/, error: "must be a URL that begins with http://, https://, ws:// or wss://" })
    .optional()
    .describe("Endpoint of the chain, if not the deployment's."),
  listen: z.array(z.string().startsWith("/")).min(1).max(8).describe("Multiaddrs to listen on."),
  announce: z
    .array(z.string().startsWith("/"))
    .min(1)
    .max(8)
    .optional()
    .describe("Multiaddrs to register, where others reach the node at other addresses than it listens on."),
  data: z.string().min(1).optional().describe("The clinic's rows."),
  task: z
    .string()
    .regex(/^0x[0-9a-f]{64}$/, "must be 0x and 64 lower-case hex digits")
    .optional()
    .describe("The task that `swarm node run` works on."),
  engine: z
    .enum(ENGINE_SETTINGS)
    .optional()
    .describe("What trains: the fastest engine that works here, where it is left out."),
  trainer: trainer
    .optional()
    .describe(
      "The command that trains in place of the node's own engine (docs/TRAINERS.md); it runs in the folder of this file.",
    ),
  metrics: z
    .union([
      z.int().min(0).max(65_535),
      z.string().regex(/^((\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]{1,253}):)?\d{1,5}$/, "must be a port, or host and port"),
    ])
    .optional()
    .describe(
      "Where the daemon serves figures for monitors (docs/METRICS.md): a port of this machine alone, or host and port.",
    ),
  names: z
    .record(z.string().regex(/^0x[0-9a-fA-F]{40}$/, "must be an account: 0x and 40 hex digits"), name)
    .refine(isUnambiguous, "must have every account and every name once")
    .optional()
    .describe("What this operator calls accounts, in log lines and in `swarm status`: the chain knows no names."),
});

/** JSON Schema (2020-12) of `node.yaml`, for editors. */
export const nodeJsonSchema = (): JsonSchema => z.toJSONSchema(nodeSchema, { io: "input" }) as JsonSchema;

/** The line by which editors that speak to yaml-language-server find the schema, in this installation. */
export const schemaLine = (): string =>
  `# yaml-language-server: $schema=${pathToFileURL(join(import.meta.dirname, "../../../docs/schema/node.json")).href}\n`;

import { randomBytes } from "node:crypto";
import { open, readFile, rename } from "node:fs/promises";
import { LineCounter, parseDocument, stringify } from "yaml";
import type { z } from "zod";
import { SwarmError } from "../../core/errors.ts";
import { pathText } from "../../core/task/problem.ts";
import { nearest } from "../../core/task/suggest.ts";
import { locate } from "./locate.ts";
import { nodeSchema, schemaLine } from "./nodeSchema.ts";

/** A node's settings, `node.yaml` in its folder. */
export type NodeFile = z.infer<typeof nodeSchema>;

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
  const lines = new LineCounter();
  const yaml = parseDocument(text, { ...YAML, lineCounter: lines });
  const [broken] = yaml.errors;
  if (broken) throw invalid(path, `${path}:${broken.linePos?.[0].line ?? 1}: ${broken.message.split("\n")[0]}`, broken);
  const parsed = nodeSchema.safeParse(yaml.toJS({ maxAliasCount: 0 }));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.flatMap(problemsOf).map(([at, message]) => {
    const { line, column } = locate(yaml, lines, at);
    return `${path}:${line}:${column}: ${at.length === 0 ? "the file" : pathText(at)}: ${message}`;
  });
  throw invalid(path, problems.join("\n"), parsed.error);
}

/** What is wrong, and where: a field that there is not is one problem each. */
function problemsOf(issue: z.core.$ZodIssue): [path: (string | number)[], message: string | undefined][] {
  const path = issue.path.filter((part) => typeof part !== "symbol");
  if (issue.code !== "unrecognized_keys")
    return [[path, issue.code === "invalid_key" ? issue.issues[0]?.message : issue.message]];
  // Of a trainer's own fields the schema alone knows.
  const allowed = path.length === 0 ? Object.keys(nodeSchema.shape) : [];
  return issue.keys.map((key) => {
    const meant = nearest(key, allowed);
    const others = allowed.length === 0 ? "see docs/TRAINERS.md" : `allowed are ${allowed.join(", ")}`;
    return [[...path, key], `is no setting of a node; ${meant === undefined ? others : `did you mean "${meant}"?`}`];
  });
}

/** Writes the file whole or not at all; comments in it are not kept. */
export async function writeNodeFile(path: string, value: NodeFile): Promise<void> {
  await replace(path, schemaLine() + HEADER + stringify(nodeSchema.parse(value)));
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
  new SwarmError("NODE_FILE_INVALID", text, { path }, cause);

import { nodeJsonSchema } from "../../adapters/taskfile/nodeSchema.ts";
import { type JsonSchema, taskJsonSchema } from "../../core/task/jsonSchema.ts";
import type { Cli, OutputOptions } from "../cli.ts";

const TITLES = { node: "node.yaml of a node", task: "Task file" } as const;
export type SchemaName = keyof typeof TITLES;

/** The schema of a file that people write. Rules over several fields are not in it: commands that read the file check those. */
export function schemaOf(name: SchemaName): JsonSchema {
  const { $schema, ...schema } = name === "node" ? nodeJsonSchema() : taskJsonSchema();
  return { ...($schema === undefined ? {} : { $schema }), title: TITLES[name], ...schema };
}

/** As it is committed in docs/schema. */
export const schemaText = (name: SchemaName): string => `${JSON.stringify(schemaOf(name), null, 2)}\n`;

/** `swarm schema NAME`. */
export async function run({ out }: Cli, _options: OutputOptions, name: SchemaName): Promise<undefined> {
  if (out.isJson) out.json(schemaOf(name));
  else out.say(schemaText(name).trimEnd());
  return undefined;
}

import { z } from "zod";
import { taskSchema } from "./schema.ts";

/** The parts of JSON Schema that the task's schema makes use of. */
export interface JsonSchema {
  $schema?: string;
  type?: string;
  const?: unknown;
  enum?: unknown[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema | JsonSchema[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  [keyword: string]: unknown;
}

let cached: JsonSchema | undefined;

/** JSON Schema (2020-12) of a task file as it is written, for editors; rules over several fields are not in it. */
export function taskJsonSchema(): JsonSchema {
  cached ??= z.toJSONSchema(taskSchema, { io: "input" }) as JsonSchema;
  return structuredClone(cached);
}

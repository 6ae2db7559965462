import { type JsonSchema, taskJsonSchema } from "./jsonSchema.ts";

/** What sections look like, for who left one out. */
export const SECTION_EXAMPLES: Readonly<Record<string, string>> = {
  model: "{ layers: [{ type: dense, units: 2 }], loss: softmaxCrossEntropy }",
  data: "{ format: csv, features: [age, bmi], label: { column: diagnosis, classes: [benign, malignant] } }",
  training: "{ localEpochs: 1, batchSize: 32, optimizer: { type: adam } }",
  "training.optimizer": "{ type: adam, learningRate: 0.001 }",
  round: "{ f: 1, minPeers: 3, startMembers: 4, rounds: 20, submitSeconds: 30, attestSeconds: 20, mergeSeconds: 20 }",
  limits: "{ maxUpdateNorm: 10 }",
};

/** Most places that a message names: a field with more of them (`type`) says too little of what was meant. */
const NAMED_PLACES = 2;

let cached: Map<string, Set<string>> | undefined;

/**
 * Sections that have a field of this name, such as `training` for `earlyStopping`; none where there are too many.
 * @param from where the field stands: if it is a field there in another kind (`type`, `rule`), its place is right, and its kind is not
 */
export function sectionsWith(key: string, from: readonly (string | number)[]): string[] {
  cached ??= sectionsByField();
  const found = cached.get(key);
  const section = from.filter((part) => typeof part === "string").join(".");
  return found === undefined || found.size > NAMED_PLACES || found.has(section) ? [] : [...found];
}

function sectionsByField(): Map<string, Set<string>> {
  const fields = new Map<string, Set<string>>();
  walk(taskJsonSchema(), "", (section, { properties }) => {
    if (section === "") return;
    for (const key of Object.keys(properties ?? {})) fields.set(key, (fields.get(key) ?? new Set()).add(section));
  });
  return fields;
}

function walk(schema: JsonSchema, section: string, visit: (section: string, schema: JsonSchema) => void): void {
  visit(section, schema);
  for (const choice of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) walk(choice, section, visit);
  for (const item of [schema.items ?? []].flat()) walk(item, section, visit);
  for (const [key, child] of Object.entries(schema.properties ?? {}))
    walk(child, section === "" ? key : `${section}.${key}`, visit);
}

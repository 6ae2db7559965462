import { SwarmError } from "../../errors.ts";
import { cut, quoted } from "../../quoted.ts";
import { type Fields, fieldsOf, listOf, textOf } from "./value.ts";

/** Most layers of a file that are looked at: a task has 64 at the most, beside input and final functions. */
const MAX_LAYERS = 80;

/** A layer as it stands in the file. */
export interface FoundLayer {
  className: string;
  name: string;
  config: Fields;
}

/**
 * The layers of a Keras model in the order in which rows go through them. A model of functions (Functional) is taken where it is one chain.
 * @param topology the file's `modelTopology`, or what Keras' `to_json` gives
 * @throws SwarmError IMPORT_FORMAT, IMPORT_LAYER (branches, models in models), IMPORT_TOO_LARGE
 */
export function layersOf(topology: unknown): FoundLayer[] {
  const outer = fieldsOf(topology, "modelTopology");
  const model = outer.model_config === undefined ? outer : fieldsOf(outer.model_config, "model_config");
  const className = textOf(model.class_name, "class_name");
  const config = Array.isArray(model.config) ? { layers: model.config } : fieldsOf(model.config, "config");
  const found = listOf(config.layers, "layers", MAX_LAYERS).map((entry, i) => {
    const fields = fieldsOf(entry, `layers[${i}]`);
    const kind = textOf(fields.class_name, `layers[${i}].class_name`);
    const own = fieldsOf(fields.config, `layers[${i}].config`);
    return { className: kind, name: textOf(own.name ?? fields.name ?? kind, `layers[${i}].name`), config: own, fields };
  });
  if (className === "Sequential") return found;
  if (className !== "Functional" && className !== "Model") {
    const text = `the model is a ${quoted(className)}; only Sequential models, and Functional ones that are one chain, are made of a task's layers`;
    throw new SwarmError("IMPORT_LAYER", text, { className: cut(className) });
  }
  for (const [i, { name, fields }] of found.entries()) {
    const inputs = inboundNames(fields.inbound_nodes, name);
    const before = found[i - 1];
    if (i === 0 ? inputs.length === 0 : inputs.length === 1 && inputs[0] === before?.name) continue;
    const text = `layer ${quoted(name)} takes ${inputs.map((input) => quoted(input)).join(" and ") || "nothing"}: a task's model is one chain, each layer taking what the one before gives`;
    throw new SwarmError("IMPORT_LAYER", text, { name: cut(name) });
  }
  return found;
}

/** Names of the layers whose outputs a layer takes, in either of the ways that Keras writes them. */
function inboundNames(value: unknown, name: string): string[] {
  if (value === undefined) return [];
  const where = `inbound_nodes of ${quoted(name)}`;
  return listOf(value, where, MAX_LAYERS).flatMap((node) => {
    // Keras 2 and TensorFlow.js: [[["name", 0, 0, {}]]].
    if (Array.isArray(node))
      return listOf(node, where, MAX_LAYERS).map((tensor) => textOf(listOf(tensor, where, 8)[0], where));
    // Keras 3: [{ args: [{ config: { keras_history: ["name", 0, 0] } }] }].
    return listOf(fieldsOf(node, where).args, where, MAX_LAYERS).map((tensor) => {
      const { config } = fieldsOf(tensor, where);
      return textOf(listOf(fieldsOf(config, where).keras_history, where, 8)[0], where);
    });
  });
}

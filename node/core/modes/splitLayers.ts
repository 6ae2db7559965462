import type { Layer } from "../task/layers.ts";

/** Layers from `from` to before `to`. */
export interface LayerRange {
  from: number;
  to: number;
}

/** Index of the layer that has this index or name; undefined where none has it, or several have. */
export function layerAt(layers: readonly Layer[], which: number | string): number | undefined {
  if (typeof which === "number") return which < layers.length ? which : undefined;
  const found = layers.flatMap((layer, index) => (layer.name === which ? [index] : []));
  return found.length === 1 ? found[0] : undefined;
}

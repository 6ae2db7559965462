import { createPrng, type Prng } from "../../../core/prng.ts";
import type { LayerRange } from "../../../core/modes/splitLayers.ts";
import { sizeOf } from "../../../core/modes/splitParts.ts";
import type { TaskDocument } from "../../../core/task/schema.ts";
import { layerShapes } from "../../../core/task/shapes.ts";
import { inputShape } from "../../../core/task/tensors.ts";
import type { StepPlace } from "../../../ports/splitLearner.ts";
import { DROPOUT_STREAM } from "../train.ts";

/**
 * Dropout's numbers of one side. Uncut training draws them from one stream, layer after layer; each side takes those of its layers out of the
 * same stream and steps over the others', so that a split model drops what the whole one does.
 */
export interface DropoutStream {
  /** The numbers of a batch of this range, as a source that gives them one after another and can be made again for the same batch. */
  numbersOf(place: StepPlace, rows: number, totalRows: number): () => () => number;
}

export function createDropoutStream(doc: TaskDocument, range: LayerRange): DropoutStream {
  const { seed, batchSize } = doc.training;
  const before = drawsPerRow(doc, { from: 0, to: range.from });
  const own = drawsPerRow(doc, range);
  const all = drawsPerRow(doc, { from: 0, to: Number.POSITIVE_INFINITY });
  /** By client: where its stream stands. */
  const streams = new Map<number, { stream: Prng; at: number }>();
  return {
    numbersOf({ epoch, batch, client }, rows, totalRows) {
      if (own === 0) return () => () => 1;
      const due = ((epoch - 1) * totalRows + (batch - 1) * batchSize) * all + rows * before;
      let walk = streams.get(client);
      if (walk === undefined || due < walk.at) {
        walk = { stream: createPrng(seed, DROPOUT_STREAM, 1, ...(client === 0 ? [] : [client])), at: 0 };
        streams.set(client, walk);
      }
      const { stream } = walk;
      for (let skip = walk.at; skip < due; skip++) stream.uint32();
      const numbers = new Float32Array(rows * own);
      for (let i = 0; i < numbers.length; i++) numbers[i] = stream.float();
      walk.at = due + numbers.length;
      return () => {
        let next = 0;
        return () => numbers[next++] as number;
      };
    },
  };
}

/** Numbers that dropout of these layers takes for a row. */
function drawsPerRow(doc: TaskDocument, { from, to }: LayerRange): number {
  const layers = "layers" in doc.model ? doc.model.layers : [];
  const shapes = layerShapes(layers, inputShape(doc));
  if (!Array.isArray(shapes)) return 0;
  return layers.reduce((sum, layer, index) => {
    const draws = index >= from && index < to && layer.type === "dropout" && layer.rate > 0;
    return draws ? sum + sizeOf(shapes[index]?.output ?? []) : sum;
  }, 0);
}

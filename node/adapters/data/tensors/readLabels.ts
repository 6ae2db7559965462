import { dataError, unknownClass } from "../errors.ts";
import { tensorClassReader } from "./classNumbers.ts";
import { checkEnd, type TensorStream } from "./tensorStream.ts";

/**
 * Reads one class per row.
 * @param mostRows that are read
 * @returns class indices
 * @throws SwarmError DATA_SHAPE, DATA_TOO_LARGE, DATA_UNKNOWN_CLASS (naming the row, from 0), DATA_TRUNCATED
 */
export async function readLabels(
  labels: TensorStream,
  classes: readonly string[],
  mostRows: number,
): Promise<Int32Array> {
  const { name, shape, type } = labels;
  const rows = shape[0] ?? 0;
  if (shape.length === 0 || shape.some((side, axis) => axis > 0 && side !== 1)) {
    const advice = shape.length === 2 ? "; labels that are one-hot: save labels.argmax(axis=1)" : "";
    throw dataError("DATA_SHAPE", name, `has shape [${shape}], but labels are one value per row${advice}`, {
      shape: [...shape],
    });
  }
  if (rows > mostRows)
    throw dataError("DATA_TOO_LARGE", name, `has ${rows} rows; ${mostRows} of this width are read at most`);
  const classOf = tensorClassReader(classes);
  const indices = new Int32Array(rows);
  let row = 0;
  for await (const piece of labels.body.pieces(rows * type.size, type.size)) {
    const view = new DataView(piece.buffer, piece.byteOffset, piece.byteLength);
    for (let offset = 0; offset < piece.length; offset += type.size) {
      const given = type.number?.(view, offset) ?? type.text?.(view, offset).trim() ?? "";
      const index = classOf(given);
      if (index === undefined) throw unknownClass(name, `the label of row ${row}`, classes, String(given));
      indices[row++] = index;
    }
  }
  await checkEnd(labels, row, rows);
  return indices;
}

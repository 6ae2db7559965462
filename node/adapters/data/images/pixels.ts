/** A decoded image: samples from 0 to 255, in whole numbers but where they had 16 bits. */
export interface Pixels {
  width: number;
  height: number;
  /** 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA. */
  channels: 1 | 2 | 3 | 4;
  /** [height, width, channels] */
  samples: Uint8Array | Float32Array;
}

/**
 * Brings an image to the channels that a task asks for: colour becomes grey by ITU-R BT.601 (0.299 R + 0.587 G + 0.114 B, rounded), grey is repeated in
 * all colours, and alpha is dropped where it is opaque.
 * @returns undefined where the image is transparent somewhere and the task has no channel for that
 */
export function toChannels(image: Pixels, wanted: 1 | 3 | 4): Pixels | undefined {
  const { width, height, channels, samples } = image;
  if (channels === wanted) return image;
  const count = width * height;
  const colours = channels >= 3 ? 3 : 1;
  const hasAlpha = channels === 2 || channels === 4;
  const result = samples instanceof Uint8Array ? new Uint8Array(count * wanted) : new Float32Array(count * wanted);
  for (let pixel = 0; pixel < count; pixel++) {
    const from = pixel * channels;
    const to = pixel * wanted;
    const alpha = hasAlpha ? (samples[from + channels - 1] as number) : 255;
    if (alpha !== 255 && wanted !== 4) return undefined;
    const red = samples[from] as number;
    const green = colours === 3 ? (samples[from + 1] as number) : red;
    const blue = colours === 3 ? (samples[from + 2] as number) : red;
    if (wanted === 1) {
      result[to] = colours === 1 ? red : Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
      continue;
    }
    result[to] = red;
    result[to + 1] = green;
    result[to + 2] = blue;
    if (wanted === 4) result[to + 3] = alpha;
  }
  return { width, height, channels: wanted, samples: result };
}

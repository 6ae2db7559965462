import type { Pixels } from "./pixels.ts";

/**
 * Resizes by a triangle filter, one axis after the other; where the image shrinks, the filter widens with it, so that no pixel is skipped
 * (what Pillow calls BILINEAR). In float64, samples are not rounded.
 */
export function resizeBilinear(image: Pixels, width: number, height: number): Pixels {
  const { channels } = image;
  const across = filterOf(image.width, width);
  const narrow = new Float64Array(image.height * width * channels);
  for (let y = 0; y < image.height; y++) {
    for (let x = 0; x < width; x++) {
      const { first, weights } = across[x] as Taps;
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        for (let k = 0; k < weights.length; k++)
          sum += (weights[k] as number) * (image.samples[(y * image.width + first + k) * channels + channel] as number);
        narrow[(y * width + x) * channels + channel] = sum;
      }
    }
  }
  const down = filterOf(image.height, height);
  const samples = new Float32Array(height * width * channels);
  const line = width * channels;
  for (let y = 0; y < height; y++) {
    const { first, weights } = down[y] as Taps;
    for (let i = 0; i < line; i++) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++)
        sum += (weights[k] as number) * (narrow[(first + k) * line + i] as number);
      samples[y * line + i] = sum;
    }
  }
  return { width, height, channels, samples };
}

/** Which input samples an output sample is made of; the weights add up to 1. */
interface Taps {
  first: number;
  weights: number[];
}

function filterOf(from: number, to: number): Taps[] {
  const scale = from / to;
  const support = Math.max(1, scale);
  return Array.from({ length: to }, (_, index) => {
    const centre = (index + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - support + 0.5));
    const end = Math.min(from, Math.floor(centre + support + 0.5));
    const raw = Array.from({ length: end - first }, (_, k) =>
      Math.max(0, 1 - Math.abs((first + k - centre + 0.5) / support)),
    );
    const total = raw.reduce((sum, weight) => sum + weight, 0);
    return { first, weights: raw.map((weight) => weight / total) };
  });
}

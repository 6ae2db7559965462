/**
 * What robust merging goes by: n squared norms, and n * n squared distances row by row, symmetric, 0 where a vector meets itself.
 */
export interface Measures {
  norms: Float64Array;
  distances: Float64Array;
}

/**
 * The measures of the vectors y_i = sum_j c_ij x_j, from those of the x_j. In float64, N and D of the old, N' and D' of the new vectors:
 *
 * 1. G_jk = ((N_j + N_k) - D_jk) / 2, the scalar product of x_j and x_k
 * 2. M_ik = 0, then for j ascending M_ik = M_ik + c_ij * G_jk
 * 3. for l >= i: P_il = 0, then for k ascending P_il = P_il + M_ik * c_lk
 * 4. N'_i = P_ii, 0 where that is below 0
 * 5. for l > i: D'_il = D'_li = (N'_i + N'_l) - 2 * P_il, 0 where that is below 0
 *
 * Terms of 2 and 3 whose coefficient c is 0 are left out. Distances that are tiny beside the norms lose digits by this, the same on every machine.
 * @param matrix the c_ij, `rows` rows of n
 */
export function measuresAfter({ norms, distances }: Measures, matrix: Float64Array, rows: number): Measures {
  const n = norms.length;
  const products = Float64Array.from({ length: n * n }, (_, at) => {
    const [j, k] = [Math.floor(at / n), at % n];
    return ((norms[j] as number) + (norms[k] as number) - (distances[at] as number)) / 2;
  });
  const half = compose(matrix, products, n);
  const product = (i: number, l: number): number => {
    let sum = 0;
    for (let k = 0; k < n; k++) {
      const c = matrix[l * n + k] as number;
      if (c !== 0) sum += (half[i * n + k] as number) * c;
    }
    return sum;
  };
  const after = Float64Array.from({ length: rows }, (_, i) => atLeast0(product(i, i)));
  const between = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++) {
    for (let l = i + 1; l < rows; l++) {
      const distance = atLeast0((after[i] as number) + (after[l] as number) - 2 * product(i, l));
      between[i * rows + l] = distance;
      between[l * rows + i] = distance;
    }
  }
  return { norms: after, distances: between };
}

/**
 * The product of two matrices: element (i, k) = 0, then for j ascending plus left_ij * right_jk, without those j where left_ij is 0.
 * @param left rows of `inner`
 * @param right `inner` rows
 */
export function compose(left: Float64Array, right: Float64Array, inner: number): Float64Array {
  const rows = left.length / inner;
  const width = right.length / inner;
  const product = new Float64Array(rows * width);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < inner; j++) {
      const c = left[i * inner + j] as number;
      if (c === 0) continue;
      for (let k = 0; k < width; k++) {
        product[i * width + k] = (product[i * width + k] as number) + c * (right[j * width + k] as number);
      }
    }
  }
  return product;
}

const atLeast0 = (value: number): number => (value > 0 ? value : 0);

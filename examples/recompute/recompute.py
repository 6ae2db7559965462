"""Recomputes every merge of a task from its files, to the bit, in numpy: a second program beside the one that the nodes run.

    swarm audit --home auditor --archive archive
    swarm task show TASK --json > task.json
    python3 recompute.py archive task.json

Needs Python 3.9 and numpy, nothing else. Prints a line for each round; exit code 1 if any merge is another one than was finalized, 3 if
files are missing. Orders of operations are those of docs/PROTOCOL.md. All is float64, and every sum is a running one: numpy's own sum and
mean add in pairs, Python's sum compensates, and both would give other last bits.
"""

import hashlib
import json
import math
import sys
from pathlib import Path

import numpy as np

NU = 1e-6
LANES = 8


# Files ----------------------------------------------------------------------------------------------------------------------------------


def read(archive, kind, sha256):
    digits = sha256[2:]
    content = (Path(archive) / "files" / kind / digits[:2] / digits).read_bytes()
    if hashlib.sha256(content).hexdigest() != digits:
        raise ValueError(f"{kind} {sha256} in {archive} has other bytes")
    return content


def split(content):
    """Header with its length, and the values of all tensors, which stand one after another in the order of their names."""
    end = 8 + int.from_bytes(content[:8], "little")
    return content[:end], np.frombuffer(content, dtype="<f4", offset=end)


# Sums -----------------------------------------------------------------------------------------------------------------------------------


def running(values):
    total = 0.0
    for value in values:
        total += float(value)
    return total


def combination(coefficients, vectors):
    """0, then plus coefficient times vector in order, without those whose coefficient is 0."""
    total = np.zeros(vectors[0].shape)
    for coefficient, vector in zip(coefficients, vectors):
        if coefficient != 0:
            total = total + coefficient * vector
    return total


def squared_length(vector):
    """Eight running sums, the k-th of the squares at k, k + 8, k + 16 and so on; then these in pairs."""
    squares = np.zeros(-(-len(vector) // LANES) * LANES)
    squares[: len(vector)] = vector * vector
    lanes = np.zeros(LANES)
    for rows in np.array_split(squares.reshape(-1, LANES), max(1, len(squares) >> 20)):
        lanes = np.add.accumulate(np.vstack([lanes, rows]), axis=0)[-1]
    return ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]))


def measure(vectors):
    n = len(vectors)
    norms = np.array([squared_length(vector) for vector in vectors])
    distances = np.zeros((n, n))
    for i in range(n):
        for j in range(i + 1, n):
            distances[i, j] = distances[j, i] = squared_length(vectors[i] - vectors[j])
    return norms, distances


def measures_after(norms, distances, matrix):
    """Squared norms and distances of the vectors y_i = sum of matrix[i, j] * x_j, from those of the x_j."""
    products = ((norms[:, None] + norms[None, :]) - distances) / 2
    half = np.array([combination(row, products) for row in matrix])
    product = np.zeros((len(matrix), len(matrix)))
    for k in range(len(norms)):
        column = matrix[:, k]
        product = np.where(column != 0, product + half[:, k, None] * column, product)
    after = np.maximum(np.diagonal(product), 0.0) + 0.0
    between = np.triu(np.maximum((after[:, None] + after[None, :]) - 2 * product, 0.0) + 0.0, 1)
    return after, between + between.T


# Steps before the rule: each gives the coefficients of its vectors -----------------------------------------------------------------------


def lowest(values, count):
    return sorted(range(len(values)), key=lambda i: (values[i], i))[:count]


def clip(norms, longest):
    n = len(norms)
    bound = norms[lowest(norms, n)[n - 1 - longest]]
    return np.diag([math.sqrt(bound / norm) if norm > bound else 1.0 for norm in norms])


def nearest_neighbour_mixing(distances, f):
    n = len(distances)
    matrix = np.zeros((n, n))
    for i in range(n):
        matrix[i, lowest(distances[i], n - f)] = 1 / (n - f)
    return matrix


def bucketing(n, size, seed):
    key = lambda i: hashlib.sha256(bytes.fromhex(seed[2:]) + i.to_bytes(4, "big")).digest()
    matrix = np.zeros((-(-n // size), n))
    for place, j in enumerate(sorted(range(n), key=key)):
        bucket = place // size
        matrix[bucket, j] = 1 / min(size, n - bucket * size)
    return matrix


def coefficients_of(step, norms, distances, f, seed):
    n = len(norms)
    if step == "clipMedianNorm":
        return clip(norms, n // 2)
    if step == "arc":
        return clip(norms, 2 * f * (n - f) // n)
    if step == "nearestNeighbourMixing":
        return nearest_neighbour_mixing(distances, f)
    if step["step"] == "bucketing":
        return bucketing(n, step["size"], seed)
    raise ValueError(f"unknown step {step}")


# Rules that combine whole vectors: coefficients and divisor --------------------------------------------------------------------------------


def capped(weights, cap):
    """The largest weights, as few as possible, lowered so that each is the given share of the total; exact, in integers."""
    c = round(cap * 1000)
    falling = sorted(weights, reverse=True)
    rest, k = sum(weights), 0
    while falling[k] * (1000 - k * c) > c * rest:
        rest -= falling[k]
        k += 1
    return weights if k == 0 else [min(weight * (1000 - k * c), c * rest) for weight in weights]


def geometric_median(norms, distances, steps):
    inverse = lambda squared: [1 / max(NU, math.sqrt(value)) for value in squared]
    weights = inverse(norms)
    for _ in range(steps - 1):
        total = running(weights)
        shares = [weight / total for weight in weights]
        means = combination(shares, distances)  # distances are symmetric: row j is column j
        half = running(share * mean for share, mean in zip(shares, means)) / 2
        weights = inverse(max(0.0, mean - half) for mean in means)
    return weights, running(weights)


def multi_krum(distances, f):
    n = len(distances)
    scores = [running(sorted(np.delete(row, i))[: n - f - 1]) for i, row in enumerate(distances)]
    chosen = lowest(scores, n - f)
    return [1.0 if i in chosen else 0.0 for i in range(n)], n - f


# The merge --------------------------------------------------------------------------------------------------------------------------------


def merged_delta(vectors, weights, merge, f, seed):
    norms, distances = measure(vectors)
    matrix, mixed = None, False
    for step in merge.get("before", []):
        coefficients = coefficients_of(step, norms, distances, f, seed)
        norms, distances = measures_after(norms, distances, coefficients)
        matrix = coefficients if matrix is None else np.array([combination(row, matrix) for row in coefficients])
        mixed = mixed or step not in ("clipMedianNorm", "arc")
    if mixed:
        weights = [1] * len(matrix)
    rule = merge["rule"]
    if rule in ("median", "trimmedMean"):
        columns = vectors if matrix is None else [combination(row, vectors) for row in matrix]
        columns = np.sort(np.array(columns), axis=0)
        n = len(columns)
        if rule == "median":
            return columns[n // 2] if n % 2 == 1 else (columns[n // 2 - 1] + columns[n // 2]) / 2
        kept = columns[merge["trim"] : n - merge["trim"]]
        return combination([1.0] * len(kept), kept) / len(kept)
    if rule == "mean":
        weights = capped(weights, merge["cap"]) if "cap" in merge else weights
        coefficients, divisor = [float(weight) for weight in weights], float(sum(weights))
    elif rule == "geometricMedian":
        coefficients, divisor = geometric_median(norms, distances, merge["steps"])
    elif rule == "multiKrum":
        coefficients, divisor = multi_krum(distances, f)
    else:
        raise ValueError(f"unknown rule {rule}")
    if matrix is not None:
        coefficients = combination(coefficients, matrix)
    return combination(coefficients, vectors) / divisor


def merged_values(base, deltas, weights, merge, f, seed):
    """The next model's values, float32. `deltas` and `weights` in the order of members; -0 becomes 0 at both ends."""
    vectors = [delta.astype(np.float64) + 0.0 for delta in deltas]
    total = (base.astype(np.float64) + 0.0) + merged_delta(vectors, weights, merge, f, seed)
    return total.astype("<f4") + np.float32(0)


def main(archive, *tasks):
    status = 0
    for path in tasks:
        task = json.loads(Path(path).read_text())
        document = task["document"]
        for entry in task["rounds"]:
            try:
                header, base = split(read(archive, "model", entry["base"]))
                updates = entry["updates"]
                deltas = [split(read(archive, "update", update["sha256"]))[1] for update in updates]
            except FileNotFoundError as error:
                print(f"round {entry['round']}: {error.filename} is missing")
                status = status or 3
                continue
            weights = [update["weight"] for update in updates]
            values = merged_values(base, deltas, weights, document["merge"], document["round"]["f"], entry["seed"])
            sha256 = "0x" + hashlib.sha256(header + values.tobytes()).hexdigest()
            same = sha256 == entry["modelHash"]
            status = status if same else 1
            print(f"round {entry['round']}: {sha256} {'as finalized' if same else 'but finalized was ' + entry['modelHash']}")
    return status


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))

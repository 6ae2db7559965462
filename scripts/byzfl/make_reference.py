"""Writes what byzfl makes of 100 random sets of vectors: python make_reference.py OUT.json (see make.sh).

The vectors are float32 values with few digits, so that the file stays short; byzfl gets them as float64. Its geometric median starts at 0, as
ours does, and is given our nu and number of steps. Its bucketing draws an order of its own: it is given the one that the test will draw.
"""

import hashlib
import importlib.metadata
import json
import sys
import types

import numpy as np

# byzfl imports torch for its tensors; with numpy arrays none of it is called.
for name in ("torch", "byzfl.utils.torch_tools"):
    sys.modules[name] = types.ModuleType(name)
# The package's own __init__ imports its training framework, too: only the folder is needed.
package = types.ModuleType("byzfl")
package.__path__ = [str(importlib.metadata.distribution("byzfl").locate_file("byzfl"))]
sys.modules["byzfl"] = package

from byzfl.aggregators import aggregators, preaggregators  # noqa: E402

SEED = "a7" * 32
SETS = 100
# Contributors and faulty ones.
SIZES = [(5, 1), (7, 2), (8, 2), (10, 3), (12, 2), (13, 4)]

rng = np.random.default_rng(2405)


def vectors(n, f, length):
    """Around a common direction, of different lengths; the last f far off in one way or another."""
    common = rng.standard_normal(length)
    rows = common * rng.uniform(0.3, 2, (n, 1)) + 0.4 * rng.standard_normal((n, length))
    kind = rng.integers(3)
    if kind == 0:
        rows[n - f :] = -10 * common + 0.1 * rng.standard_normal((f, length))
    elif kind == 1:
        rows[n - f :] = rows[: n - f].mean(axis=0) - 1.5 * rows[: n - f].std(axis=0)
        rows[n - f :] += 0.01 * rng.standard_normal((f, length))
    return np.round(rows[rng.permutation(n)], 3).astype(np.float32).astype(np.float64)


def drawn(n):
    return sorted(range(n), key=lambda i: hashlib.sha256(bytes.fromhex(SEED) + i.to_bytes(4, "big")).digest())


def bucketing(rows, size):
    permutation = np.random.permutation
    np.random.permutation = lambda given: given[drawn(len(given))]
    try:
        return preaggregators.Bucketing(s=size)(rows)
    finally:
        np.random.permutation = permutation


def results(rows, f):
    trimmed = aggregators.TrMean(f=f)
    mean = aggregators.Average()
    arc = lambda given: preaggregators.ARC(f=f)(given.copy())
    mixing = preaggregators.NNM(f=f)
    # floor(2f(n-f)/n) in floating point may be one less; sizes are chosen so that it is not.
    n = len(rows)
    assert int((2 * f / n) * (n - f)) == 2 * f * (n - f) // n
    return {
        "median": aggregators.Median()(rows),
        "trimmedMean": trimmed(rows),
        "geometricMedian": aggregators.GeometricMedian(nu=1e-6, T=100)(rows),
        "multiKrum": aggregators.MultiKrum(f=f)(rows),
        "arc, mean": mean(arc(rows)),
        "arc, median": aggregators.Median()(arc(rows)),
        "nearestNeighbourMixing, mean": mean(mixing(rows)),
        "nearestNeighbourMixing, median": aggregators.Median()(mixing(rows)),
        "nearestNeighbourMixing, trimmedMean": trimmed(mixing(rows)),
        "arc, nearestNeighbourMixing, trimmedMean": trimmed(mixing(arc(rows))),
        "bucketing, median": aggregators.Median()(bucketing(rows, 2)),
        "bucketing, mean": mean(bucketing(rows, 2)),
    }


sets = []
for at in range(SETS):
    n, f = SIZES[at % len(SIZES)]
    rows = vectors(n, f, int(rng.integers(3, 9)))
    values = {name: [float(f"{value:.7g}") for value in result] for name, result in results(rows, f).items()}
    sets.append({"f": f, "vectors": [[float(f"{value:.9g}") for value in row] for row in rows], "results": values})
versions = {name: importlib.metadata.version(name) for name in ("byzfl", "numpy", "scipy")}
header = {"madeBy": "scripts/byzfl/make.sh", **versions, "python": sys.version.split()[0], "seed": f"0x{SEED}"}
with open(sys.argv[1], "w", encoding="utf-8") as out:
    lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in sets)
    out.write(f'{{"header":{json.dumps(header)},\n"sets":[\n{lines}\n]}}\n')

"""Writes a Keras model as a TensorFlow.js layers model, for `swarm model import`: python to_layers_model.py model.keras folder

Takes .keras and .h5 files. Needs Keras 3 with any of its backends (tried with 3.15.1 on PyTorch). Keras refuses to load code that a
.keras file brings along (safe_mode), and the import refuses whatever is no plain layer.
"""

import json
import sys
from pathlib import Path

import keras
import numpy as np


def convert(model, folder):
    """Model and weights as files in a new folder: model.json and weights.bin."""
    weights = []
    values = []
    for layer in model.layers:
        for variable in layer.weights:
            array = np.ascontiguousarray(keras.ops.convert_to_numpy(variable.value), dtype="<f4")
            # Random generators of dropout layers keep whole numbers among their weights; they are no part of the model.
            if "seed" in variable.name:
                continue
            weights.append({"name": f"{layer.name}/{variable.name}", "shape": list(array.shape), "dtype": "float32"})
            values.append(array.tobytes())
    folder = Path(folder)
    folder.mkdir(parents=True)
    (folder / "weights.bin").write_bytes(b"".join(values))
    manifest = [{"paths": ["weights.bin"], "weights": weights}]
    topology = json.loads(model.to_json())
    text = json.dumps({"format": "layers-model", "modelTopology": topology, "weightsManifest": manifest}, indent=1)
    (folder / "model.json").write_text(text + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python to_layers_model.py <model.keras or model.h5> <new folder>")
    convert(keras.models.load_model(sys.argv[1], compile=False), sys.argv[2])

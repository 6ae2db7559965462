"""Runs ONNX models on rows: standard input has [{"path", "rows", "shape"}, ...], standard output gets their outputs and metadata."""

import json
import sys

import numpy as np
import onnx
import onnxruntime

results = []
for given in json.load(sys.stdin):
    onnx.checker.check_model(onnx.load(given["path"]), full_check=True)
    session = onnxruntime.InferenceSession(given["path"], providers=["CPUExecutionProvider"])
    rows = np.array(given["rows"], dtype=np.float32).reshape(given["shape"])
    (outputs,) = session.run(["outputs"], {"rows": rows})
    metadata = session.get_modelmeta().custom_metadata_map
    results.append({"outputs": outputs.ravel().tolist(), "shape": list(outputs.shape), "metadata": metadata})
json.dump(results, sys.stdout)

"""
Times training steps of PyTorch, one thread, on the models of `models.ts`. Reads {"layers": [...], "input": shape, "classes": count, "batch": rows,
"rate": learning rate, "steps": count} a line, trains that many batches of random rows, and answers with the processor milliseconds of one step.
"""

import json
import sys
import time

import torch

torch.set_num_threads(1)
torch.set_num_interop_threads(1)


def network(layers, shape):
    made = []
    for layer in layers:
        kind = layer["type"]
        if kind == "dense":
            made.append(torch.nn.Linear(shape[0], layer["units"]))
            shape = [layer["units"]]
        elif kind == "conv2d":
            size = layer["kernelSize"]
            made.append(torch.nn.Conv2d(shape[2], layer["filters"], size))
            shape = [shape[0] - size + 1, shape[1] - size + 1, layer["filters"]]
        elif kind == "maxPooling2d":
            made.append(torch.nn.MaxPool2d(layer["poolSize"]))
            shape = [shape[0] // layer["poolSize"], shape[1] // layer["poolSize"], shape[2]]
        elif kind == "flatten":
            made.append(torch.nn.Flatten())
            shape = [shape[0] * shape[1] * shape[2]]
        if layer.get("activation") == "relu":
            made.append(torch.nn.ReLU())
    return torch.nn.Sequential(*made)


models = {}
print(json.dumps({"engine": f"torch {torch.__version__}"}), flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    key = json.dumps([asked["layers"], asked["batch"]])
    if key not in models:
        torch.manual_seed(1)
        models[key] = network(asked["layers"], asked["input"])
    model = models[key]
    optimizer = torch.optim.SGD(model.parameters(), lr=asked["rate"])
    size = asked["input"] if len(asked["input"]) == 1 else [asked["input"][2], asked["input"][0], asked["input"][1]]
    rows = asked["steps"] * asked["batch"]
    features = torch.rand([rows] + size) * 2 - 1
    labels = torch.randint(asked["classes"], [rows])
    started = time.process_time()
    for step in range(asked["steps"]):
        start = step * asked["batch"]
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(features[start : start + asked["batch"]]), labels[start : start + asked["batch"]])
        loss.backward()
        optimizer.step()
        loss.item()
    seconds = time.process_time() - started
    print(json.dumps({"ms": 1000 * seconds / asked["steps"], "loss": loss.item()}), flush=True)

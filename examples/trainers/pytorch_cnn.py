"""Trains tasks of convolutions, pooling and dense layers with PyTorch: the same tensors as the node's own engines, so that all can be members of one swarm.

swarm node run --home clinic --trainer "python3 examples/trainers/pytorch_cnn.py"
"""

import torch
from pytorch_mlp import ACTIVATIONS, PyTorchMlp
from swarm_trainer import run
from torch import nn


class Image(nn.Module):
    """Rows of values as images [rows, channels, height, width]; the task has them as [height, width, channels]."""

    def __init__(self, shape):
        super().__init__()
        self.shape = shape

    def forward(self, x):
        return x.reshape(-1, *self.shape).permute(0, 3, 1, 2)


class Flatten(nn.Module):
    """In the task's order: the channels of the first pixel first."""

    def forward(self, x):
        return x.permute(0, 2, 3, 1).flatten(1)


class PyTorchCnn(PyTorchMlp):
    def build(self):
        shape = list(self.task.document["data"].get("inputShape", [len(self.task.features)]))
        if self.task.layers is None:
            raise ValueError("this trainer is for tasks with layers")
        modules = [Image(list(shape))] if len(shape) == 3 else []
        for index, layer in enumerate(self.task.layers):
            kind = layer["type"]
            name = f"{index}.{layer.get('name', kind)}"
            if kind == "conv2d":
                size, stride = pair(layer["kernelSize"]), pair(layer["strides"])
                if layer["padding"] == "same" and stride != [1, 1]:
                    raise ValueError(f"layer {index}: padding with strides is placed otherwise in PyTorch, leave one of them away")
                made = nn.Conv2d(shape[2], layer["filters"], size, stride, layer["padding"], bias=layer["useBias"])
                if layer["padding"] == "valid":
                    shape[:2] = [(side - window) // step + 1 for side, window, step in zip(shape, size, stride)]
                shape[2] = layer["filters"]
            elif kind == "dense":
                made = nn.Linear(shape[0], layer["units"], bias=layer["useBias"])
                shape = [layer["units"]]
            elif kind == "maxPooling2d" and layer["padding"] == "valid":
                size, stride = pair(layer["poolSize"]), pair(layer.get("strides", layer["poolSize"]))
                modules.append(nn.MaxPool2d(size, stride))
                shape[:2] = [(side - window) // step + 1 for side, window, step in zip(shape, size, stride)]
                continue
            elif kind == "flatten":
                if len(shape) == 3:
                    modules.append(Flatten())
                    shape = [shape[0] * shape[1] * shape[2]]
                continue
            elif kind == "activation":
                modules.append(ACTIVATIONS[layer["activation"]]())
                continue
            else:
                raise ValueError(f"layer {index} is {kind}: this trainer does not know it")
            self.linears[name] = made
            modules += [made, ACTIVATIONS[layer["activation"]]()]
        return nn.Sequential(*modules)

    def load(self, weights):
        """Kernels are [height, width, inputs, outputs] or [inputs, outputs] in the task, and outputs come first in PyTorch."""
        with torch.no_grad():
            for name, layer in self.linears.items():
                kernel = torch.tensor(weights[f"{name}.kernel"])
                layer.weight.copy_(kernel.permute(3, 2, 0, 1) if kernel.dim() == 4 else kernel.T)
                if layer.bias is not None:
                    layer.bias.copy_(torch.tensor(weights[f"{name}.bias"]))

    def dump(self):
        weights = {}
        for name, layer in self.linears.items():
            weight = layer.weight.detach()
            kernel = weight.permute(2, 3, 1, 0) if weight.dim() == 4 else weight.T
            weights[f"{name}.kernel"] = kernel.contiguous().numpy().copy()
            if layer.bias is not None:
                weights[f"{name}.bias"] = layer.bias.detach().numpy().copy()
        return weights


def pair(value):
    return [value, value] if isinstance(value, int) else list(value)


if __name__ == "__main__":
    run(PyTorchCnn)

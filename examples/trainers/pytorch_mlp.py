"""Trains tasks of dense layers with PyTorch: the same tensors as the node's own engine, so that both can be members of one swarm.

swarm node run --home clinic --trainer "python3 examples/trainers/pytorch_mlp.py"
"""

import os

import torch
from swarm_trainer import Trainer, run
from torch import nn

# One thread, unless the operator says otherwise: results are then the same from run to run.
torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
torch.use_deterministic_algorithms(True)

ACTIVATIONS = {
    "linear": nn.Identity,
    "relu": nn.ReLU,
    "relu6": nn.ReLU6,
    "elu": nn.ELU,
    "selu": nn.SELU,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "softplus": nn.Softplus,
    "swish": nn.SiLU,
}


class PyTorchMlp(Trainer):
    engine = ("pytorch", torch.__version__)

    def __init__(self, task, rows):
        super().__init__(task, rows)
        self.features = torch.from_numpy(rows.training.features)
        self.labels = torch.from_numpy(rows.training.labels)
        self.linears = {}
        self.model = self.build()
        self.binary = task.document["model"]["loss"] == "sigmoidCrossEntropy"

    def build(self):
        """The task's layers; the linear ones are also kept by the beginning of their tensors' names."""
        if self.task.layers is None:
            raise ValueError("this trainer is for tasks with layers; map the names of tensors to your model's for others")
        modules, width = [], len(self.task.features)
        for index, layer in enumerate(self.task.layers):
            kind = layer["type"]
            if kind == "dense":
                linear = nn.Linear(width, layer["units"], bias=layer["useBias"])
                self.linears[f"{index}.{layer.get('name', kind)}"] = linear
                width = layer["units"]
                modules += [linear, ACTIVATIONS[layer["activation"]]()]
            elif kind == "activation":
                modules.append(ACTIVATIONS[layer["activation"]]())
            elif kind != "flatten":
                raise ValueError(f"layer {index} is {kind}: this trainer knows dense, activation and flatten")
        return nn.Sequential(*modules)

    def load(self, weights):
        """Kernels are [inputs, outputs] in the task, and the other way round in PyTorch."""
        with torch.no_grad():
            for name, linear in self.linears.items():
                linear.weight.copy_(torch.tensor(weights[f"{name}.kernel"]).T)
                if linear.bias is not None:
                    linear.bias.copy_(torch.tensor(weights[f"{name}.bias"]))

    def dump(self):
        weights = {}
        for name, linear in self.linears.items():
            weights[f"{name}.kernel"] = linear.weight.detach().T.contiguous().numpy().copy()
            if linear.bias is not None:
                weights[f"{name}.bias"] = linear.bias.detach().numpy().copy()
        return weights

    def optimizer(self):
        config = self.task.training["optimizer"]
        rate, parameters = config["learningRate"], self.model.parameters()
        if config["type"] == "sgd":
            return torch.optim.SGD(parameters, lr=rate, momentum=config["momentum"])
        if config["type"] == "adam":
            return torch.optim.Adam(parameters, lr=rate, betas=(config["beta1"], config["beta2"]), eps=config["epsilon"])
        return torch.optim.RMSprop(parameters, lr=rate, alpha=config["decay"], eps=config["epsilon"])

    def loss(self, logits, labels):
        if self.binary:
            return nn.functional.binary_cross_entropy_with_logits(logits[:, 0], labels.float())
        return nn.functional.cross_entropy(logits, labels)

    def train(self, base, round):
        self.load(base)
        start = [parameter.detach().clone() for parameter in self.model.parameters()]
        epochs, size = self.task.training["localEpochs"], self.task.training["batchSize"]
        proximal = self.task.training.get("proximal", 0)
        optimizer = self.optimizer()
        rows, total = len(self.labels), 0.0
        batches = -(-rows // size)
        for epoch in range(1, epochs + 1):
            order = torch.from_numpy(round.random(epoch).permutation(rows))
            total = 0.0
            for batch, chosen in enumerate(order.split(size), 1):
                optimizer.zero_grad(set_to_none=True)
                loss = self.loss(self.model(self.features[chosen]), self.labels[chosen])
                loss.backward()
                if proximal:
                    for parameter, origin in zip(self.model.parameters(), start):
                        parameter.grad.add_(parameter.detach() - origin, alpha=proximal)
                optimizer.step()
                value = loss.item()
                total += value * len(chosen)
                round.progress(epoch, epochs, batch, batches, value)
        return self.dump(), total / rows

    def logits(self, weights, features):
        self.load(weights)
        with torch.no_grad():
            return self.model(torch.from_numpy(features)).numpy()


if __name__ == "__main__":
    run(PyTorchMlp)

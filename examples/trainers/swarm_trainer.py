"""Makes a trainer for a swarm node out of a Python program: one file, to be copied beside it. Needs Python 3.9 and numpy.

A trainer is a class with `engine`, `train` and `evaluate` (see `Trainer`), and `run(TheClass)` as the program's last line. The node starts the
program once, speaks to it in lines of JSON, and gives and takes weights as safetensors files; docs/TRAINERS.md is the contract.
Whatever the program prints goes to the node's log.
"""

import csv
import json
import math
import os
import queue
import sys
import threading
import time
from array import array

import numpy as np

CONTRACT = 1
# Seconds between two reports of progress.
PROGRESS_SECONDS = 0.2
SPLIT_STREAM = 0x73706C69


class Cancelled(Exception):
    """The node does not want this request's result any more."""


class Diverged(Exception):
    """Training ran off: the loss or a weight is not finite."""


class RowsError(Exception):
    """The rows are not as the task says. Names line and column, never a value: it is a patient's."""


class Trainer:
    """What a program fills in. Weights are dicts of float32 arrays by the tensors' names, with the task's shapes."""

    # Name and version of what trains: results differ between engines, so that they are recorded.
    engine = ("unknown", "0")

    def __init__(self, task, rows):
        """Called once. `task` is a Task, `rows` a Rows."""
        self.task = task
        self.rows = rows

    def train(self, base, round):
        """Trains from `base` on self.rows.training. Calls `round.progress` after each batch. Returns (weights, loss of the last epoch).

        The same base and round have to give the same weights: take random numbers from `round.random(...)`.
        """
        raise NotImplementedError

    def logits(self, weights, features):
        """Scores [rows, classes], or [rows, 1] for the second of two classes; float32."""
        raise NotImplementedError


class Task:
    """The task as the node has it."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            given = json.load(file)
        self.document = given["document"]
        self.data = given["data"]
        # Tensors by name, with their shapes: those that are shared, and those that stay at this node.
        self.shapes = {tensor["name"]: tuple(tensor["shape"]) for tensor in given["tensors"]}
        self.own_shapes = {tensor["name"]: tuple(tensor["shape"]) for tensor in given["ownTensors"]}
        self.layers = self.document["model"].get("layers")
        self.training = self.document["training"]
        self.classes = self.document["data"]["label"]["classes"]
        features = self.document["data"]["features"]
        self.features = features if isinstance(features, list) else expand_columns(features["columns"])


class Round:
    """One training: which it is, and how it is told of."""

    def __init__(self, number, seed, report, cancelled):
        self.number = number
        self.seed = seed
        self._report = report
        self._cancelled = cancelled
        self._told = 0.0

    def random(self, *stream):
        """Random numbers that task seed, round and `stream` decide."""
        return np.random.RandomState([self.seed, self.number, *stream])

    def progress(self, epoch, epochs, batch, batches, loss):
        """To be called after each batch, everything counted from 1. Raises Cancelled or Diverged, to be let through.

        `loss` is the batch's, or a function that gives it: asked for only where it is told.
        """
        if self._cancelled():
            raise Cancelled()
        last = epoch == epochs and batch == batches
        if not last and time.monotonic() - self._told < PROGRESS_SECONDS:
            return
        self._told = time.monotonic()
        value = float(loss() if callable(loss) else loss)
        if not math.isfinite(value):
            raise Diverged(f"the loss of epoch {epoch} is not finite; normalize the features or lower the learning rate")
        self._report(epoch=epoch, epochs=epochs, batch=batch, batches=batches, loss=value)


# Rows


class Dataset:
    """Labelled rows: features [rows, width] float32, labels [rows] int64."""

    def __init__(self, features, labels):
        self.features = features
        self.labels = labels

    def __len__(self):
        return len(self.labels)


class Rows:
    """A clinic's rows, as the task says: those to train on, and those that it keeps to validate."""

    def __init__(self, task):
        features, labels = read_csv(task)
        kept = validation_rows(labels, task.training["validationSplit"], task.training["seed"])
        self.training = Dataset(features[~kept], labels[~kept])
        self.validation = Dataset(features[kept], labels[kept])
        if task.document["data"]["missing"] == "mean":
            means = np.nanmean(self.training.features.astype(np.float64), axis=0)
            if not np.all(np.isfinite(means)):
                raise RowsError(f'column "{task.features[int(np.argmin(np.isfinite(means)))]}" has no value in any training row')
            for part in (self.training, self.validation):
                absent = np.isnan(part.features)
                part.features[absent] = np.broadcast_to(means.astype(np.float32), part.features.shape)[absent]


def read_csv(task):
    """All rows of the task's file, normalized; NaN where a value is missing and the task says "mean"."""
    data = task.document["data"]
    column = data["label"]["column"]
    wanted = [*task.features, column]
    label_of = class_reader(task.classes)
    values, labels = array("f"), array("q")
    with open(task.data, newline="", encoding="utf-8-sig") as file:
        reader = csv.reader(file)
        header = [name.strip() for name in next(reader, [])]
        lacking = [name for name in wanted if name not in header]
        if lacking:
            raise RowsError(f'the header has no column "{lacking[0]}"')
        places = [header.index(name) for name in wanted]
        means, deviations = normalization(data["normalize"], len(task.features))
        for record in reader:
            if not record:
                continue
            if len(record) != len(header):
                raise RowsError(f"line {reader.line_num} has {len(record)} fields, the header {len(header)}")
            for feature, place in enumerate(places[:-1]):
                value = number(record[place], data["missing"])
                if value is None:
                    raise RowsError(f'line {reader.line_num}, column "{wanted[feature]}": no finite number')
                values.append((value - means[feature]) / deviations[feature])
            label = label_of(record[places[-1]].strip())
            if label is None:
                raise RowsError(f'line {reader.line_num}, column "{column}": none of the task\'s classes')
            labels.append(label)
    features = np.array(values, dtype=np.float32).reshape(len(labels), len(task.features))
    if np.isinf(features).any():
        raise RowsError("a value is too large for a 32-bit number")
    return features, np.array(labels, dtype=np.int64)


def normalization(normalize, width):
    if normalize == "none":
        return [0.0] * width, [1.0] * width
    each = [normalize[key] for key in ("mean", "std")]
    return [value if isinstance(value, list) else [value] * width for value in each]


def number(cell, missing):
    text = cell.strip()
    if text.lower() in ("", "na", "nan", "n/a", "?"):
        return {"refuse": None, "mean": math.nan}.get(missing, missing)
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def class_reader(classes):
    """Classes match as text, or by value: "1.0" is the class "1"."""
    by_text = {name: index for index, name in enumerate(classes)}
    by_value = {}
    for name, index in by_text.items():
        try:
            by_value.setdefault(float(name), index)
        except ValueError:
            pass

    def label_of(cell):
        if cell in by_text:
            return by_text[cell]
        try:
            return by_value.get(float(cell))
        except ValueError:
            return None

    return label_of


def validation_rows(labels, share, seed):
    """Which rows are kept for validation: of each class its share, rounded down. Depends on the rows' order and the seed only."""
    kept = np.zeros(len(labels), dtype=bool)
    random = np.random.RandomState([seed, SPLIT_STREAM])
    for label in np.unique(labels):
        rows = random.permutation(np.flatnonzero(labels == label))
        kept[rows[: int(len(rows) * share)]] = True
    return kept


def expand_columns(pattern):
    """`p{0..1}{0..2}` is p00, p01, p02, p10, p11, p12."""
    head, brace, rest = pattern.partition("{")
    if not brace:
        return [pattern]
    bounds, _, tail = rest.partition("}")
    first, _, last = bounds.partition("..")
    endings = expand_columns(tail)
    return [f"{head}{value}{ending}" for value in range(int(first), int(last) + 1) for ending in endings]


# Weights


def read_tensors(path):
    """The tensors of a safetensors file of float32, by name."""
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        content = file.read()
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        tensors[name] = np.frombuffer(content[begin:end], dtype="<f4").reshape(entry["shape"])
    return tensors


def write_tensors(path, tensors):
    """Writes them in the one form that the node takes: sorted by name, float32, without metadata. Whole, or not at all."""
    names = sorted(tensors, key=lambda name: name.encode())
    arrays = [np.ascontiguousarray(tensors[name], dtype="<f4") for name in names]
    header, offset = {}, 0
    for name, values in zip(names, arrays):
        # A shape of np.shape: ascontiguousarray makes a scalar a vector.
        header[name] = {"dtype": "F32", "shape": list(np.shape(tensors[name])), "data_offsets": [offset, offset + values.nbytes]}
        offset += values.nbytes
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    with open(path + ".part", "wb") as file:
        file.write(len(text).to_bytes(8, "little"))
        file.write(text)
        for values in arrays:
            file.write(values.data)
    os.replace(path + ".part", path)


# Figures


def figures(logits, labels):
    """Loss (mean cross-entropy, nats), accuracy and area under the ROC curve, as the node's own engine has them; None without rows."""
    if len(labels) == 0:
        return None
    scores = np.asarray(logits, dtype=np.float64)
    if scores.shape[1] == 1:
        odds = scores[:, 0]
        own = np.where(labels == 1, odds, -odds)
        right = (odds > 0) == (labels == 1)
        areas = [auc(odds, labels == 1)]
    else:
        odds = np.stack([scores[:, k] - log_sum(np.delete(scores, k, axis=1)) for k in range(scores.shape[1])], axis=1)
        own = odds[np.arange(len(labels)), labels]
        right = np.argmax(scores, axis=1) == labels
        # Of two classes the second one's area says it all.
        areas = [auc(odds[:, k], labels == k) for k in range(1 if scores.shape[1] == 2 else 0, scores.shape[1])]
    loss = float(np.mean(np.maximum(-own, 0) + np.log1p(np.exp(-np.abs(own)))))
    if not math.isfinite(loss):
        raise Diverged("the loss on the validation rows is not finite; normalize the features or lower the learning rate")
    result = {"rows": len(labels), "loss": loss, "accuracy": float(np.mean(right))}
    known = [area for area in areas if area is not None]
    return {**result, "auc": float(np.mean(known))} if known else result


def log_sum(scores):
    largest = scores.max(axis=1, keepdims=True)
    return largest[:, 0] + np.log(np.exp(scores - largest).sum(axis=1))


def auc(scores, positive):
    """How likely a positive has the larger score than a negative, ties counting half (Mann and Whitney)."""
    positives, negatives = int(positive.sum()), int((~positive).sum())
    if positives == 0 or negatives == 0:
        return None
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    # Ranks count from 1; all of a tie share the middle one.
    ranks = np.cumsum(counts) - (counts - 1) / 2
    return (ranks[inverse][positive].sum() - positives * (positives + 1) / 2) / (positives * negatives)


# The conversation with the node


class Wire:
    """Lines of JSON. What the program prints goes to standard error, so that it cannot get between them."""

    def __init__(self):
        self._out = os.fdopen(os.dup(1), "w", encoding="utf-8")
        self._in = os.fdopen(os.dup(0), "rb")
        os.dup2(2, 1)
        sys.stdout = sys.stderr
        self._messages = queue.Queue()
        self._cancelled = set()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        for line in self._in:
            message = json.loads(line)
            if message["type"] == "cancel":
                self._cancelled.add(message["id"])
            else:
                self._messages.put(message)
        # The node is gone, and with it everyone who would want the result.
        os._exit(0)

    def next(self):
        return self._messages.get()

    def is_cancelled(self, request):
        return request in self._cancelled

    def send(self, **message):
        self._out.write(json.dumps(message, allow_nan=False) + "\n")
        self._out.flush()


def run(make):
    """Runs a trainer until the node ends it. `make(task, rows)` gives a Trainer: a class of your own, usually."""
    wire = Wire()
    try:
        task = Task(wire.next()["task"])
        rows = Rows(task)
        trainer = make(task, rows)
    except Exception as error:
        fail(wire, error)
        raise
    name, version = trainer.engine
    counts = {"training": len(rows.training), "validation": len(rows.validation)}
    wire.send(type="hello", contract=CONTRACT, engine={"name": name, "version": version}, rows=counts)
    while True:
        request = wire.next()
        identity = {"id": request["id"]}
        try:
            wire.send(**identity, **answer(wire, task, trainer, request))
        except Cancelled:
            wire.send(**identity, type="cancelled")
        except Exception as error:
            fail(wire, error, **identity)


def answer(wire, task, trainer, request):
    folder = request["folder"]
    weights = read_tensors(os.path.join(folder, "base.safetensors"))
    if task.own_shapes:
        weights.update(read_tensors(os.path.join(folder, "base-own.safetensors")))
    if request["type"] == "evaluate":
        if wire.is_cancelled(request["id"]):
            raise Cancelled()
        return {"type": "evaluated", "evaluation": evaluate(trainer, weights)}
    with open(os.path.join(folder, "settings.json"), encoding="utf-8") as file:
        number = json.load(file)["round"]

    def report(**progress):
        wire.send(type="progress", id=request["id"], **progress)

    round = Round(number, task.training["seed"], report, lambda: wire.is_cancelled(request["id"]))
    trained, loss = trainer.train(weights, round)
    if not math.isfinite(loss) or not all(np.isfinite(values).all() for values in trained.values()):
        raise Diverged("the loss or a weight is not finite; normalize the features or lower the learning rate")
    write_tensors(os.path.join(folder, "weights.safetensors"), {name: trained[name] for name in task.shapes})
    if task.own_shapes:
        write_tensors(os.path.join(folder, "own.safetensors"), {name: trained[name] for name in task.own_shapes})
    validation = evaluate(trainer, trained)
    return {"type": "trained", "samples": len(trainer.rows.training), "loss": float(loss), "validation": validation}


def evaluate(trainer, weights):
    rows = trainer.rows.validation
    return figures(trainer.logits(weights, rows.features), rows.labels) if len(rows) else None


def fail(wire, error, **identity):
    reason = "diverged" if isinstance(error, Diverged) else "data" if isinstance(error, RowsError) else "other"
    text = str(error) if isinstance(error, (Diverged, RowsError)) else f"{type(error).__name__}: {error}"
    wire.send(type="failed", reason=reason, message=text[:500], **identity)
    if reason == "other":
        sys.excepthook(type(error), error, error.__traceback__)

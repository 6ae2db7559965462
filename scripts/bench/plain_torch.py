"""What PyTorch takes for an epoch by itself: for each line on standard input trains one, and prints the seconds, by the clock and of processor time.

python plain_torch.py ROWS.csv LABEL WIDTH BATCH
"""

import json
import os
import sys
import time

import numpy as np
import torch
from torch import nn

path, label, width, size = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
torch.use_deterministic_algorithms(True)

with open(path, encoding="utf-8") as file:
    names = file.readline().strip().split(",")
table = np.loadtxt(path, delimiter=",", skiprows=1, dtype=np.float32)
column = names.index(label)
features = torch.from_numpy(np.delete(table, column, axis=1) / 16)
labels = torch.from_numpy(table[:, column].astype(np.int64))

print(json.dumps({"version": torch.__version__}), flush=True)
for line in sys.stdin:
    # From the start each time, as a round begins with the round's base.
    model = nn.Sequential(nn.Linear(64, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 10))
    start, processor = time.perf_counter(), time.process_time()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-4)
    total = 0.0
    for chosen in torch.randperm(len(labels)).split(size):
        optimizer.zero_grad(set_to_none=True)
        loss = nn.functional.cross_entropy(model(features[chosen]), labels[chosen])
        loss.backward()
        optimizer.step()
        total += loss.item() * len(chosen)
    print(json.dumps({"seconds": time.perf_counter() - start, "processor": time.process_time() - processor, "loss": total / len(labels)}), flush=True)

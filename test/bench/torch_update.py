"""Milliseconds of one update of the paper's network in PyTorch and in NumPy by hand, one thread each; prints JSON.

Exits with an error where PyTorch is not installed. Network: n = 200 tanh units, d = 200, 11 steps, batch 10, impulse input, 2 classes, cross-entropy,
RMSprop on R, W and both biases.
"""
import json
import os
import time

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"
import numpy as np
import torch

n, d, steps, batch, classes, rate, repeats = 200, 200, 11, 10, 2, 1e-5, 400
random = np.random.default_rng(1)
single = lambda *shape: random.standard_normal(shape).astype(np.float32)
R, U, W, b1, b2 = single(n, n) / n**0.5, single(n, d) / d**0.5, single(classes, n) / 3, np.zeros(n, "f"), np.zeros(classes, "f")
R, U, W = (np.ascontiguousarray(a, "f") for a in (R, U, W))
x, labels = single(batch, d), np.arange(batch) % classes
onehot = np.eye(classes, dtype="f")[labels]


def median(update):
    times = []
    for i in range(repeats + 20):
        start = time.perf_counter()
        update()
        times.append(time.perf_counter() - start)
    return 1000 * float(np.median(times[20:]))


torch.set_num_threads(1)
fixed = torch.tensor(U)
tR, tW, tb1, tb2 = (torch.nn.Parameter(torch.tensor(a)) for a in (R, W, b1, b2))
optimizer = torch.optim.RMSprop([tR, tW, tb1, tb2], lr=rate, alpha=0.9, eps=1e-8)
tx, ty = torch.tensor(x), torch.tensor(labels)


def torch_update():
    h = torch.tanh(tx @ fixed.T + tb1)
    for _ in range(steps - 1):
        h = torch.tanh(h @ tR.T + tb1)
    loss = torch.nn.functional.cross_entropy(h @ tW.T + tb2, ty)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


weights = {"R": R, "W": W, "b1": b1, "b2": b2}
squares = {name: np.zeros_like(value) for name, value in weights.items()}


def numpy_update():
    h = np.empty((steps, batch, n), "f")
    h[0] = np.tanh(x @ U.T + b1)
    for t in range(1, steps):
        h[t] = np.tanh(h[t - 1] @ R.T + b1)
    o = h[-1] @ W.T + b2
    p = np.exp(o - o.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    loss = -np.log(p[np.arange(batch), labels]).mean()
    e = (p - onehot) / np.float32(batch)
    delta = np.empty_like(h)
    delta[-1] = (e @ W) * (1 - h[-1] ** 2)
    for t in range(steps - 1, 0, -1):
        delta[t - 1] = (delta[t] @ R) * (1 - h[t - 1] ** 2)
    g = {
        "R": delta[1:].reshape(-1, n).T @ h[:-1].reshape(-1, n),
        "W": e.T @ h[-1],
        "b1": delta.sum((0, 1)),
        "b2": e.sum(0),
    }
    for name, value in weights.items():
        v = squares[name]
        v *= np.float32(0.9)
        v += np.float32(0.1) * g[name] ** 2
        value -= np.float32(rate) * g[name] / (np.sqrt(v) + np.float32(1e-8))
    return loss


print(json.dumps({"torch": median(torch_update), "numpy": median(numpy_update), "version": torch.__version__}))

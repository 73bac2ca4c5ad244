"""Random small networks: layers, arithmetic, shape operators and joins wired at random. Each name holds the seed."""

import random

import torch
import torch.nn.functional as F
from torch import nn
from torch.ao.quantization import (
    QConfigMapping,
    default_per_channel_qconfig,
    default_qconfig,
    get_default_qconfig_mapping,
)

from models import drawn, normal
from network import Network

COUNT = 120
CHANNELS = 4


class RandomGraph(nn.Module):
    """Image values [N, 4, H, W] of one size; each step reads earlier values, and the last ones are returned."""

    def __init__(self, seed, steps):
        super().__init__()
        r = random.Random(seed)
        self.plan = []
        for i in range(steps):
            kind = r.choice(KINDS)
            made = MODULES.get(kind)
            if made is not None:
                setattr(self, f"{kind}_{i}", made(r))
            self.plan.append((kind, i, [recent(r, i) for _ in range(3)], r.random()))
        self.results = 1 + (r.random() < 0.3)
        self.head = nn.Linear(CHANNELS, 3) if r.random() < 0.4 else None

    def forward(self, x):
        values = [x]
        for kind, i, reads, number in self.plan:
            a, b, c = (values[min(k, len(values) - 1)] for k in reads)
            values.append(getattr(self, f"{kind}_{i}")(a) if kind in MODULES else FUNCTIONS[kind](a, b, c, number))
        out = values[-self.results :]
        if self.head is not None:
            out[0] = self.head(F.adaptive_avg_pool2d(out[0], 1).flatten(1))
        return out[0] if len(out) == 1 else tuple(out)


def recent(r, i):
    """Mostly the latest value."""
    return i if r.random() < 0.6 else r.randint(0, i)


def convolution(r):
    groups = r.choice((1, 1, 1, 2, 4))
    return nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1, bias=r.random() < 0.7, groups=groups)


MODULES = {
    "conv": convolution,
    "conv1": lambda r: nn.Conv2d(CHANNELS, CHANNELS, 1),
    "bn": lambda r: drawn(nn.BatchNorm2d(CHANNELS)),
    "relu": lambda r: nn.ReLU(),
    "relu6": lambda r: nn.ReLU6(),
    "conv_bn_relu": lambda r: drawn(nn.Sequential(convolution(r), nn.BatchNorm2d(CHANNELS), nn.ReLU(r.random() < 0.5))),
    "conv_relu": lambda r: nn.Sequential(convolution(r), nn.ReLU()),
    "conv_bn": lambda r: drawn(nn.Sequential(convolution(r), nn.BatchNorm2d(CHANNELS))),
    "hardswish": lambda r: nn.Hardswish(),
    "sigmoid": lambda r: nn.Sigmoid(),
    "leaky": lambda r: nn.LeakyReLU(0.1),
    "pool": lambda r: r.choice((nn.MaxPool2d(3, 1, 1), nn.AvgPool2d(3, 1, 1))),
    "dropout": lambda r: nn.Dropout(0.1),
    "elu": lambda r: nn.ELU(),
    "identity": lambda r: nn.Identity(),
    "group_norm": lambda r: drawn(nn.GroupNorm(2, CHANNELS)),
    "hardtanh": lambda r: nn.Hardtanh(-1.5, 1.25),
}
FUNCTIONS = {
    "add": lambda a, b, c, n: a + b,
    "add_relu": lambda a, b, c, n: F.relu(a + b),
    "mul": lambda a, b, c, n: a * b,
    "torch_add": lambda a, b, c, n: torch.add(a, b),
    "scaled": lambda a, b, c, n: a * round(n * 3 - 1, 2),
    "shifted": lambda a, b, c, n: a + round(n * 2 - 1, 2),
    "function_relu": lambda a, b, c, n: F.relu(a),
    "torch_sigmoid": lambda a, b, c, n: torch.sigmoid(a),
    "method_relu": lambda a, b, c, n: a.relu(),
    "cat": lambda a, b, c, n: torch.cat([a, b], 1)[:, 1 : CHANNELS + 1],
    "chunks": lambda a, b, c, n: torch.cat(a.chunk(2, 1)[:1] + b.chunk(2, 1)[1:], 1),
    "permuted": lambda a, b, c, n: a.permute(0, 1, 3, 2),
    "tanh": lambda a, b, c, n: torch.tanh(a),
    "reshaped": lambda a, b, c, n: a.reshape(a.shape[0], CHANNELS, -1).reshape(a.shape),
    "gated": lambda a, b, c, n: a * torch.sigmoid(b.mean((2, 3), keepdim=True)),
    "sub": lambda a, b, c, n: a - b,
    "function_pool": lambda a, b, c, n: F.max_pool2d(a, 3, 1, 1),
    "clamped": lambda a, b, c, n: torch.clamp(a, -1.0, 1.0),
    "add_both": lambda a, b, c, n: (a + b) + c,
    "sin": lambda a, b, c, n: torch.sin(a),
    "cat_three": lambda a, b, c, n: torch.cat((a[:, :1], b[:, 1:2], c[:, 2:]), 1),
    "hardswish_function": lambda a, b, c, n: F.hardswish(a),
}
KINDS = (
    sorted(MODULES)
    + ["conv", "conv_bn_relu", "conv_relu", "conv_bn", "add", "add", "add_relu", "cat"]
    + sorted(FUNCTIONS)
)


def networks():
    for seed in range(COUNT):
        r = random.Random(10_000 + seed)
        steps = r.randint(3, 9)
        engine = r.choice(("x86", "x86", "fbgemm", "onednn", "qnnpack"))
        backend = engine if r.random() < 0.5 else None
        yield Network(
            f"random_{seed}",
            "random",
            maker(seed, steps),
            normal(2, CHANNELS, 6, 6),
            area="models",
            engine=engine,
            backend=backend,
            mapping=mapping(r, engine),
        )


def maker(seed, steps):
    return lambda: RandomGraph(seed, steps)


def mapping(r, engine):
    choice = r.random()
    if choice < 0.5:
        return engine
    if choice < 0.65:
        return QConfigMapping().set_global(default_qconfig)
    if choice < 0.75:
        return QConfigMapping().set_global(default_per_channel_qconfig)
    out = get_default_qconfig_mapping(engine)
    kind = r.choice((nn.Sigmoid, nn.Hardswish, nn.MaxPool2d, torch.sigmoid, torch.cat, "relu", "chunk"))
    return out.set_object_type(kind, None) if choice < 0.9 else out.set_module_name_regex("conv.*_[0-3]", None)

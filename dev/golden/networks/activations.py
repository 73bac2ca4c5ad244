"""Activations as module, function, in place and method, between two layers and at the ends."""

import torch
import torch.nn.functional as F
from torch import nn

from models import conv, linear, module, normal
from network import Network

MODULES = {
    "relu_in_place": lambda: nn.ReLU(True),
    "relu6_in_place": lambda: nn.ReLU6(True),
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "hardswish": nn.Hardswish,
    "hardsigmoid": nn.Hardsigmoid,
    "hardtanh": lambda: nn.Hardtanh(-0.5, 0.8),
    "elu": lambda: nn.ELU(0.7),
    "leaky_relu": lambda: nn.LeakyReLU(0.3),
    "softmax": lambda: nn.Softmax(-1),
    "gelu": nn.GELU,
    "silu": nn.SiLU,
    "mish": nn.Mish,
    "softplus": nn.Softplus,
    "dropout": lambda: nn.Dropout(0.3),
    "identity": nn.Identity,
    "selu": nn.SELU,
    "log_softmax": lambda: nn.LogSoftmax(1),
    "softsign": nn.Softsign,
    "threshold": lambda: nn.Threshold(0.1, -0.2),
    "hardshrink": nn.Hardshrink,
    "log_sigmoid": nn.LogSigmoid,
}
FUNCTIONS = {
    "relu_in_place": lambda x: F.relu(x, inplace=True),
    "relu6_in_place": lambda x: F.relu6(x, inplace=True),
    "torch_sigmoid": torch.sigmoid,
    "functional_sigmoid": F.sigmoid,
    "torch_tanh": torch.tanh,
    "functional_tanh": F.tanh,
    "hardswish_in_place": lambda x: F.hardswish(x, True),
    "hardsigmoid": F.hardsigmoid,
    "hardtanh": lambda x: F.hardtanh(x, -0.4, 0.6),
    "hardtanh_kwargs": lambda x: F.hardtanh(x, min_val=0.0, max_val=2.0),
    "elu": lambda x: F.elu(x, 0.5),
    "elu_kwargs": lambda x: F.elu(x, alpha=0.8, inplace=False),
    "leaky_relu_kwargs": lambda x: F.leaky_relu(x, negative_slope=0.05),
    "softmax_dim": lambda x: F.softmax(x, dim=1),
    "torch_softmax": lambda x: torch.softmax(x, -1),
    "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"),
    "silu": F.silu,
    "mish": F.mish,
    "dropout": lambda x: F.dropout(x, 0.2, False),
    "clamp": lambda x: torch.clamp(x, -0.3, 0.5),
    "clamp_kwargs": lambda x: torch.clamp(x, max=0.4),
    "celu": F.celu,
    "softplus": F.softplus,
    "relu_underscore": torch.relu_,
    "abs": torch.abs,
    "neg": torch.neg,
    "sqrt_of_square": lambda x: torch.sqrt(x * x + 1.0),
}
METHODS = {
    "relu": lambda x: x.relu(),
    "relu_": lambda x: x.relu_(),
    "sigmoid": lambda x: x.sigmoid(),
    "sigmoid_": lambda x: x.sigmoid_(),
    "tanh": lambda x: x.tanh(),
    "tanh_": lambda x: x.tanh_(),
    "clamp": lambda x: x.clamp(-0.5, 0.25),
    "abs": lambda x: x.abs(),
    "clamp_min": lambda x: x.clamp(min=0.1),
    "softmax": lambda x: x.softmax(dim=-1),
    "contiguous": lambda x: x.contiguous(),
    "clone": lambda x: x.clone(),
    "detach": lambda x: x.detach(),
}


def networks():
    for i, (name, f) in enumerate(MODULES.items()):
        yield between(f"module_{name}", i, lambda m, x: m.b(m.f(m.a(x))), dict(f=f))
    for i, (name, f) in enumerate(FUNCTIONS.items()):
        yield between(f"function_{name}", i, applied(f), {})
    for i, (name, f) in enumerate(METHODS.items()):
        yield between(f"method_{name}", i, applied(f), {})
    for name in ("sigmoid", "hardswish", "softmax", "leaky_relu", "elu", "hardtanh"):
        yield Network(
            f"first_{name}",
            "activation",
            module(lambda m, x: m.b(m.f(x)), f=MODULES[name], b=linear(6, 4)),
            normal(3, 6),
        )
        yield Network(
            f"last_{name}",
            "activation",
            module(lambda m, x: m.f(m.a(x)), a=linear(6, 5), f=MODULES[name]),
            normal(3, 6),
        )
    yield Network(
        "prelu_per_channel",
        "activation",
        module(lambda m, x: m.f(m.a(x)), a=conv(3, 5), f=lambda: nn.PReLU(5, 0.1)),
        normal(2, 3, 6, 6),
    )
    yield Network(
        "prelu_single",
        "activation",
        module(lambda m, x: m.b(m.f(m.a(x))), a=linear(6, 5), f=nn.PReLU, b=linear(5, 3)),
        normal(3, 6),
        engine="qnnpack",
        backend="qnnpack",
    )
    yield Network(
        "all_fixed",
        "activation",
        module(
            lambda m, x: m.b(torch.tanh(m.h(m.s(m.a(x))))),
            a=linear(6, 5),
            s=nn.Sigmoid,
            h=nn.Hardsigmoid,
            b=linear(5, 3),
        ),
        normal(3, 6),
    )
    yield Network(
        "same_activation_twice",
        "activation",
        module(lambda m, x: m.r(m.b(m.r(m.a(x)))), a=linear(6, 5), r=nn.ReLU, b=linear(5, 3)),
        normal(3, 6),
    )


def applied(f):
    return lambda m, x: m.b(f(m.a(x)))


def between(name, i, forward, parts):
    """Between two convolutions or two linear layers, engines in turn."""
    engine = ("x86", "fbgemm", "qnnpack", "onednn")[i % 4]
    backend = engine if i % 3 else None
    if i % 2:
        layers, inputs = dict(a=linear(6, 5), b=linear(5, 4)), normal(3, 6, scale=2.0)
    else:
        layers, inputs = dict(a=conv(3, 4), b=conv(4, 3, 2)), normal(2, 3, 6, 5, scale=2.0)
    return Network(
        f"activation_{name}", "activation", module(forward, **layers, **parts), inputs, engine=engine, backend=backend
    )

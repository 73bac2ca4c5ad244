"""Addition, multiplication and their kin: both operands, scalars on either side, in place, fused with ReLU; matmul and cat."""

import operator

import torch
import torch.nn.functional as F
from torch import nn
from torch.ao.nn.quantized import FloatFunctional

from models import conv, linear, module, normal, normals
from network import Network

TWO = {
    "add_operator": lambda a, b: a + b,
    "mul_operator": lambda a, b: a * b,
    "torch_add": torch.add,
    "torch_mul": torch.mul,
    "add_relu_function": lambda a, b: F.relu(a + b),
    "mul_relu_function": lambda a, b: F.relu(a * b),
    "add_torch_relu": lambda a, b: torch.relu(torch.add(a, b)),
    "mul_method_relu": lambda a, b: torch.mul(a, b).relu(),
    "iadd": operator.iadd,
    "imul": operator.imul,
    "iadd_relu": lambda a, b: F.relu(operator.iadd(a, b)),
    "sub": lambda a, b: a - b,
    "div": lambda a, b: a / (b.abs() + 1.0),
    "method_add": lambda a, b: a.add(b),
    "method_add_": lambda a, b: a.add_(b),
    "method_mul_": lambda a, b: a.mul_(b),
    "add_alpha": lambda a, b: torch.add(a, b, alpha=2),
    "maximum": torch.maximum,
    "minimum": torch.min,
    "add_of_mul": lambda a, b: a + a * b,
    "add_twice": lambda a, b: a + b + a,
    "stack_sum": lambda a, b: torch.stack([a, b]).sum(0),
    "torch_sub": torch.sub,
    "where": lambda a, b: torch.where(a > 0, a, b),
    "cat": lambda a, b: torch.cat([a, b], 1),
    "cat_same": lambda a, b: torch.cat((a, a), -1),
    "cat_relu": lambda a, b: F.relu(torch.cat([a, b])),
    "cat_three": lambda a, b: torch.cat([a, b, a + b], dim=1),
    "stack_dim": lambda a, b: torch.stack((a, b), dim=1),
    "hstack": lambda a, b: torch.hstack([a, b]),
    "add_then_both": lambda a, b: (a + b) * b,
}
SCALAR = {
    "add_int": lambda x: x + 2,
    "add_left": lambda x: 1.5 + x,
    "add_negative": lambda x: x + -0.75,
    "mul_left": lambda x: 0.5 * x,
    "mul_negative": lambda x: x * -1.5,
    "mul_zero": lambda x: x * 0.0,
    "mul_int": lambda x: torch.mul(x, 3),
    "add_relu": lambda x: F.relu(x + 0.25),
    "mul_relu": lambda x: torch.relu(x * 2.0),
    "sub_left": lambda x: 1.0 - x,
    "sub_right": lambda x: x - 0.5,
    "div": lambda x: x / 3.0,
    "pow": lambda x: x**2,
    "torch_add": lambda x: torch.add(x, 0.1),
    "iadd": lambda x: operator.iadd(x, 0.3),
    "imul": lambda x: operator.imul(x, 0.3),
    "negated": lambda x: -x,
    "hardswish_by_hand": lambda x: x * F.relu6(x + 3.0) / 6.0,
    "add_large": lambda x: x + 40.0,
    "mul_large": lambda x: x * 1000.0,
    "add_mul_add": lambda x: (x + 1.0) * 2.0 + 3.0,
    "floor_div": lambda x: x // 0.5,
    "compare": lambda x: x * (x > 0.1),
}


def networks():
    for i, (name, f) in enumerate(TWO.items()):
        engine = ("x86", "fbgemm", "qnnpack", "onednn")[i % 4]
        if i % 2:
            parts, inputs = dict(a=linear(6, 4), b=linear(6, 4)), normal(3, 6)
        else:
            parts, inputs = dict(a=conv(3, 4), b=conv(3, 4)), normal(2, 3, 6, 6)
        yield Network(
            f"binary_{name}",
            "binary",
            module(of_both(f), **parts),
            inputs,
            engine=engine,
            backend=engine if i % 3 == 1 else None,
        )
    for i, (name, f) in enumerate(SCALAR.items()):
        engine = ("fbgemm", "x86", "onednn", "qnnpack")[i % 4]
        yield Network(
            f"scalar_{name}", "binary", module(of_one(f), a=linear(5, 6), b=linear(6, 4)), normal(3, 5), engine=engine
        )
    yield from others()


def of_both(f):
    return lambda m, x: f(m.a(x), m.b(x))


def of_one(f):
    return lambda m, x: m.b(f(m.a(x)))


def product(f):
    return lambda m, x: m.c(f(m.a(x), m.b(x).transpose(1, 2)))


def others():
    yield Network(
        "binary_inputs_mul", "binary", module(lambda m, x, y: m.a(x * y) + y, a=linear(4, 4)), normals((3, 4), (3, 4))
    )
    yield Network(
        "binary_broadcast",
        "binary",
        module(lambda m, x: m.a(x) * m.b(x).mean((2, 3), keepdim=True), a=conv(3, 4), b=conv(3, 4)),
        normal(2, 3, 6, 6),
    )
    yield Network(
        "binary_broadcast_left",
        "binary",
        module(lambda m, x: m.b(x).mean((2, 3), keepdim=True) + m.a(x), a=conv(3, 4), b=conv(3, 4)),
        normal(2, 3, 6, 6),
    )
    yield Network(
        "binary_with_parameter",
        "binary",
        module(
            lambda m, x: m.a(x) * m.w + m.v,
            a=linear(4, 5),
            w=lambda: nn.Parameter(torch.randn(5)),
            v=lambda: torch.randn(5),
        ),
        normal(3, 4),
    )
    yield Network(
        "binary_scalar_tensor",
        "binary",
        module(lambda m, x: m.a(x) * m.w, a=linear(4, 5), w=lambda: torch.tensor(1.7)),
        normal(3, 4),
    )
    yield Network(
        "binary_kwargs",
        "binary",
        module(lambda m, x: torch.add(input=m.a(x), other=m.b(x)), a=linear(4, 5), b=linear(4, 5)),
        normal(3, 4),
    )
    yield Network(
        "binary_kwarg_other",
        "binary",
        module(lambda m, x: torch.mul(m.a(x), other=m.b(x)), a=linear(4, 5), b=linear(4, 5)),
        normal(3, 4),
    )
    for name, f in {
        "matmul_function": torch.matmul,
        "matmul_operator": operator.matmul,
        "bmm": torch.bmm,
        "matmul_method": lambda a, b: a.matmul(b),
        "einsum": lambda a, b: torch.einsum("bij,bjk->bik", a, b),
    }.items():
        yield Network(
            f"product_{name}",
            "binary",
            module(product(f), a=linear(4, 5), b=linear(4, 5), c=linear(3, 4)),
            normal(2, 3, 4),
            engine=("x86", "fbgemm")[len(name) % 2],
        )
    yield Network(
        "product_of_inputs",
        "binary",
        module(lambda m, x, y: m.a(torch.matmul(x, y)), a=linear(5, 4)),
        normals((2, 3, 4), (2, 4, 5)),
    )
    for name, f in {
        "add_relu": lambda m, x: m.f.add_relu(m.a(x), m.b(x)),
        "mul_scalar": lambda m, x: m.f.mul_scalar(m.a(x), 2.5),
        "add_scalar": lambda m, x: m.b(m.f.add_scalar(x, 0.5)),
        "matmul": lambda m, x: m.f.matmul(m.a(x), m.b(x)),
        "cat": lambda m, x: m.f.cat([m.a(x), m.b(x)], dim=0),
        "mul_add": lambda m, x: m.f.add(m.g.mul(m.a(x), m.b(x)), m.a(x)),
    }.items():
        yield Network(
            f"float_functional_{name}_chain",
            "binary",
            module(f, a=linear(4, 4), b=linear(4, 4), f=FloatFunctional, g=FloatFunctional),
            normal(4, 4),
        )
    yield Network(
        "residual_of_residual",
        "binary",
        module(
            lambda m, x: F.relu(m.c(F.relu(m.b(m.a(x)) + m.a(x))) + x),
            a=conv(3, 3, padding=1),
            b=conv(3, 3, padding=1),
            c=conv(3, 3, padding=1),
        ),
        normal(1, 3, 6, 6),
        engine="fbgemm",
    )
    for name, f in {
        "conv_left": lambda m, x: m.a(x) + x,
        "conv_right": lambda m, x: x + m.a(x),
        "conv_both": lambda m, x: m.a(x) + m.b(x),
        "conv_bn_left": lambda m, x: m.n(m.a(x)) + m.b(x),
        "conv_torch_add_relu": lambda m, x: m.r(torch.add(m.b(x), m.a(x))),
        "conv_add_functional_relu": lambda m, x: F.relu(m.a(x) + m.b(x)),
        "conv_bn_add_relu": lambda m, x: m.r(m.n(m.a(x)) + x),
    }.items():
        yield Network(
            f"onednn_add_{name}",
            "binary",
            module(f, a=conv(3, 3, padding=1), b=conv(3, 3, 1), n=lambda: nn.BatchNorm2d(3), r=nn.ReLU),
            normal(2, 3, 6, 6),
            engine="onednn",
            backend="onednn",
        )

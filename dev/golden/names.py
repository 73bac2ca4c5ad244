"""Public names of PyTorch's classes, functions and operators, as conformance cases spell them."""

import builtins
import math
import operator

import torch
import torch.ao.nn.intrinsic
import torch.ao.nn.intrinsic.qat
import torch.ao.nn.intrinsic.quantized
import torch.ao.nn.intrinsic.quantized.dynamic
import torch.ao.nn.qat
import torch.ao.nn.qat.dynamic
import torch.ao.nn.quantizable
import torch.ao.nn.quantized
import torch.ao.nn.quantized.dynamic
import torch.ao.nn.quantized.reference
import torch.ao.quantization
import torch.ao.quantization.quantize_fx
import torch.nn.functional

CLASS_PACKAGES = [
    "torch.nn",
    "torch.ao.nn.intrinsic",
    "torch.ao.nn.intrinsic.qat",
    "torch.ao.nn.intrinsic.quantized",
    "torch.ao.nn.intrinsic.quantized.dynamic",
    "torch.ao.nn.qat",
    "torch.ao.nn.qat.dynamic",
    "torch.ao.nn.quantized",
    "torch.ao.nn.quantized.dynamic",
    "torch.ao.nn.quantized.reference",
    "torch.ao.nn.quantizable",
    "torch.ao.quantization",
]
FUNCTION_PACKAGES = [
    ("torch.nn.functional", torch.nn.functional),
    ("torch", torch),
    ("operator", operator),
    ("math", math),
    ("builtins", builtins),
    ("torch._C._nn", torch._C._nn),
]


def _package(name):
    out = torch
    for part in name.split(".")[1:]:
        out = getattr(out, part)
    return out


def class_name(c):
    """The name in the first public package that has the class; classes outside PyTorch are `user.X`."""
    if issubclass(c, torch.fx.GraphModule):
        return "torch.fx.graph_module.GraphModule"
    for package in CLASS_PACKAGES:
        if getattr(_package(package), c.__name__, None) is c:
            return f"{package}.{c.__name__}"
    if not c.__module__.startswith("torch."):
        return "user." + c.__name__
    return f"{c.__module__}.{c.__qualname__}"


def function_name(f):
    """The canonical name of a function or an operator, by the order of `FUNCTION_PACKAGES`."""
    if isinstance(f, (torch._ops.OpOverload, torch._ops.OpOverloadPacket)):
        return "torch.ops." + str(f)
    own = getattr(f, "__name__", "")
    for prefix, package in FUNCTION_PACKAGES:
        if own and getattr(package, own, None) is f:
            return f"{prefix}.{own}"
        names = [k for k, v in vars(package).items() if v is f]
        if names:
            return prefix + "." + min(names, key=lambda n: (n.startswith("_"), len(n), n))
    return f"{f.__module__}.{f.__qualname__}"

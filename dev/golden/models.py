"""Makes the modules of networks from a forward function and named parts."""

import torch
from torch import nn


def module(forward, **parts):
    """A function that makes a module: parts become children, buffers or parameters, `forward(m, …)` its forward.

    A part is a function that makes a module or a tensor; an nn.Module is used as it is. Norms are drawn at random, as
    fresh ones hide mistakes.
    """

    def make():
        out = type("Part", (nn.Module,), {"forward": forward})()
        for name, part in parts.items():
            value = part() if callable(part) and not isinstance(part, nn.Module) else part
            if isinstance(value, torch.Tensor) and not isinstance(value, nn.Parameter):
                out.register_buffer(name, value)
            else:
                setattr(out, name, value)
        return drawn(out)

    return make


def chain(*parts):
    """A function that makes a Sequential."""
    return lambda: drawn(nn.Sequential(*(p() for p in parts)))


def drawn(root):
    """The module with the parameters and statistics of all norms drawn at random, once."""
    for m in root.modules():
        if getattr(m, "is_drawn", False) or not isinstance(m, NORMS):
            continue
        m.is_drawn = True
        with torch.no_grad():
            if m.weight is not None:
                m.weight.copy_(torch.rand_like(m.weight) + 0.5)
            if m.bias is not None:
                m.bias.copy_(torch.randn_like(m.bias) * 0.2)
            if getattr(m, "running_mean", None) is not None:
                m.running_mean.copy_(torch.randn_like(m.running_mean) * 0.3)
                m.running_var.copy_(torch.rand_like(m.running_var) + 0.5)
    return root


NORMS = (nn.modules.batchnorm._BatchNorm, nn.LayerNorm, nn.GroupNorm, nn.modules.instancenorm._InstanceNorm)


def conv(cin, cout, k=3, d=2, **kwargs):
    return lambda: [nn.Conv1d, nn.Conv2d, nn.Conv3d][d - 1](cin, cout, k, **kwargs)


def linear(a, b, **kwargs):
    return lambda: nn.Linear(a, b, **kwargs)


def batch_norm(n, d=2, **kwargs):
    return lambda: [nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d][d - 1](n, **kwargs)


def normal(*shape, scale=1.0):
    """Inputs of one normal tensor."""
    return lambda i: (torch.randn(*shape) * scale,)


def normals(*shapes):
    """Inputs of several normal tensors."""
    return lambda i: tuple(torch.randn(*s) for s in shapes)

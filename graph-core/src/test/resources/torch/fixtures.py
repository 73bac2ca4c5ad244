"""Encoding shared by the generators of this folder: values of torch 2.13 as compact JSON."""

import json
import pathlib

import torch
from torch.utils import _pytree as pytree

torch.manual_seed(7)
torch.set_num_threads(1)


def rand(*shape, scale=3.0):
    """Random multiples of 1/64, which print short and are exact in float32."""
    return torch.round((torch.rand(*shape) * 2 - 1) * scale * 64) / 64


def quantized(*shape, scale=0.05, zero_point=60, dtype=torch.quint8):
    return torch.quantize_per_tensor(rand(*shape), scale, zero_point, dtype)


def number(v):
    if isinstance(v, float):
        if v != v:
            return {"float": "nan"}
        if v in (float("inf"), float("-inf")):
            return {"float": "inf" if v > 0 else "-inf"}
    return v


TENSORS = {}  # text of a tensor -> its index in the file: equal tensors are written once


def encode_tensor(v):
    if v.is_quantized:
        return {
            "dtype": str(v.dtype),
            "shape": list(v.shape),
            "scale": v.q_scale(),
            "zero_point": v.q_zero_point(),
            "data": v.int_repr().flatten().tolist(),
        }
    data = v.detach().flatten()
    if data.dtype == torch.float32:
        data = [number(float("%.9g" % x)) for x in data.tolist()]
    elif data.is_floating_point():
        data = [number(x) for x in data.double().tolist()]
    else:
        data = data.tolist()
    return {"dtype": str(v.dtype), "shape": list(v.shape), "data": data}


def encode(v):
    if isinstance(v, torch.Tensor):
        text = json.dumps(encode_tensor(v), separators=(",", ":"))
        return {"tensor": TENSORS.setdefault(text, len(TENSORS))}
    if isinstance(v, torch.Size):
        return {"size": list(v)}
    if isinstance(v, tuple):
        return {"tuple": [encode(x) for x in v]}
    if isinstance(v, list):
        return [encode(x) for x in v]
    if isinstance(v, slice):
        return {"slice": [encode(v.start), encode(v.stop), encode(v.step)]}
    if v is Ellipsis:
        return {"ellipsis": True}
    if isinstance(v, torch.dtype):
        return {"type": str(v)}
    if isinstance(v, dict):
        return {"dict": [[k, encode(x)] for k, x in v.items()]}
    return number(v)


def is_float(v):
    return isinstance(v, torch.Tensor) and v.is_floating_point()


def gradients(call, args, kwargs, parameters=()):
    """Gradients of the float arguments in order, null where there is none, and of the parameters; None if nothing has one.

    Each float of the result counts with a weight of cos(i), i its place among all floats of the result.
    """
    leaves, spec = pytree.tree_flatten((list(args), kwargs))
    floats = [v.detach().clone().requires_grad_() for v in leaves if is_float(v)]
    fresh = iter(floats)
    args, kwargs = pytree.tree_unflatten([next(fresh).clone() if is_float(v) else v for v in leaves], spec)
    total = 0
    place = 0
    for v in pytree.tree_leaves(call(*args, **kwargs)):
        if is_float(v):
            weights = torch.cos(torch.arange(place, place + v.numel(), dtype=torch.float64))
            place += v.numel()
            total = total + (v.double() * weights.reshape(v.shape)).sum()
    parameters = dict(parameters)
    if not isinstance(total, torch.Tensor) or not total.requires_grad:
        return None
    try:
        found = torch.autograd.grad(total, floats + list(parameters.values()), allow_unused=True)
    except RuntimeError as e:
        if "not implemented" in str(e):  # torch has no derivative
            return None
        raise
    if all(g is None for g in found):
        return None
    named = zip(parameters, found[len(floats) :])
    return {
        "inputs": [encode(g) for g in found[: len(floats)]],
        "parameters": {k: encode(g) for k, g in named if g is not None},
    }


def write(name, cases):
    path = pathlib.Path(__file__).parent / name
    lines = ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases)
    path.write_text('{"tensors":[\n' + ",\n".join(TENSORS) + '\n],"cases":[\n' + lines + "\n]}\n")
    print(name, len(cases), "cases", path.stat().st_size, "bytes")

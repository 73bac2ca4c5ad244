"""Writes Python and PyTorch values as a conformance document has them; see docs/conformance.md.

`names` has the public names of classes and functions, `safetensors_file` the tensors. Nothing here knows about graphs.
"""

import functools
import json
import math
import pathlib

import torch
from torch.fx import Node

from names import class_name, function_name
from safetensors_file import TensorFile


class Encoder:
    """Encodes the values of one case; tensors go into its tensor file and are referred to by name."""

    def __init__(self):
        self.tensors = TensorFile()

    def value(self, x, label):
        """A value as JSON; `label` names the tensors in it."""
        if x is None or isinstance(x, (bool, str)):
            return x
        if isinstance(x, (torch.SymInt, torch.SymFloat, torch.SymBool)):
            raise TypeError(f"Cannot encode {label}: {x!r}, expected no symbol")
        if isinstance(x, int):
            return int(x)
        if isinstance(x, float):
            return number(x)
        if isinstance(x, torch.Tensor):
            return self.tensor(x, label)
        if isinstance(x, Node):
            return {"node": x.name}
        if isinstance(x, (tuple, torch.Size)):
            return {"tuple": self.items(x, label)}
        if isinstance(x, list):
            return self.items(x, label)
        if isinstance(x, dict):
            return {"dict": [[self.value(k, label), self.value(v, f"{label}.{k}")] for k, v in x.items()]}
        if isinstance(x, slice):
            return {"slice": [self.value(v, label) for v in (x.start, x.stop, x.step)]}
        return enum_value(x)

    def items(self, items, label):
        return [self.value(v, f"{label}.{i}") for i, v in enumerate(items)]

    def tensor(self, x, label):
        if x.is_quantized:
            return {"qtensor": self.quantized(x, label)}
        return {"tensor": self.tensors.add(label, x)}

    def quantized(self, x, label):
        """The fields of a quantized tensor."""
        out = {"dtype": str(x.dtype), "shape": list(x.shape)}
        if x.dtype == torch.quint4x2:
            out["int_repr_packed"] = self.tensors.add(label + ".int_repr_packed", packed_nibbles(x))
        else:
            out["int_repr"] = self.tensors.add(label + ".int_repr", x.int_repr())
        out["qscheme"] = str(x.qscheme())
        if x.qscheme() in (torch.per_tensor_affine, torch.per_tensor_symmetric):
            out["scale"] = number(x.q_scale())
            out["zero_point"] = x.q_zero_point()
        else:
            out["scales"] = self.tensors.add(label + ".scales", x.q_per_channel_scales())
            out["zero_points"] = self.tensors.add(label + ".zero_points", x.q_per_channel_zero_points())
            out["axis"] = x.q_per_channel_axis()
        return out

    def factory(self, f):
        """An observer or fake quantize factory: its constructor and keyword arguments."""
        if f is None:
            return None
        partial = getattr(f, "p", f)
        kwargs = {}
        while isinstance(partial, functools.partial):
            kwargs = {**partial.keywords, **kwargs}
            partial = partial.func
        out = {}
        for k, v in kwargs.items():
            if k == "device" or k == "factory_kwargs":
                continue
            is_factory = isinstance(v, type) or hasattr(v, "p") or isinstance(v, functools.partial)
            out[k] = self.factory(v) if is_factory else self.value(v, k)
        return {"ctor": class_name(partial), "kwargs": out}


def number(x):
    """A float; special ones as an object. Integral floats keep their fraction."""
    if math.isnan(x):
        return {"float": "nan"}
    if math.isinf(x):
        return {"float": "inf" if x > 0 else "-inf"}
    return float(x)


def numbers(t):
    """The elements of a tensor as a flat list."""
    return [number(v) if isinstance(v, float) else v for v in t.detach().reshape(-1).tolist()]


def enum_value(x):
    if x is Ellipsis:
        return {"ellipsis": True}
    if isinstance(x, torch.dtype):
        return {"dtype": str(x)}
    if isinstance(x, torch.qscheme):
        return {"qscheme": str(x)}
    if isinstance(x, torch.memory_format):
        return {"memory_format": str(x)}
    if isinstance(x, torch.device):
        return {"device": str(x)}
    if isinstance(x, type):
        return {"class": class_name(x)}
    if callable(x):
        return {"function": function_name(x)}
    raise TypeError(f"Cannot encode value: {type(x)}")


def packed_nibbles(x):
    """Two 4-bit values a byte over the whole row-major tensor, the first in the low nibble."""
    return x.int_repr().reshape(-1)[: (x.numel() + 1) // 2].to(torch.uint8)


def raised(e, length=200):
    """An exception as cases record it: its type and the first line of its message."""
    return {"type": type(e).__name__, "message": str(e).strip().split("\n")[0][:length]}


def write_case(folder, area, name, document, encoder):
    """Writes `area/name.json`, and its tensors beside it if there are any."""
    target = pathlib.Path(folder) / area
    target.mkdir(parents=True, exist_ok=True)
    if encoder.tensors:
        document["tensors"] = name + ".safetensors"
        encoder.tensors.write(target / (name + ".safetensors"))
    (target / (name + ".json")).write_text(pretty(document) + "\n")


def write_index(folder):
    """Lists every document below a folder in its index.json."""
    folder = pathlib.Path(folder)
    cases = []
    for path in sorted(folder.glob("*/*.json")):
        document = json.loads(path.read_text())
        row = {"path": path.relative_to(folder).as_posix()}
        for key in ("topic", "training", "tensors"):
            if key in document:
                row[key] = document[key]
        cases.append(row)
    (folder / "index.json").write_text(pretty({"torch": torch.__version__.split("+")[0], "cases": cases}) + "\n")


def pretty(x, indent=0, width=140):
    """JSON with whatever fits on one line kept on one line."""
    line = json.dumps(x, ensure_ascii=False)
    if len(line) + indent <= width or not isinstance(x, (dict, list)) or not x:
        return line
    pad = " " * (indent + 1)
    if isinstance(x, dict):
        rows = [f"{pad}{json.dumps(str(k), ensure_ascii=False)}: {pretty(v, indent + 1, width)}" for k, v in x.items()]
        return "{\n" + ",\n".join(rows) + "\n" + " " * indent + "}"
    rows = [pad + pretty(v, indent + 1, width) for v in x]
    return "[\n" + ",\n".join(rows) + "\n" + " " * indent + "]"

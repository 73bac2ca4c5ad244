"""Writes integers.json: what PyTorch 2.13 does with integer tensors in the cases of operators.json.

Each case is called twice, with its float32 tensors turned into int64 by trunc(2 x): all of them, and only the first. Recorded is the
type of the result, or "raises". Run it beside operators.json: python3 integers.py
"""

import builtins
import json
import math
import operator
import pathlib
import warnings

import torch

warnings.filterwarnings("ignore")
HERE = pathlib.Path(__file__).parent
ROOTS = {"torch": torch, "operator": operator, "math": math, "builtins": builtins}


class Unsupported(Exception):
    """A case that holds no float tensors, or what this script does not read."""


class Decoder:
    def __init__(self, tensors, every):
        self.tensors = tensors
        self.every = every
        self.changed = 0

    def tensor(self, t):
        if "scale" in t or "scales" in t or t["dtype"].startswith("torch.q"):
            raise Unsupported
        data = [float(x["float"]) if isinstance(x, dict) else x for x in t["data"]]
        value = torch.tensor(data, dtype=getattr(torch, t["dtype"][6:])).reshape(t["shape"])
        if value.dtype == torch.float32 and (self.every or not self.changed):
            self.changed += 1
            return torch.trunc(torch.nan_to_num(value * 2, 0, 9, -9)).to(torch.int64)
        return value

    def value(self, v):
        if isinstance(v, list):
            return [self.value(x) for x in v]
        if not isinstance(v, dict):
            return v
        (kind, content), *rest = v.items()
        if rest:
            raise Unsupported
        match kind:
            case "tensor":
                return self.tensor(self.tensors[content])
            case "size":
                return torch.Size(content)
            case "tuple":
                return tuple(self.value(x) for x in content)
            case "slice":
                return slice(*[self.value(x) for x in content])
            case "float":
                return float(content)
        raise Unsupported


def type_of(result):
    if isinstance(result, torch.Tensor):
        return str(result.dtype)
    if isinstance(result, (tuple, list)):
        return [type_of(x) for x in result]
    return type(result).__name__


def outcome(case, tensors, every):
    decoder = Decoder(tensors, every)
    args = decoder.value(case["args"])
    kwargs = {k: decoder.value(v) for k, v in case.get("kwargs", {}).items()}
    if not decoder.changed:
        raise Unsupported
    name = case["name"]
    try:
        if name.startswith("."):
            return type_of(getattr(args[0], name[1:])(*args[1:], **kwargs))
        function = ROOTS[name.split(".")[0]]
        for part in name.split(".")[1:]:
            function = getattr(function, part)
        return type_of(function(*args, **kwargs))
    except Exception:
        return "raises"


def main():
    document = json.loads((HERE / "operators.json").read_text())
    lines = []
    for index, case in enumerate(document["cases"]):
        if case["name"] == "builtins.getattr":  # of results that only torch.return_types has
            continue
        try:
            lines.append([index, *(outcome(case, document["tensors"], every) for every in (True, False))])
        except Unsupported:
            pass
    text = ",\n".join(json.dumps(line, separators=(",", ":")) for line in lines)
    (HERE / "integers.json").write_text('{"cases":[\n' + text + "\n]}\n")


main()

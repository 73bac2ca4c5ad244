"""Builds the network of a recorded case again, from its document: python dev/golden/check.py uses it.

Modules that are called as one unit (standalone, non-traceable, custom) have no Python class any more, so that cases with
them are left out, as are those with a backend configuration of their own.
"""

import builtins
import functools
import importlib
import inspect
import json
import math
import operator
import pathlib

import torch
from torch.ao.quantization import QConfig, QConfigMapping
from torch.ao.quantization.fx._equalize import EqualizationQConfig
from torch.ao.quantization.fx.custom_config import ConvertCustomConfig, PrepareCustomConfig

from network import Network
from safetensors_file import read

ROOTS = {"torch": torch, "operator": operator, "math": math, "builtins": builtins}


class Reloaded:
    def __init__(self, path):
        self.document = json.loads(pathlib.Path(path).read_text())
        self.tensors = read(pathlib.Path(path).with_name(self.document["tensors"]))

    def network(self):
        d, c = self.document, self.document["config"]
        prepare = c["prepare_custom_config"] or {}
        if any("graph" in m for m in d["float"]["modules"].values()) or "backend_config_definition" in c:
            raise NotImplementedError(d["name"])
        if set(prepare) - {"input_quantized_idxs", "output_quantized_idxs", "preserved_attributes"}:
            raise NotImplementedError(d["name"])
        custom = PrepareCustomConfig()
        custom.set_input_quantized_indexes(prepare.get("input_quantized_idxs", []))
        custom.set_output_quantized_indexes(prepare.get("output_quantized_idxs", []))
        custom.set_preserved_attributes(prepare.get("preserved_attributes", []))
        kept = (c["convert_custom_config"] or {}).get("preserved_attributes", [])
        options = dict(c.get("convert_options", {}))
        mapping = options.pop("qconfig_mapping", None)
        batches = [self.value(b) for b in [d["example_inputs"]] + d["calibration"] + d["eval_inputs"]]
        targets = [self.tensors[s["target"]] for s in d["expected"].get("qat_steps", []) if "target" in s]
        converted = [self.value(b) for b in d.get("eval_inputs_converted", [])]
        return Network(
            d["name"],
            d["topic"],
            self.model,
            lambda i: batches[i + 1],
            d["area"],
            d["training"],
            d["engine"],
            self.mapping(c["qconfig_mapping"]),
            c["backend_config"],
            custom if prepare else None,
            ConvertCustomConfig().set_preserved_attributes(kept) if kept else None,
            self.mapping(c["equalization_config"]),
            options,
            None if mapping is None else self.mapping(mapping),
            converted.__getitem__ if converted else None,
            tuple(s["step"] for s in d["expected"].get("qat_steps", [])),
            len(d["calibration"]),
            len(d["eval_inputs"]),
            {tuple(t.shape): t for t in targets},
        )

    def value(self, x, node=None):
        if isinstance(x, list):
            return [self.value(v, node) for v in x]
        if not isinstance(x, dict):
            return x
        (kind, v), *_ = x.items()
        if kind == "node":
            return node[v]
        if kind == "tensor":
            return self.tensors[v].clone()
        if kind == "qtensor":
            return torch._make_per_tensor_quantized_tensor(self.tensors[v["int_repr"]], v["scale"], v["zero_point"])
        if kind == "tuple":
            return tuple(self.value(i, node) for i in v)
        if kind == "dict":
            return {self.value(a, node): self.value(b, node) for a, b in v}
        if kind == "slice":
            return slice(*(self.value(i, node) for i in v))
        if kind == "ellipsis":
            return Ellipsis
        if kind == "float":
            return float(v)
        return v if kind == "method" else torch.device(v) if kind == "device" else named(v)

    def mapping(self, m):
        if m is None:
            return None
        out = QConfigMapping().set_global(self.qconfig(m["global"]))
        for t, q in m["object_type"]:
            out.set_object_type(self.value(t), self.qconfig(q))
        for r, q in m["module_name_regex"]:
            out.set_module_name_regex(r, self.qconfig(q))
        for n, q in m["module_name"]:
            out.set_module_name(n, self.qconfig(q))
        for n, t, i, q in m["module_name_object_type_order"]:
            out.set_module_name_object_type_order(n, self.value(t), i, self.qconfig(q))
        return out

    @functools.lru_cache(maxsize=None)
    def qconfig(self, key):
        if key is None:
            return None
        row = self.document["qconfigs"][key]
        if "input_activation" in row:
            return EqualizationQConfig(self.factory(row["input_activation"]), self.factory(row["weight"]))
        return QConfig(self.factory(row["activation"]), self.factory(row["weight"]))

    def factory(self, f):
        kwargs = {
            k: self.factory(v) if isinstance(v, dict) and "ctor" in v else self.value(v) for k, v in f["kwargs"].items()
        }
        kind = named(f["ctor"])
        return kind.with_args(**kwargs) if kwargs else kind

    def model(self):
        root = torch.nn.Module()
        entries = self.document["float"]["modules"]
        for path, e in entries.items():
            if not path:
                self.state(root, e)
                continue
            owner, _, name = path.rpartition(".")
            owner = root.get_submodule(owner)
            if "same_as" in e:
                owner.add_module(name, root.get_submodule(e["same_as"]))
            elif name not in owner._modules:
                owner.add_module(name, self.module(e))
        graph, nodes = torch.fx.Graph(), {}
        for n in self.document["float"]["nodes"]:
            target = n["target"] if n["op"] != "call_function" else named(n["target"])
            kwargs = {k: self.value(v, nodes) for k, v in n.get("kwargs", {}).items()}
            nodes[n["name"]] = graph.create_node(
                n["op"], target, tuple(self.value(n["args"], nodes)), kwargs, n["name"]
            )
        for a in (self.document["config"]["prepare_custom_config"] or {}).get("preserved_attributes", []):
            setattr(root, a, a)
        out = torch.fx.GraphModule(root, graph)
        for a in vars(root):
            if not a.startswith("_") and not hasattr(out, a):
                setattr(out, a, getattr(root, a))
        return out

    def module(self, e):
        kind, settings = named(e["type"]), {k: self.value(v) for k, v in e.get("hyper", {}).items()}
        accepted = inspect.signature(kind.__init__).parameters
        given = {k: v for k, v in settings.items() if k in accepted}
        if any(p.kind == p.VAR_KEYWORD for p in accepted.values()):
            given = {k: v for k, v in settings.items() if k != "mode" and (k != "proj_size" or v)}
        if "bias" in accepted and not isinstance(given.get("bias"), bool):
            given["bias"] = "bias" in e.get("params", {}) or "in_proj_bias" in e.get("params", {})
        out = kind(**given)
        self.state(out, e)
        return out

    def state(self, m, e):
        for k, t in e.get("params", {}).items():
            m.register_parameter(k, torch.nn.Parameter(self.tensors[t].clone()))
        for k, t in e.get("buffers", {}).items():
            m.register_buffer(k, self.tensors[t].clone())


def named(name):
    """The object of a public name."""
    first, *rest = name.split(".")
    out = ROOTS[first]
    for i, part in enumerate(rest):
        if not hasattr(out, part):
            importlib.import_module(".".join([first] + rest[: i + 1]))
        out = getattr(out, part)
    return out

"""FX graphs and module trees as a conformance document has them."""

import torch
import torch.fx
from torch.ao.quantization import FakeQuantizeBase
from torch.ao.quantization.observer import ObserverBase

from names import class_name, function_name

PLAIN = (bool, int, float, str, torch.dtype, torch.qscheme, torch.memory_format)
PACKED = ("_packed_params", "_all_weight_values")


def nodes(encoder, graph, label):
    out = []
    for n in graph.nodes:
        target = n.target if isinstance(n.target, str) else function_name(n.target)
        row = {"name": n.name, "op": n.op, "target": target}
        row["args"] = encoder.items(n.args, f"{label}.{n.name}")
        if n.kwargs:
            row["kwargs"] = {k: encoder.value(v, f"{label}.{n.name}.{k}") for k, v in n.kwargs.items()}
        out.append(row)
    return out


def stage(encoder, model, label):
    """Nodes and modules of a stage."""
    return {"nodes": nodes(encoder, model.graph, label), "modules": modules(encoder, model, label)}


def modules(encoder, model, label):
    out, seen = {}, {}
    for path, m in model.named_modules(remove_duplicate=False):
        if any(part.startswith(PACKED) for part in path.split(".")):
            continue
        if id(m) in seen:
            out[path] = {"same_as": seen[id(m)]}
            continue
        seen[id(m)] = path
        out[path] = entry(encoder, m, path, label)
    return out


def entry(encoder, m, path, label):
    """One module: settings, parameters, buffers, plain tensors, integer weights and the graph it runs."""
    type_name = class_name(type(m))
    prefix = f"{label}.{path}." if path else f"{label}."
    out = {"type": type_name}
    container = type_name in ("torch.fx.graph_module.GraphModule", "torch.nn.Module") or type_name.startswith("user.")
    if not container:
        put(out, "hyper", hyper(encoder, m))
    if not isinstance(m, (ObserverBase, FakeQuantizeBase)):
        for key, tensors in (("params", m._parameters), ("buffers", m._buffers)):
            put(out, key, {k: encoder.tensors.add(prefix + k, t) for k, t in tensors.items() if t is not None})
        put(out, "attrs", attributes(encoder, m, prefix))
        put(out, "quantized", integer_weights(encoder, m, prefix))
    nested = nested_graph(m, path, label)
    if nested is not None:
        out["graph"] = nodes(encoder, nested, prefix)
        observed = getattr(m, "meta", {}).get("_observed_graph_module_attrs")
        if observed is not None and observed.is_observed_standalone_module:
            out["is_observed_standalone_module"] = True
            for k in ("standalone_module_input_quantized_idxs", "standalone_module_output_quantized_idxs"):
                out[k] = list(getattr(observed, k))
    return out


def put(out, key, value):
    if value:
        out[key] = value


def hyper(encoder, m):
    out = {}
    for k, v in vars(m).items():
        if k.startswith("_") or k in ("training", "qconfig", "is_drawn", "was_fake_quantized"):
            continue
        if v is None or isinstance(v, PLAIN) or is_plain_list(v):
            out[k] = encoder.value(v, k)
    return out


def is_plain_list(v):
    return isinstance(v, (tuple, list)) and all(x is None or isinstance(x, PLAIN) for x in v)


def attributes(encoder, m, prefix):
    out = {}
    for k, v in vars(m).items():
        if k.startswith("_") and not k.startswith("_packed_weight"):
            continue
        if isinstance(v, torch.Tensor):
            out[k] = encoder.tensor(v, prefix + k)
        elif isinstance(v, torch.ScriptObject):
            out[k] = packed(encoder, v, prefix + k)
    return out


def packed(encoder, p, label):
    """The packed weight of a functional operator."""
    kind = p._type().name()
    out = {"packed": kind}
    if kind.startswith("Linear"):
        weight, bias = unpack_linear(p)
    else:
        for k in ("stride", "padding", "output_padding", "dilation"):
            out[k] = list(getattr(p, k)())
        out["groups"], out["transpose"] = p.groups(), bool(p.transpose())
        weight, bias = p.unpack()
    out["weight"] = encoder.value(weight, label + ".weight")
    out["bias"] = encoder.value(bias, label + ".bias")
    return out


def unpack_linear(p):
    try:
        return torch.ops.quantized.linear_unpack(p)
    except RuntimeError:
        return torch.ops.quantized.linear_unpack_fp16(p)


def integer_weights(encoder, m, prefix):
    if ".quantized." not in type(m).__module__ or ".reference." in type(m).__module__:
        return {}
    if hasattr(m, "get_weight") and hasattr(m, "get_bias"):
        return {
            "weight": {k: encoder.value(v, prefix + k) for k, v in m.get_weight().items()},
            "bias": {k: encoder.value(v, prefix + k) for k, v in m.get_bias().items()},
        }
    if not callable(getattr(m, "weight", None)):
        return {}
    out = {"weight": encoder.value(m.weight(), prefix + "weight")}
    if callable(getattr(m, "bias", None)):
        out["bias"] = encoder.value(m.bias(), prefix + "bias")
    return out


def nested_graph(m, path, label):
    """The graph of a child that is called as one unit; None if there is none to show."""
    if isinstance(m, torch.fx.GraphModule):
        return m.graph if path else None
    if label in ("float", "fused", "prepared") and class_name(type(m)).startswith("user."):
        return torch.fx.Tracer().trace(m)
    return None


def scopes(tracer):
    """Node name to module path and type."""
    return {
        name: [path, None if kind is None else class_name(kind)]
        for name, (path, kind) in tracer.node_name_to_scope.items()
    }

"""Writes the pattern tables of PyTorch 2.13's backend configurations as JSON, one pattern a line.

Usage: python dev/backend_configs.py graph-core/src/main/resources/io/octant/quantization/backend
"""
import json, sys, pathlib
import torch, torch.nn.functional as F
from torch.ao.quantization import backend_config as B
from torch.ao.quantization.backend_config import native, x86, fbgemm, qnnpack, onednn, tensorrt, executorch
import torch.ao.quantization.quantize_fx
import torch.ao.quantization.backend_config.utils

def class_name(c):
    for prefix in ("torch.nn", "torch.ao.nn.intrinsic.qat", "torch.ao.nn.intrinsic", "torch.ao.nn.qat",
                   "torch.ao.nn.quantized.reference"):
        m = sys.modules.get(prefix)
        if m is not None and getattr(m, c.__name__, None) is c:
            return prefix + "." + c.__name__
    return c.__module__ + "." + c.__name__

def function_name(f):
    import operator, math
    for prefix, m in (("torch.nn.functional", F), ("torch", torch), ("operator", operator), ("math", math)):
        for n in (getattr(f, "__name__", ""),) + tuple(sorted(k for k, v in vars(m).items() if v is f)):
            if getattr(m, n, None) is f:
                return prefix + "." + n
    return f.__module__ + "." + f.__name__

def target(t):
    if isinstance(t, tuple):
        return {"tuple": [target(x) for x in t]}
    if isinstance(t, str):
        return {"method": t}
    if isinstance(t, type):
        return {"class": class_name(t)}
    return {"function": function_name(t)}

def dtype(d):
    if isinstance(d, torch.dtype):
        return {"dtype": str(d)}
    out = {"dtype": {"dtype": str(d.dtype)}} if d.dtype is not None else {}
    for k in ("quant_min_lower_bound", "quant_max_upper_bound", "scale_min_lower_bound", "scale_max_upper_bound",
              "scale_exact_match", "zero_point_exact_match"):
        v = getattr(d, k)
        if v is not None:
            out[k] = v
    return out

def dtype_config(d):
    out = {}
    for key, v in (("input_dtype", d.input_dtype_with_constraints), ("output_dtype", d.output_dtype_with_constraints),
                   ("weight_dtype", d.weight_dtype_with_constraints), ("bias_dtype", d.bias_dtype)):
        if v is not None and (isinstance(v, torch.dtype) or v.dtype is not None):
            out[key] = dtype(v)
    if d.is_dynamic:
        out["is_dynamic"] = True
    return out

def fuser_name(f):
    name = getattr(f, "__name__", None)
    if name == "fuser_method":
        return "sequential_wrapper2"
    return name

def write(config, path):
    sets, rows = [], []
    for key, c in config._pattern_complex_format_to_config.items():
        row = {"pattern": None if c.pattern is None else target(c.pattern), "observation_type": c.observation_type.name}
        for k, v in (("root_module", c.root_module), ("qat_module", c.qat_module),
                     ("reference_quantized_module_for_root", c.reference_quantized_module),
                     ("fused_module", c.fused_module)):
            if v is not None:
                row[k] = class_name(v)
        if c.fuser_method is not None:
            row["fuser_method"] = fuser_name(c.fuser_method)
        if c._root_node_getter is not None:
            row["root_node_getter"] = c._root_node_getter.__name__
        if c._extra_inputs_getter is not None:
            row["extra_inputs_getter"] = c._extra_inputs_getter.__name__
        if c._num_tensor_args_to_observation_type:
            row["num_tensor_args_to_observation_type"] = {str(k): v.name for k, v in c._num_tensor_args_to_observation_type.items()}
        if c._input_type_to_index:
            row["input_type_to_index"] = c._input_type_to_index
        if c._pattern_complex_format is not None:
            row["pattern_complex_format"] = target(c._pattern_complex_format)
        d = [dtype_config(x) for x in c.dtype_configs]
        if d not in sets:
            sets.append(d)
        row["dtype_configs"] = sets.index(d)
        rows.append(row)
    lines = ['{', '  "name": %s,' % json.dumps(config.name), '  "dtype_config_sets": [']
    lines += ["    " + json.dumps(s) + ("," if i + 1 < len(sets) else "") for i, s in enumerate(sets)]
    lines += ['  ],', '  "configs": [']
    lines += ["    " + json.dumps(r) + ("," if i + 1 < len(rows) else "") for i, r in enumerate(rows)]
    lines += ['  ]', '}', '']
    pathlib.Path(path).write_text("\n".join(lines))
    print(path, len(rows))

if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    write(native.get_native_backend_config(), folder / "native.json")
    write(native.get_test_only_legacy_native_backend_config(), folder / "native_and_fp16.json")
    write(x86.get_x86_backend_config(), folder / "x86.json")
    write(fbgemm.get_fbgemm_backend_config(), folder / "fbgemm.json")
    write(qnnpack.get_qnnpack_backend_config(), folder / "qnnpack.json")
    write(onednn.get_onednn_backend_config(), folder / "onednn.json")
    write(tensorrt.get_tensorrt_backend_config(), folder / "tensorrt.json")
    write(executorch.get_executorch_backend_config(), folder / "executorch.json")

"""QConfigs, mappings, custom configurations and backend configurations as conformance documents have them."""

import json

from torch.ao.quantization.fx._equalize import EqualizationQConfig

from encoding import enum_value
from names import class_name

BOUNDS = (
    "quant_min_lower_bound",
    "quant_max_upper_bound",
    "scale_min_lower_bound",
    "scale_max_upper_bound",
    "scale_exact_match",
    "zero_point_exact_match",
)


class Configs:
    """The qconfigs of one case, each once, by key."""

    def __init__(self, encoder):
        self.encoder = encoder
        self.qconfigs = {}

    def key(self, qconfig):
        if qconfig is None:
            return None
        first = "input_activation" if isinstance(qconfig, EqualizationQConfig) else "activation"
        row = {first: self.encoder.factory(qconfig[0]), "weight": self.encoder.factory(qconfig.weight)}
        text = json.dumps(row)
        for k, known in self.qconfigs.items():
            if json.dumps(known) == text:
                return k
        self.qconfigs[f"q{len(self.qconfigs)}"] = row
        return f"q{len(self.qconfigs) - 1}"

    def mapping(self, m):
        if m is None:
            return None
        return {
            "global": self.key(m.global_qconfig),
            "object_type": [[target(t), self.key(q)] for t, q in m.object_type_qconfigs.items()],
            "module_name_regex": [[r, self.key(q)] for r, q in m.module_name_regex_qconfigs.items()],
            "module_name": [[n, self.key(q)] for n, q in m.module_name_qconfigs.items()],
            "module_name_object_type_order": [
                [n, target(t), i, self.key(q)] for (n, t, i), q in m.module_name_object_type_order_qconfigs.items()
            ],
        }

    def prepare_custom(self, c):
        if c is None:
            return None
        out = {}
        for key, entries in (
            ("standalone_module_name", c.standalone_module_names),
            ("standalone_module_class", c.standalone_module_classes),
        ):
            rows = [self.standalone(key, i, name, e) for i, (name, e) in enumerate(entries.items())]
            if rows:
                out[key] = rows
        classes = {
            k.name.lower(): [[class_name(a), class_name(b)] for a, b in pairs.items()]
            for k, pairs in c.float_to_observed_mapping.items()
        }
        for key, value in (
            ("float_to_observed_mapping", classes),
            ("non_traceable_module_name", list(c.non_traceable_module_names)),
            ("non_traceable_module_class", [class_name(x) for x in c.non_traceable_module_classes]),
            ("input_quantized_idxs", list(c.input_quantized_indexes)),
            ("output_quantized_idxs", list(c.output_quantized_indexes)),
            ("preserved_attributes", list(c.preserved_attributes)),
        ):
            if value:
                out[key] = value
        return out

    def standalone(self, key, i, name, e):
        first = {"name": name} if key.endswith("name") else {"class": class_name(name)}
        return {
            **first,
            "qconfig_mapping": self.mapping(e.qconfig_mapping),
            "example_inputs": self.encoder.value(tuple(e.example_inputs), f"standalone.{i}.example"),
            "prepare_custom_config": self.prepare_custom(e.prepare_custom_config),
            "backend_config": None if e.backend_config is None else e.backend_config.name,
        }

    @staticmethod
    def convert_custom(c):
        if c is None:
            return None
        out = {}
        if c.observed_to_quantized_mapping:
            out["observed_to_quantized_mapping"] = {
                k.name.lower(): [[class_name(a), class_name(b)] for a, b in pairs.items()]
                for k, pairs in c.observed_to_quantized_mapping.items()
            }
        if c.preserved_attributes:
            out["preserved_attributes"] = list(c.preserved_attributes)
        return out


def target(t):
    """A pattern: a type, a function, a method name, or a nested tuple of them."""
    if isinstance(t, tuple):
        return {"tuple": [target(x) for x in t]}
    return {"method": t} if isinstance(t, str) else enum_value(t)


def backend_definition(config):
    """A backend configuration that has no name, entry by entry."""
    sets, rows = [], []
    for c in config.configs:
        row = {}
        if c.pattern is not None:
            row["pattern"] = target(c.pattern)
        row["observation_type"] = c.observation_type.name
        for k, v in (
            ("root_module", c.root_module),
            ("qat_module", c.qat_module),
            ("reference_quantized_module_for_root", c.reference_quantized_module),
            ("fused_module", c.fused_module),
        ):
            if v is not None:
                row[k] = class_name(v)
        if c.fuser_method is not None:
            name = c.fuser_method.__name__
            row["fuser_method"] = "sequential_wrapper2" if name == "fuser_method" else name
        if c._num_tensor_args_to_observation_type:
            row["num_tensor_args_to_observation_type"] = {
                str(k): v.name for k, v in c._num_tensor_args_to_observation_type.items()
            }
        if c._input_type_to_index:
            row["input_type_to_index"] = dict(c._input_type_to_index)
        dtype_configs = [dtype_config(d) for d in c.dtype_configs]
        if dtype_configs not in sets:
            sets.append(dtype_configs)
        row["dtype_configs"] = sets.index(dtype_configs)
        rows.append(row)
    return {"backend_name": config.name, "dtype_config_sets": sets, "configs": rows}


def dtype_config(d):
    out = {}
    for key in ("input_dtype", "output_dtype", "weight_dtype"):
        constrained = getattr(d, key + "_with_constraints")
        if constrained is not None and constrained.dtype is not None:
            out[key] = {"dtype": enum_value(constrained.dtype)}
            out[key].update({k: getattr(constrained, k) for k in BOUNDS if getattr(constrained, k) is not None})
    if d.bias_dtype is not None:
        out["bias_dtype"] = enum_value(d.bias_dtype)
    if d.is_dynamic:
        out["is_dynamic"] = True
    return out

"""Cases of the area `config`: backend configurations, default mappings, named qconfigs."""
import importlib
import itertools

import torch.ao.quantization as tq
import torch.ao.quantization.qconfig as named
from torch.ao.quantization import qconfig_mapping

from configs import Configs, backend_definition, target
from encoding import Encoder, write_case

ENGINES = ("x86", "fbgemm", "qnnpack", "onednn")
RECIPES = {
    "qconfig_mapping": "get_default_qconfig_mapping()",
    "qat_qconfig_mapping": "get_default_qat_qconfig_mapping()",
    "qconfig_mapping_symmetric_qnnpack": "_get_symmetric_qnnpack_qconfig_mapping()",
    "qat_qconfig_mapping_symmetric_qnnpack": "_get_symmetric_qnnpack_qat_qconfig_mapping()",
}
RECIPES.update({f"qconfig_mapping_{e}": f'get_default_qconfig_mapping("{e}")' for e in ENGINES})
RECIPES.update({f"qconfig_mapping_{e}_v0": f'get_default_qconfig_mapping("{e}", version=0)' for e in ENGINES})
RECIPES.update({f"qat_qconfig_mapping_{e}": f'get_default_qat_qconfig_mapping("{e}")' for e in ENGINES})
RECIPES.update({f"qat_qconfig_mapping_{e}_v{v}": f'get_default_qat_qconfig_mapping("{e}", version={v})'
                for e, v in itertools.product(ENGINES, (0, 1))})


def record_all(folder, _seed=0):
    """All cases; nothing in them is random."""
    for name, recipe in RECIPES.items():
        mapping(folder, name, recipe)
    qconfigs(folder)
    for name in ("native", "x86", "fbgemm", "qnnpack", "onednn", "tensorrt", "executorch"):
        backend(folder, name)


def mapping(folder, name, recipe):
    configs = Configs(Encoder())
    made = eval(recipe, vars(qconfig_mapping))
    document = {"name": name, "area": "config", "recipe": recipe, "qconfig_mapping": configs.mapping(made), "qconfigs": configs.qconfigs}
    write_case(folder, "config", name, document, configs.encoder)


def qconfigs(folder):
    encoder = Encoder()
    rows = {n: q for n, q in vars(named).items() if isinstance(q, tq.QConfig) and not n.startswith("_")}
    for e in ENGINES:
        rows[f'get_default_qconfig("{e}")'] = tq.get_default_qconfig(e)
        for v in (0, 1):
            rows[f'get_default_qat_qconfig("{e}", version={v})'] = tq.get_default_qat_qconfig(e, v)
    document = {"name": "named_qconfigs_all", "area": "config", "qconfigs": {
        n: {"activation": encoder.factory(q.activation), "weight": encoder.factory(q.weight)} for n, q in rows.items()}}
    write_case(folder, "config", document["name"], document, encoder)


def backend(folder, name):
    config = getattr(importlib.import_module("torch.ao.quantization.backend_config." + name), f"get_{name}_backend_config")()
    document = {"name": "backend_" + name, "area": "config", "backend_config": name, **backend_definition(config)}
    for row, c in zip(document["configs"], config.configs):
        row.setdefault("pattern", None)
        for key, f in (("root_node_getter", c._root_node_getter), ("extra_inputs_getter", c._extra_inputs_getter)):
            if f is not None:
                row[key] = f.__name__
        if c._pattern_complex_format is not None:
            row["pattern_complex_format"] = target(c._pattern_complex_format)
    write_case(folder, "config", document["name"], document, Encoder())

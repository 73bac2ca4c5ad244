"""Writes qconfigs.json: PyTorch's named qconfigs and default mappings in Octant's map form.

Run with torch 2.13: python qconfigs.py
"""

import json
import pathlib
import sys
import warnings

import torch
import torch.ao.quantization as Q
from torch.ao.quantization import qconfig as named
from torch.ao.quantization import qconfig_mapping as mappings

warnings.filterwarnings("ignore")
sys.path.insert(0, str(pathlib.Path(__file__).parents[5] / "dev"))
from backend_configs import target  # noqa: E402


def value(v):
    if isinstance(v, torch.dtype):
        return {"dtype": str(v)}
    if isinstance(v, torch.qscheme):
        return {"qscheme": str(v)}
    return spec(v) if callable(v) else v


def spec(f):
    if isinstance(f, type):
        module = "torch.nn." if f.__module__.startswith("torch.nn") else "torch.ao.quantization."
        return {"ctor": module + f.__name__, "kwargs": {}}
    out = spec(f.p.func)
    return {"ctor": out["ctor"], "kwargs": {**out["kwargs"], **{k: value(v) for k, v in f.p.keywords.items()}}}


def qconfig(q):
    return {"activation": spec(q.activation), "weight": spec(q.weight)}


def mapping(m):
    return {"": qconfig(m.global_qconfig), "object_type": [[target(t), qconfig(q)] for t, q in m.object_type_qconfigs.items()],
            "module_name_regex": [], "module_name": [], "module_name_object_type_order": []}


ENGINES = ("x86", "fbgemm", "onednn", "qnnpack")
out = {
    "named": {n: qconfig(q) for n, q in vars(named).items() if n.endswith(("qconfig", "qconfig_v2", "4bit"))
              and isinstance(q, Q.QConfig) and not n.startswith("_")},
    "ptq": {e: qconfig(Q.get_default_qconfig(e)) for e in ENGINES},
    "qat": {e + str(v): qconfig(Q.get_default_qat_qconfig(e, v)) for e in ENGINES for v in (0, 1)},
    "ptq_mapping": {e: mapping(Q.get_default_qconfig_mapping(e)) for e in ENGINES},
    "qat_mapping": {e + str(v): mapping(Q.get_default_qat_qconfig_mapping(e, v)) for e in ENGINES for v in (0, 1)},
    "symmetric": {"ptq": mapping(mappings._get_symmetric_qnnpack_qconfig_mapping()),
                  "qat": mapping(mappings._get_symmetric_qnnpack_qat_qconfig_mapping())},
}
path = pathlib.Path(__file__).parent / "qconfigs.json"
rows = ["%s:{\n%s\n}" % (json.dumps(k), ",\n".join("%s:%s" % (json.dumps(n), json.dumps(v, separators=(",", ":")))
                                                    for n, v in part.items())) for k, part in out.items()]
path.write_text("{\n" + ",\n".join(rows) + "\n}\n")
print({k: len(v) for k, v in out.items()}, path.stat().st_size)

"""The state of observers and fake quantizes."""

import copy
import warnings

from torch.ao.quantization import FakeQuantizeBase
from torch.ao.quantization.fx._equalize import _InputEqualizationObserver, update_obs_for_equalization
from torch.ao.quantization.observer import ObserverBase

from encoding import numbers


def each(model):
    """Path and object of every observer, those inside fake quantizes left out, each object once."""
    inside = set()
    for path, m in model.named_modules(remove_duplicate=True):
        if isinstance(m, FakeQuantizeBase):
            inside.update(id(c) for c in m.modules() if c is not m)
        if isinstance(m, (ObserverBase, FakeQuantizeBase, _InputEqualizationObserver)) and id(m) not in inside:
            yield path, m


def shared(model):
    """Groups of paths that are one object."""
    groups = {}
    for path, m in model.named_modules(remove_duplicate=False):
        if isinstance(m, (ObserverBase, FakeQuantizeBase)):
            groups.setdefault(id(m), []).append(path)
    return [g for g in groups.values() if len(g) > 1]


def states(model, with_qparams):
    return {path: state(m, with_qparams) for path, m in each(model)}


def state(m, with_qparams):
    if isinstance(m, _InputEqualizationObserver):
        return {"equalization_scale": numbers(m.equalization_scale)}
    out = {}
    statistics = m
    if isinstance(m, FakeQuantizeBase):
        statistics = getattr(m, "activation_post_process", m)
        defined = is_defined(m)
        out["scale"] = numbers(m.scale) if defined else None
        out["zero_point"] = numbers(m.zero_point) if defined else None
        out["observer_enabled"] = int(m.observer_enabled[0])
        out["fake_quant_enabled"] = int(m.fake_quant_enabled[0])
    for k in ("min_val", "max_val"):
        if hasattr(statistics, k):
            out[k] = numbers(getattr(statistics, k))
    if with_qparams:
        out["qparams"] = qparams(m)
    return out


def is_defined(m):
    """Fake quantizes per channel leave undefined memory until they have fake-quantized once."""
    return getattr(m, "was_fake_quantized", True)


def qparams(m):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            scale, zero_point = m.calculate_qparams()[:2]
        return {"scale": numbers(scale), "zero_point": numbers(zero_point)}
    except Exception as e:
        return {"raises": type(e).__name__}


def equalization_scales(prepared):
    """The scales that convert computes: by observer path, and by name of the equalized node."""
    model = copy.deepcopy(prepared)
    try:
        weights = update_obs_for_equalization(model, dict(model.named_modules(remove_duplicate=False)))
    except ValueError:  # convert says why
        return None
    scales = {p: numbers(m.equalization_scale) for p, m in each(model) if isinstance(m, _InputEqualizationObserver)}
    return {"input": scales, "weight": {n: numbers(o.equalization_scale) for n, o in weights.items() if o is not None}}

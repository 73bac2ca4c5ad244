"""Writes fake_quantizes.json: fake quantizes driven through batches and switches, with outputs, gradients and state.

Run with torch 2.13: python fake_quantizes.py
"""

import warnings

import torch
import torch.ao.quantization as Q
from torch.ao.quantization import observer as O
from torch.ao.quantization._learnable_fake_quantize import _LearnableFakeQuantize

from fixtures import encode, rand, write

warnings.filterwarnings("ignore")
TS, CS, C = torch.per_tensor_symmetric, torch.per_channel_symmetric, torch.per_channel_affine
CF = torch.per_channel_affine_float_qparams
CASES = []


def argument(v):
    if isinstance(v, torch.dtype):
        return {"dtype": str(v)}
    if isinstance(v, torch.qscheme):
        return {"qscheme": str(v)}
    if isinstance(v, tuple):
        return {"ctor": "torch.ao.quantization." + v[0].__name__, "kwargs": {k: argument(x) for k, x in v[1].items()}}
    return {"ctor": "torch.ao.quantization." + v.__name__, "kwargs": {}} if isinstance(v, type) else v


def case(name, kind, steps, **kwargs):
    real = dict(kwargs)
    if isinstance(real.get("observer"), tuple):
        real["observer"] = real["observer"][0].with_args(**real["observer"][1])
    m = kind(**real)
    out = []
    for step in steps:
        if isinstance(step, str):
            if step in ("static_estimate", "static_observation"):
                m.enable_static_estimate() if step == "static_estimate" else m.enable_static_observation()
            elif step == "learning":
                m.enable_param_learning()
            else:
                getattr(Q, step)(m)
            out.append({"switch": step})
        else:
            x = step.clone().requires_grad_(True)
            grad = rand(*step.shape)
            y = m(x)
            for p in m.parameters():
                p.grad = None
            y.backward(grad)
            row = {"x": encode(step), "grad": encode(grad), "out": encode(y.detach().clone()), "dx": encode(x.grad)}
            for n in ("scale", "zero_point"):
                p = getattr(m, n)
                row[n] = encode(p.detach().clone())
                if isinstance(p, torch.nn.Parameter) and m.learning_enabled[0] and p.grad is not None:
                    row["d" + n] = encode(p.grad.clone())
            for n in ("min_val", "max_val"):
                if hasattr(m.activation_post_process, n):
                    row[n] = encode(getattr(m.activation_post_process, n).clone())
            out.append(row)
    scale, zero_point = m.calculate_qparams()
    path = "torch.ao.quantization." + ("_learnable_fake_quantize." if kind is _LearnableFakeQuantize else "")
    CASES.append({"name": name, "spec": {"ctor": path + kind.__name__, "kwargs": {k: argument(v) for k, v in kwargs.items()}},
                  "steps": out, "final_scale": encode(scale.detach()), "final_zero_point": encode(zero_point.detach())})


F, FUSED, FIXED, LEARNABLE = (Q.FakeQuantize, Q.FusedMovingAvgObsFakeQuantize, Q.FixedQParamsFakeQuantize,
                              _LearnableFakeQuantize)
MA, MAC = O.MovingAverageMinMaxObserver, O.MovingAveragePerChannelMinMaxObserver


def steps(*shape):
    """Every combination of the two switches, with values that pass and values that are clamped."""
    return [rand(*shape), "disable_observer", rand(*shape, scale=6), "disable_fake_quant", rand(*shape),
            "enable_observer", rand(*shape), "enable_fake_quant", rand(*shape)]


case("default", F, steps(9), observer=MA, quant_min=0, quant_max=255)
case("no_range", F, steps(9), observer=MA)
case("no_arguments", F, steps(9))
case("signed", F, steps(9), observer=MA, quant_min=-128, quant_max=127, dtype=torch.qint8, qscheme=TS)
case("seven_bits", F, steps(9), observer=MA, quant_min=0, quant_max=255, reduce_range=True)
case("four_bits", F, steps(9), observer=MA, quant_min=0, quant_max=15)
case("minmax", F, steps(9), observer=O.MinMaxObserver, quant_min=0, quant_max=255)
case("of_spec", F, steps(9), observer=(MA, {"averaging_constant": 0.5, "dtype": torch.qint8}), quant_min=-128, quant_max=127)
case("dynamic", F, steps(9), observer=MA, quant_min=0, quant_max=255, averaging_constant=1, is_dynamic=True)
case("averaging", F, steps(9), observer=MA, quant_min=0, quant_max=255, averaging_constant=0.25)
for scheme, axis, shape in ((CS, 0, (2, 5)), (CS, 1, (2, 3)), (C, 0, (3, 4)), (C, 1, (2, 3, 2))):
    case("channels_%s_%d" % (str(scheme)[6:], axis), F, steps(*shape), observer=MAC, quant_min=-128, quant_max=127,
         dtype=torch.qint8, qscheme=scheme, ch_axis=axis)
case("channels_floats", F, steps(3, 4), observer=O.PerChannelMinMaxObserver, quant_min=0, quant_max=255, dtype=torch.quint8,
     qscheme=CF, ch_axis=0)
case("histogram", F, steps(9), observer=(O.HistogramObserver, {"bins": 16}), quant_min=0, quant_max=255)
case("fused", FUSED, steps(9), observer=MA, quant_min=0, quant_max=255)
case("fused_default", FUSED, steps(9))
case("fused_reduced", FUSED, steps(9), observer=MA, quant_min=0, quant_max=255, reduce_range=True)
case("fused_averaging", FUSED, steps(9), observer=MA, quant_min=0, quant_max=127, averaging_constant=0.25)
case("fused_symmetric", FUSED, steps(9), observer=MA, quant_min=-128, quant_max=127, dtype=torch.qint8, qscheme=TS)
case("fused_channels", FUSED, steps(2, 5), observer=MAC, quant_min=-128, quant_max=127, dtype=torch.qint8, qscheme=CS)
case("fused_channels_affine", FUSED, steps(2, 5), observer=MAC, quant_min=-128, quant_max=127, dtype=torch.qint8,
     qscheme=C)
case("fused_channels_observing_only", FUSED, [rand(2, 5), "disable_fake_quant", rand(2, 5)], observer=MAC,
     quant_min=-128, quant_max=127, dtype=torch.qint8, qscheme=CS)
FIX = (O.FixedQParamsObserver, {"scale": 1 / 256, "zero_point": 0, "dtype": torch.quint8, "quant_min": 0, "quant_max": 255})
TANH = (O.FixedQParamsObserver, {"scale": 2 / 256, "zero_point": 128, "dtype": torch.quint8, "quant_min": 0, "quant_max": 255})
case("fixed", FIXED, steps(9), observer=FIX)
case("fixed_tanh", FIXED, steps(9), observer=TANH)
LEARN = [rand(9), "static_observation", rand(9), "learning", rand(9, scale=6), rand(9), "static_estimate", rand(9),
         "disable_fake_quant", rand(9)]
for scaling in (False, True):
    case("learnable_%s" % scaling, LEARNABLE, LEARN, observer=MA, quant_min=0, quant_max=255, use_grad_scaling=scaling,
         scale=0.5, zero_point=3.0)
case("learnable_from_start", LEARNABLE, ["learning", rand(9, scale=90)], observer=MA, quant_min=0, quant_max=255,
     scale=0.25, zero_point=100.5)
case("learnable_symmetric", LEARNABLE, LEARN, observer=MA, quant_min=-128, quant_max=127, dtype=torch.qint8, qscheme=TS)
case("learnable_tiny_scale", LEARNABLE, ["learning", rand(5)], observer=MA, quant_min=0, quant_max=255, scale=1e-12)
for axis, shape in ((0, (2, 5)), (1, (2, 3, 2))):
    case("learnable_channels_%d" % axis, LEARNABLE,
         [rand(*shape), "learning", rand(*shape, scale=6), rand(*shape)], observer=MAC, quant_min=-128, quant_max=127,
         dtype=torch.qint8, qscheme=CS, ch_axis=axis, channel_len=shape[axis], use_grad_scaling=True)
case("learnable_channels_affine", LEARNABLE, [rand(2, 5), "learning", rand(2, 5, scale=6)], observer=MAC, quant_min=-128,
     quant_max=127, dtype=torch.qint8, qscheme=C, ch_axis=0, channel_len=2)

write("fake_quantizes.json", CASES)

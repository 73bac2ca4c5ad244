"""Writes observers.json: observers with the batches they see, what they know after each, and their parameters.

Run with torch 2.13: python observers.py
"""

import warnings

import torch
import torch.ao.quantization.observer as O

from fixtures import encode, rand, write

warnings.filterwarnings("ignore")
T, C = torch.per_tensor_affine, torch.per_channel_affine
TS, CS = torch.per_tensor_symmetric, torch.per_channel_symmetric
CF = torch.per_channel_affine_float_qparams
CASES = []


def argument(v):
    if isinstance(v, torch.dtype):
        return {"dtype": str(v)}
    return {"qscheme": str(v)} if isinstance(v, torch.qscheme) else v


def state(o):
    names = [n for n in ("min_val", "max_val", "histogram") if hasattr(o, n)]
    return {n: encode(getattr(o, n).detach().clone()) for n in names}


def case(name, kind, batches, **kwargs):
    o = getattr(O, kind)(**kwargs)
    states = []
    for x in batches:
        assert o(x) is x
        states.append(state(o))
    scale, zero_point = o.calculate_qparams()
    CASES.append({
        "name": name,
        "spec": {"ctor": "torch.ao.quantization." + kind, "kwargs": {k: argument(v) for k, v in kwargs.items()}},
        "batches": [encode(x) for x in batches],
        "states": states,
        "scale": encode(scale),
        "zero_point": encode(zero_point),
        "range": [o.quant_min, o.quant_max],
    })


def values(*v):
    return torch.tensor(v, dtype=torch.float32)


# From extrema to parameters: every dtype, scheme and range.
BOTH, POSITIVE, NEGATIVE = values(-1.375, 0.5, 2.90625), values(0.25, 6), values(-3.5, -0.125)
FULL = [torch.quint8, torch.qint8, torch.qint32, torch.quint4x2, torch.uint8, torch.int8, torch.int16, torch.int32,
        torch.uint16]
for dtype in FULL:
    for scheme in (T, TS):
        for reduce in (False, True):
            if scheme == TS and reduce and dtype == torch.quint8:
                continue  # refused
            for name, x in (("both", BOTH), ("positive", POSITIVE), ("negative", NEGATIVE)):
                case("minmax_%s_%s_%s_%s" % (str(dtype)[6:], str(scheme)[6:], reduce, name), "MinMaxObserver", [x],
                     dtype=dtype, qscheme=scheme, reduce_range=reduce)
for dtype, low, high in ((torch.qint8, -127, 127), (torch.qint8, -8, 7), (torch.quint8, 0, 127), (torch.quint8, 0, 15),
                         (torch.quint8, -3, 100), (torch.int32, -2**16, 2**16 - 1), (torch.qint8, -127, 128),
                         (torch.int8, 0, 31)):
    for scheme in (T, TS):
        case("range_%s_%d_%d_%s" % (str(dtype)[6:], low, high, str(scheme)[6:]), "MinMaxObserver", [BOTH],
             dtype=dtype, quant_min=low, quant_max=high, qscheme=scheme)
    case("reduced_%s_%d_%d" % (str(dtype)[6:], low, high), "MinMaxObserver", [BOTH],
         dtype=dtype, quant_min=low, quant_max=high, reduce_range=True)
for eps in (2**-12, 0.125):
    for scheme in (T, TS):
        case("eps_%g_%s" % (eps, str(scheme)[6:]), "MinMaxObserver", [values(-0.0625, 0.03125)], eps=eps, qscheme=scheme)
    case("eps_%g_floats" % eps, "PerChannelMinMaxObserver", [values(-0.0625, 0.03125, 0, 96).reshape(2, 2)],
         eps=eps, qscheme=CF)
case("zeros", "MinMaxObserver", [values(0, 0)])
case("nothing", "MinMaxObserver", [])
case("nothing_signed", "MinMaxObserver", [], dtype=torch.qint8, qscheme=TS)

# What is remembered.
THREE = [values(-1, 2), values(0.5, 3.25), values(-4.75, 1)]
case("minmax_widens", "MinMaxObserver", THREE)
case("minmax_dynamic", "MinMaxObserver", THREE, is_dynamic=True)
for constant in (0.01, 0.25, 1, 1.0):
    case("average_%s" % constant, "MovingAverageMinMaxObserver", THREE, averaging_constant=constant)
case("average_default", "MovingAverageMinMaxObserver", THREE)
case("average_dynamic", "MovingAverageMinMaxObserver", THREE, averaging_constant=1, is_dynamic=True)
case("average_skips_empty", "MovingAverageMinMaxObserver", [THREE[0], torch.empty(0), THREE[1]], averaging_constant=0.5)
case("average_nothing", "MovingAverageMinMaxObserver", [])
for scheme in (C, CS, CF):
    for axis, shape in ((0, (3, 4)), (1, (2, 3, 4)), (2, (2, 2, 3)), (-1, (2, 2, 3)), (1, (3, 2, 1, 2))):
        batches = [rand(*shape), rand(*shape)]
        for dtype in (torch.quint8, torch.qint8):
            name = "%s_%d_%d_%s" % (str(scheme)[6:], axis, len(shape), str(dtype)[6:])
            case("channels_" + name, "PerChannelMinMaxObserver", batches, ch_axis=axis, qscheme=scheme, dtype=dtype)
            case("channel_average_" + name, "MovingAveragePerChannelMinMaxObserver", batches, ch_axis=axis,
                 qscheme=scheme, dtype=dtype, averaging_constant=0.25)
case("channel_average_default", "MovingAveragePerChannelMinMaxObserver", [rand(2, 5), rand(2, 5)])
case("channels_skip_empty", "PerChannelMinMaxObserver", [rand(2, 5), torch.empty(0, 5), rand(2, 5)])
case("channel_average_skips_empty", "MovingAveragePerChannelMinMaxObserver", [rand(2, 5), torch.empty(2, 0), rand(2, 5)])
case("channels_nothing", "PerChannelMinMaxObserver", [])
case("channels_reduced", "PerChannelMinMaxObserver", [rand(2, 5)], dtype=torch.qint8, qscheme=CS, reduce_range=True)
case("channels_4_bits", "PerChannelMinMaxObserver", [rand(3, 6)], dtype=torch.quint4x2, qscheme=CF)
case("channels_some_one_sided", "PerChannelMinMaxObserver", [values(1, 2, -2, -1, 0, 0).reshape(3, 2)], qscheme=C)

# Histograms: widening by more, by less, to one side; a first tensor without extent.
GROWING = [rand(200), rand(100, scale=5), rand(100, scale=1), rand(50, scale=40)]
for bins in (8, 64):
    for dtype, scheme in ((torch.quint8, T), (torch.qint8, T), (torch.qint8, TS), (torch.quint8, TS)):
        case("histogram_%d_%s_%s" % (bins, str(dtype)[6:], str(scheme)[6:]), "HistogramObserver", GROWING,
             bins=bins, dtype=dtype, qscheme=scheme)
case("histogram_reduced", "HistogramObserver", GROWING[:2], bins=32, reduce_range=True)
case("histogram_4_bits", "HistogramObserver", GROWING[:2], bins=32, quant_min=0, quant_max=15)
case("histogram_16_bits", "HistogramObserver", GROWING[:2], bins=16, dtype=torch.int16)
case("histogram_constant", "HistogramObserver", [values(1.5, 1.5, 1.5)], bins=16)
case("histogram_constant_widened", "HistogramObserver", [values(1.5, 1.5, 1.5), values(-1, 2, 3)], bins=16)
case("histogram_same_range", "HistogramObserver", [values(-1, 0.5, 2), values(-1, 0.25, 2)], bins=16)
case("histogram_positive", "HistogramObserver", [rand(100).abs(), rand(100, scale=4).abs() + 1], bins=16)
case("histogram_skips_empty", "HistogramObserver", [rand(20), torch.empty(0), rand(20)], bins=16)
case("histogram_nothing", "HistogramObserver", [], bins=16)
case("histogram_infinities", "HistogramObserver", [values(-1, float("inf"), 0.5, 2, float("-inf"))], bins=16)
case("histogram_default_bins", "HistogramObserver", [torch.cat([rand(50), values(11.0)])])

case("fixed", "FixedQParamsObserver", [BOTH], scale=1 / 256, zero_point=0)
case("fixed_tanh", "FixedQParamsObserver", [BOTH], scale=2 / 256, zero_point=128)
case("fixed_signed", "FixedQParamsObserver", [BOTH], scale=0.5, zero_point=-3, dtype=torch.qint8, quant_min=-128, quant_max=127,
     qscheme=TS)

write("observers.json", CASES)

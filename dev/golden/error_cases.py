"""Cases of the area `errors`, kind constructor: arguments that classes refuse, and some that they surprisingly take."""
import warnings

import torch
import torch.ao.quantization as tq
from torch.ao.quantization._learnable_fake_quantize import _LearnableFakeQuantize
from torch.ao.quantization.fx._equalize import _InputEqualizationObserver, _WeightEqualizationObserver

from encoding import Encoder, write_case
from names import class_name

AVERAGE, CHANNELS = tq.MovingAverageMinMaxObserver, tq.MovingAveragePerChannelMinMaxObserver
Q8, U8 = torch.qint8, torch.quint8
PLAIN = {"minmax": tq.MinMaxObserver, "average": AVERAGE, "per_channel": tq.PerChannelMinMaxObserver, "channel_average": CHANNELS,
         "histogram": tq.HistogramObserver}
SCHEMES = {"ta": torch.per_tensor_affine, "ts": torch.per_tensor_symmetric, "ca": torch.per_channel_affine,
           "cs": torch.per_channel_symmetric, "cf": torch.per_channel_affine_float_qparams}


def record_all(folder, _seed=0):
    """All cases; nothing in them is random."""
    warnings.simplefilter("ignore")
    for c, cls in PLAIN.items():
        for n, kwargs in ranges().items():
            record(folder, f"{c}_{n}", cls, kwargs)
        for q, qscheme in SCHEMES.items():
            record(folder, f"{c}_scheme_{q}", cls, {"qscheme": qscheme})
            record(folder, f"{c}_scheme_{q}_reduced", cls, {"qscheme": qscheme, "reduce_range": True, "dtype": U8})
            record(folder, f"{c}_scheme_{q}_dynamic", cls, {"qscheme": qscheme, "is_dynamic": True})
    fakes(folder)
    rest(folder)


def ranges():
    out = {f"dtype_{str(d)[6:]}": {"dtype": d} for d in (torch.float32, torch.float16, torch.bfloat16, torch.float64, torch.int64, torch.bool,
                                                           torch.quint2x4, torch.complex64)}
    for i, (low, high, dtype) in enumerate(((1, 10, U8), (-10, -1, Q8), (0, 0, U8), (5, 0, U8), (0, 255, Q8), (-129, 127, Q8), (0, 256, U8), (0, 1000, U8),
                                            (-200, 200, Q8), (-128, 128, Q8), (0, 300, torch.int8), (-128, 127, U8), (10, -10, Q8),
                                            (0, 70000, torch.uint16), (-40000, 40000, torch.int16), (0, 16, torch.quint4x2))):
        out[f"range_{i}"] = {"quant_min": low, "quant_max": high, "dtype": dtype}
    out.update({"quant_min_only": {"quant_min": 3}, "quant_max_only": {"quant_max": 3}, "unknown": {"quantmin": 0}, "averaging": {"averaging_constant": 0.5},
                "axis": {"ch_axis": 1}, "bins": {"bins": 8}, "dynamic": {"is_dynamic": True}, "observer": {"observer": AVERAGE},
                "upsample": {"upsample_rate": 4}, "eps": {"eps": 0.0}, "scale": {"scale": 1.0}})
    return out


def fakes(folder):
    classes = {"fake": tq.FakeQuantize, "fused": tq.FusedMovingAvgObsFakeQuantize}
    for c, cls in classes.items():
        for i, (low, high, dtype) in enumerate(((0, 256, U8), (-1, 255, U8), (-129, 127, Q8), (0, 255, Q8), (-128, 128, Q8), (3, 1, U8), (2, 2, U8),
                                                (0, 0, U8), (1, 9, U8), (-9, -1, Q8), (0, 127, Q8), (-128, 0, Q8))):
            record(folder, f"{c}_range_{i}", cls, {"observer": AVERAGE, "quant_min": low, "quant_max": high, "dtype": dtype})
        for q, qscheme in SCHEMES.items():
            for o, observer in (("average", AVERAGE), ("channels", CHANNELS)):
                record(folder, f"{c}_{o}_scheme_{q}", cls, {"observer": observer, "qscheme": qscheme})
        for o in ("MinMaxObserver", "PerChannelMinMaxObserver", "HistogramObserver", "PlaceholderObserver", "NoopObserver", "RecordingObserver",
                  "ReuseInputObserver"):
            record(folder, f"{c}_of_{o}", cls, {"observer": getattr(tq, o)})
            record(folder, f"{c}_of_{o}_range", cls, {"observer": getattr(tq, o), "quant_min": 0, "quant_max": 255})
        for n, kwargs in {"unknown": {"quantmin": 0}, "dynamic": {"is_dynamic": True}, "dynamic_memoryless": {"is_dynamic": True, "averaging_constant": 1},
                          "dtype": {"dtype": torch.float32}, "dtype_range": {"dtype": torch.float32, "quant_min": 0, "quant_max": 255},
                          "bins": {"bins": 9}, "nested_dtype": {"observer": AVERAGE.with_args(dtype=Q8), "quant_min": 0, "quant_max": 255},
                          "reduced_symmetric": {"qscheme": SCHEMES["ts"], "reduce_range": True}}.items():
            record(folder, f"{c}_{n}", cls, kwargs)
    fixed = tq.FixedQParamsObserver.with_args(scale=0.1, zero_point=0)
    for n, kwargs in {"none": {}, "minmax": {"observer": tq.MinMaxObserver}, "good": {"observer": fixed}, "range": {"observer": fixed, "quant_min": 0},
                      "per_channel": {"observer": CHANNELS}, "no_scale": {"observer": tq.FixedQParamsObserver},
                      "per_channel_scheme": {"observer": tq.FixedQParamsObserver.with_args(scale=0.1, zero_point=0, qscheme=SCHEMES["ca"])}}.items():
        record(folder, f"fixed_fake_{n}", tq.FixedQParamsFakeQuantize, kwargs)
    for n, kwargs in {"no_observer": {}, "inverted": {"quant_min": 9, "quant_max": 3}, "equal": {"quant_min": 3, "quant_max": 3},
                      "out_of_dtype": {"quant_min": 0, "quant_max": 300}, "below_dtype": {"quant_min": -1, "quant_max": 5}, "qint8_default": {"dtype": Q8},
                      "no_channels": {"channel_len": 0}, "negative_channels": {"channel_len": -2}, "float_channels": {"channel_len": 2.0},
                      "unknown": {"quantmin": 0}, "dtype": {"dtype": torch.float32}, "scheme": {"qscheme": SCHEMES["ca"]},
                      "positive_range": {"quant_min": 2, "quant_max": 9}, "good": {"quant_min": 0, "quant_max": 15}}.items():
        observer = {} if n == "no_observer" else {"observer": AVERAGE}
        record(folder, f"learnable_{n}", _LearnableFakeQuantize, {**observer, **kwargs})


def rest(folder):
    for n, kwargs in {"no_arguments": {}, "no_zero_point": {"scale": 1.0}, "dynamic": {"scale": 1.0, "zero_point": 0, "is_dynamic": True},
                      "unknown": {"scale": 1.0, "zero_point": 0, "eps": 0.1}, "good": {"scale": 1.0, "zero_point": 0},
                      "zero_point_outside": {"scale": 1.0, "zero_point": 300}, "negative_scale": {"scale": -1.0, "zero_point": 0}}.items():
        record(folder, f"fixed_{n}", tq.FixedQParamsObserver, kwargs, "calculate_qparams")
    for c, cls in {"placeholder": tq.PlaceholderObserver, "noop": tq.NoopObserver, "recording": tq.RecordingObserver,
                   "reuse": tq.ReuseInputObserver}.items():
        record(folder, f"{c}_calculate", cls, {}, "calculate_qparams")
        for n, kwargs in {"unknown": {"bins": 3}, "dtype": {"dtype": Q8}, "scheme": {"qscheme": SCHEMES["ts"]}, "dynamic": {"is_dynamic": True},
                          "range": {"quant_min": 0, "quant_max": 9}, "custom": {"custom_op_name": "x"}, "eps": {"eps": 0.1}}.items():
            record(folder, f"{c}_{n}", cls, kwargs)
    record(folder, "placeholder_range_inverted", tq.PlaceholderObserver, {"quant_min": 9, "quant_max": 0, "dtype": Q8})
    for c, cls in {**PLAIN, "fake": tq.FakeQuantize, "fused": tq.FusedMovingAvgObsFakeQuantize}.items():
        record(folder, f"{c}_calculate_without_data", cls, {}, "calculate_qparams")
    for q, qscheme in SCHEMES.items():
        record(folder, f"input_equalization_{q}", _InputEqualizationObserver, {"qscheme": qscheme})
        record(folder, f"weight_equalization_{q}", _WeightEqualizationObserver, {"qscheme": qscheme})
    record(folder, "input_equalization_unknown", _InputEqualizationObserver, {"bins": 1})
    record(folder, "input_equalization_range", _InputEqualizationObserver, {"quant_min": 3, "quant_max": 1})
    record(folder, "weight_equalization_range", _WeightEqualizationObserver, {"quant_min": 3, "quant_max": 1})


def record(folder, name, cls, kwargs, then_call=None):
    encoder = Encoder()
    document = {"name": name, "area": "errors", "kind": "constructor", "class": class_name(cls)}
    document["kwargs"] = encoder.factory(tq.PlaceholderObserver.with_args(**kwargs))["kwargs"]
    if then_call:
        document["then_call"] = then_call
    document["expected"] = {"raises": None}
    try:
        made = cls(**kwargs)
        if then_call:
            getattr(made, then_call)()
    except Exception as e:
        document["expected"] = {"raises": type(e).__name__, "message": str(e).strip().split("\n")[0][:200]}
    write_case(folder, "errors", name, document, encoder)

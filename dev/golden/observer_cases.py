"""Cases of the area `observers`: one observer, its batches, its state after each batch, its parameters."""
import itertools
import warnings

import torch
import torch.ao.quantization as tq

from encoding import Encoder, numbers, raised, write_case
from names import class_name

ATTRIBUTES = [
    "averaging_constant", "dtype", "is_dynamic", "qscheme", "reduce_range", "has_customized_qrange", "quant_min", "quant_max",
    "ch_axis", "bins", "dst_nbins", "upsample_rate", "eps", "custom_op",
]
PER_TENSOR = {"ta": torch.per_tensor_affine, "ts": torch.per_tensor_symmetric}
PER_CHANNEL = {
    "ca": torch.per_channel_affine, "cs": torch.per_channel_symmetric, "cf": torch.per_channel_affine_float_qparams,
}
DTYPES = {
    "quint8": torch.quint8, "qint8": torch.qint8, "qint32": torch.qint32, "uint8": torch.uint8, "int8": torch.int8,
    "int16": torch.int16, "uint16": torch.uint16, "int32": torch.int32, "quint4x2": torch.quint4x2,
}


def record(folder, name, observer, kwargs, batches, ignore=(), notes=None):
    """Runs one observer over its batches and writes the case."""
    encoder = Encoder()
    made = observer(**kwargs)
    document = {"name": name, "area": "observers", "observer": class_name(observer)}
    document["kwargs"] = encoder.factory(tq.PlaceholderObserver.with_args(**kwargs))["kwargs"]
    if notes:
        document["notes"] = notes
    document["attributes"] = attributes(encoder, made)
    if ignore:
        document["ignore"] = list(ignore)
    document["batches"] = [encoder.tensors.add(f"batch{i}", x) for i, x in enumerate(batches)]
    document["after_batch"] = [step(encoder, made, x, i) for i, x in enumerate(batches)]
    if not any("raises" in s for s in document["after_batch"]):
        parameters(document, made)
    write_case(folder, "observers", name, document, encoder)


def attributes(encoder, made):
    out = {}
    for a in ATTRIBUTES:
        if hasattr(made, a):
            v = getattr(made, a)
            out[a] = v.item() if isinstance(v, torch.Tensor) else encoder.value(v, a)
    return out


def step(encoder, made, x, i):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            made(x)
        except Exception as e:
            return {"raises": raised(e)}
    out = {}
    for a in ("min_val", "max_val"):
        if hasattr(made, a):
            out[a] = numbers(getattr(made, a))
    if hasattr(made, "histogram"):
        out["histogram"] = encoder.tensors.add(f"obs.step{i}.histogram", made.histogram)
    return out


def parameters(document, made):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            scale, zero_point = made.calculate_qparams()
        except Exception as e:
            document["qparams"] = {"raises": raised(e)}
            return
    document["qparams"] = {
        "scale": numbers(scale), "zero_point": numbers(zero_point), "scale_dtype": str(scale.dtype),
        "zero_point_dtype": str(zero_point.dtype),
    }
    if any("must run observer" in str(w.message) for w in caught):
        document["warns"] = True


class Batches:
    """Tensors from one seeded generator."""

    def __init__(self, seed):
        self.generator = torch.Generator().manual_seed(seed)

    def normal(self, *shape, mean=0.0, std=1.0):
        return torch.randn(shape, generator=self.generator) * std + mean

    def uniform(self, *shape, low=0.0, high=1.0):
        return torch.rand(shape, generator=self.generator) * (high - low) + low

    def sequences(self):
        """Lists of batches that move a range in every way; the last dimensions are 4 x 6."""
        n = self.normal
        u = self.uniform
        with_value = lambda v: torch.cat([n(3, 6), torch.full((1, 6), v)])
        return {
            "normal": [n(4, 6), n(4, 6)],
            "growing": [n(4, 6, std=s) for s in (0.5, 1.0, 3.0, 20.0)],
            "shrinking": [n(4, 6, std=s) for s in (20.0, 3.0, 1.0, 0.5)],
            "drifting_up": [n(4, 6, mean=m) for m in (0.0, 2.0, 5.0, 9.0)],
            "drifting_down": [n(4, 6, mean=-m) for m in (0.0, 2.0, 5.0, 9.0)],
            "jumping": [n(4, 6), n(4, 6, std=100.0), n(4, 6, std=0.01)],
            "positive": [u(4, 6, low=1.0, high=3.0), u(4, 6, low=0.5, high=5.0)],
            "negative": [u(4, 6, low=-3.0, high=-1.0), u(4, 6, low=-5.0, high=-0.5)],
            "sides": [u(4, 6, low=1.0, high=2.0), u(4, 6, low=-9.0, high=-8.0)],
            "zeros": [torch.zeros(4, 6), torch.zeros(4, 6)],
            "zeros_then_normal": [torch.zeros(4, 6), n(4, 6)],
            "constant": [torch.full((4, 6), 2.5), torch.full((4, 6), 2.5)],
            "constants": [torch.full((4, 6), v) for v in (-1.5, 3.0, 0.25)],
            "negative_constant": [torch.full((4, 6), -0.7)],
            "normal_then_constant_outside": [n(4, 6), torch.full((4, 6), 12.0)],
            "huge": [n(4, 6, std=1e37), n(4, 6, std=1e36)],
            "tiny": [n(4, 6, std=1e-7), n(4, 6, std=1e-8)],
            "denormal": [n(4, 6, std=1e-40)],
            "mixed_magnitudes": [with_value(1e6), with_value(-1e-6)],
            "one_outlier": [n(4, 6), with_value(300.0), n(4, 6)],
            "empty_first": [torch.empty(0, 6), n(4, 6)],
            "empty_last": [n(4, 6), torch.empty(4, 0)],
            "double": [n(4, 6).double(), n(4, 6, std=3.0).double()],
            "half": [n(4, 6).half(), n(4, 6, std=3.0).half()],
            "rounding_thirds": [torch.arange(24.0).reshape(4, 6) / 3.0],
            "integers": [torch.arange(-12.0, 12.0).reshape(4, 6), torch.arange(24.0).reshape(4, 6)],
        }

    def not_finite(self):
        n = self.normal
        def one(v):
            x = n(4, 6)
            x[1, 2] = v
            return x
        inf = float("inf")
        return {
            "inf": [n(4, 6), one(inf)], "minus_inf": [one(-inf), n(4, 6)], "both_inf": [one(inf), one(-inf)],
            "nan": [n(4, 6), one(float("nan")), n(4, 6)], "nan_first": [one(float("nan")), n(4, 6)],
        }

    def shapes(self):
        n = self.normal
        return {
            "scalar": [n(), n()], "one_element": [n(1), n(1)], "vector": [n(7), n(9)], "matrix": [n(2, 9), n(5, 3)],
            "volume": [n(2, 3, 4), n(1, 3, 5)], "images": [n(2, 3, 4, 5), n(1, 3, 2, 2)], "clips": [n(1, 2, 3, 2, 4)],
        }


def record_all(folder, seed=0):
    """All cases."""
    minmax(folder, Batches(10 * seed))
    moving_average(folder, Batches(10 * seed + 1))
    per_channel(folder, Batches(10 * seed + 2))
    histogram(folder, Batches(10 * seed + 3))
    others(folder, Batches(10 * seed + 4))


def ranges(dtype):
    """Custom ranges that an observer of a dtype takes."""
    return {
        "quint8": [(0, 127), (0, 15), (0, 1), (0, 200), (-10, 100)], "qint8": [(-127, 127), (-64, 63), (-8, 7), (-1, 1), (-100, 27)],
        "uint8": [(0, 100), (0, 255)], "int8": [(-127, 127), (-4, 3)], "int16": [(-32767, 32767), (-2048, 2047)],
        "uint16": [(0, 4095)], "int32": [(-(2**20), 2**20), (0, 65535)], "qint32": [(-(2**31), 2**31 - 1), (-1000, 1000)],
        "quint4x2": [(0, 15), (0, 7)],
    }[dtype]


def record_if_made(folder, name, observer, kwargs, batches, **rest):
    """Refused arguments are cases of the area `errors`."""
    try:
        observer(**kwargs)
    except Exception:
        return
    record(folder, name, observer, kwargs, batches, **rest)


def minmax(folder, b):
    cls = tq.MinMaxObserver
    sequences = b.sequences()
    for (d, dtype), (q, qscheme), reduce in itertools.product(DTYPES.items(), PER_TENSOR.items(), (False, True)):
        kwargs = {"dtype": dtype, "qscheme": qscheme, "reduce_range": reduce}
        for s in ("growing", "negative", "positive"):
            record_if_made(folder, f"minmax_{d}_{q}{'_reduced' * reduce}_{s}", cls, kwargs, sequences[s])
    for (d, dtype), (q, qscheme), reduce in itertools.product(DTYPES.items(), PER_TENSOR.items(), (False, True)):
        for low, high in ranges(d):
            kwargs = {"dtype": dtype, "qscheme": qscheme, "quant_min": low, "quant_max": high, "reduce_range": reduce}
            name = f"minmax_{d}_{q}_{low}_{high}{'_reduced' * reduce}".replace("-", "m")
            record_if_made(folder, name, cls, kwargs, [b.normal(4, 6, mean=0.3)])
    for s, batches in {**sequences, **b.shapes()}.items():
        record(folder, f"minmax_{s}", cls, {}, batches)
        record(folder, f"minmax_symmetric_{s}", cls, {"dtype": torch.qint8, "qscheme": torch.per_tensor_symmetric}, batches)
    for s, batches in b.not_finite().items():
        record(folder, f"minmax_{s}", cls, {}, batches, ignore=["qparams.zero_point"])
    for eps in (2.0**-12, 1e-3, 1.0, 1e-30):
        for s in ("tiny", "normal", "zeros"):
            record(folder, f"minmax_eps_{eps:.0e}_{s}".replace("-", "m"), cls, {"eps": eps}, sequences[s])
    record(folder, "minmax_dynamic", cls, {"is_dynamic": True}, sequences["growing"])
    record(folder, "minmax_quant_min_only", cls, {"quant_min": 0}, sequences["growing"])


def moving_average(folder, b):
    cls = tq.MovingAverageMinMaxObserver
    sequences = {**b.sequences(), **b.shapes()}
    for s, batches in sequences.items():
        record(folder, f"moving_average_{s}", cls, {"averaging_constant": 0.25}, batches)
    for constant in (0.001, 0.5, 0.9, 1, 0, 1.5):
        name = f"moving_average_constant_{constant}".replace(".", "p")
        record(folder, name, cls, {"averaging_constant": constant}, sequences["jumping"])
    for (d, dtype), (q, qscheme), reduce in itertools.product(DTYPES.items(), PER_TENSOR.items(), (False, True)):
        kwargs = {"dtype": dtype, "qscheme": qscheme, "reduce_range": reduce}
        record_if_made(folder, f"moving_average_{d}_{q}{'_reduced' * reduce}", cls, kwargs, sequences["growing"])
    for s, batches in b.not_finite().items():
        record(folder, f"moving_average_{s}", cls, {}, batches, ignore=["qparams.zero_point"])
    record(folder, "moving_average_no_data", cls, {}, [])
    record(folder, "moving_average_dynamic", cls, {"is_dynamic": True, "averaging_constant": 1, "dtype": torch.qint8}, sequences["jumping"])
    record(folder, "moving_average_range_eps", cls,
           {"quant_min": -128, "quant_max": 127, "dtype": torch.qint8, "qscheme": torch.per_tensor_symmetric, "eps": 2**-12},
           sequences["tiny"])


def per_channel(folder, b):
    classes = {"per_channel": tq.PerChannelMinMaxObserver, "per_channel_average": tq.MovingAveragePerChannelMinMaxObserver}
    sequences = b.sequences()
    for (c, cls), (d, dtype), (q, qscheme), reduce in itertools.product(
            classes.items(), DTYPES.items(), PER_CHANNEL.items(), (False, True)):
        kwargs = {"dtype": dtype, "qscheme": qscheme, "reduce_range": reduce}
        record_if_made(folder, f"{c}_{d}_{q}{'_reduced' * reduce}", cls, kwargs, sequences["growing"])
    for (c, cls), axis in itertools.product(classes.items(), range(-4, 4)):
        name = f"{c}_images_axis_{axis}".replace("-", "m")
        batches = [b.normal(2, 3, 4, 5), b.normal(2, 3, 4, 5, std=2.0)]
        record(folder, name, cls, {"ch_axis": axis, "dtype": torch.qint8, "qscheme": torch.per_channel_symmetric}, batches)
    for (c, cls), (q, qscheme) in itertools.product(classes.items(), PER_CHANNEL.items()):
        for s in ("zeros", "constant", "negative", "positive", "tiny", "huge", "denormal", "double", "empty_first", "empty_last", "sides"):
            record(folder, f"{c}_{q}_{s}", cls, {"qscheme": qscheme}, sequences[s])
    for c, cls in classes.items():
        for s, batches in b.not_finite().items():
            record(folder, f"{c}_{s}", cls, {}, batches, ignore=["qparams.zero_point"])
        mixed = torch.stack([torch.zeros(6), b.normal(6), b.uniform(6), -b.uniform(6), torch.full((6,), 4.0), b.normal(6, std=1e-9)])
        for q, qscheme in PER_CHANNEL.items():
            record(folder, f"{c}_{q}_kinds_of_channels", cls, {"qscheme": qscheme}, [mixed, mixed * 2])
            record(folder, f"{c}_{q}_range_0_15", cls, {"qscheme": qscheme, "quant_min": 0, "quant_max": 15}, [b.normal(3, 8)])
            record(folder, f"{c}_{q}_no_data", cls, {"qscheme": qscheme}, [])
        record(folder, f"{c}_one_channel", cls, {}, [b.normal(1, 5), b.normal(1, 5)])
        record(folder, f"{c}_vector", cls, {}, [b.normal(5)])
        record(folder, f"{c}_more_channels_later", cls, {}, [b.normal(2, 5), b.normal(3, 5)])
        record(folder, f"{c}_axis_1_volume", cls, {"ch_axis": 1}, [b.normal(2, 3, 4), b.normal(5, 3, 2)])
        record(folder, f"{c}_eps", cls, {"eps": 2**-12, "dtype": torch.qint8, "qscheme": torch.per_channel_symmetric}, sequences["tiny"])
    for constant in (0.001, 0.5, 1):
        kwargs = {"averaging_constant": constant, "ch_axis": 1}
        name = f"per_channel_average_constant_{constant}".replace(".", "p")
        record(folder, name, classes["per_channel_average"], kwargs, sequences["jumping"])


def histogram(folder, b):
    cls = tq.HistogramObserver
    large = {s: [torch.cat([x.reshape(-1)] * 2) if x.numel() else x for x in batches] for s, batches in b.sequences().items()}
    more = {
        "normal_large": [b.normal(50, 40), b.normal(50, 40)],
        "growing_large": [b.normal(400, std=s) for s in (0.5, 1.0, 3.0, 20.0)],
        "shrinking_large": [b.normal(400, std=s) for s in (20.0, 3.0, 1.0, 0.5)],
        "alternating_large": [b.normal(400, std=s) for s in (1.0, 7.0, 2.0, 9.0, 0.5, 11.0)],
        "relu_large": [b.normal(500).relu(), b.normal(500, std=2.0).relu(), b.normal(500, std=4.0).relu()],
        "exponential": [-b.uniform(600, low=1e-6).log(), -b.uniform(600, low=1e-9).log() * 2],
        "heavy_tails_large": [b.normal(800) / b.uniform(800, low=1e-3), b.normal(800) / b.uniform(800, low=1e-3)],
        "double_large": [b.normal(3000).double() / 3, b.normal(3000).double() / 7, b.normal(3000).double()],
        "double_widening": [b.normal(3000).double() / 7, b.normal(3000).double() / 3, b.normal(10).double() * 5],
        "two_peaks": [torch.cat([b.normal(300, mean=-6.0), b.normal(300, mean=5.0)])] * 2,
        "outside_left": [b.normal(300), b.normal(300, mean=-50.0)],
        "outside_right": [b.normal(300), b.normal(300, mean=50.0)],
        "inside": [b.uniform(300, low=-4.0, high=4.0), b.uniform(300), b.uniform(300, low=-1.0)],
        "many_steps": [b.normal(60, std=1.0 + 0.3 * i) for i in range(8)],
    }
    for s, batches in {**large, **b.shapes(), **more}.items():
        record(folder, f"histogram_{s}", cls, {}, batches)
    for s, batches in b.not_finite().items():
        record(folder, f"histogram_{s}", cls, {}, batches, ignore=["qparams.zero_point"])
    for bins in (1, 2, 7, 16, 100, 512, 1000):
        for s in ("growing_large", "alternating_large", "relu_large"):
            record(folder, f"histogram_bins_{bins}_{s}", cls, {"bins": bins}, more[s])
    for (d, dtype), (q, qscheme), reduce in itertools.product(DTYPES.items(), PER_TENSOR.items(), (False, True)):
        kwargs = {"dtype": dtype, "qscheme": qscheme, "reduce_range": reduce, "bins": 256}
        record_if_made(folder, f"histogram_{d}_{q}{'_reduced' * reduce}", cls, kwargs, more["heavy_tails_large"])
    for low, high in ((0, 127), (0, 15), (0, 1)):
        record(folder, f"histogram_range_{low}_{high}", cls, {"quant_min": low, "quant_max": high, "bins": 512}, more["exponential"])
    for eps in (2**-12, 1.0):
        record(folder, f"histogram_eps_{eps:.0e}".replace("-", "m"), cls, {"eps": eps}, large["tiny"])


def others(folder, b):
    fixed = [
        {"scale": 1 / 256, "zero_point": 0}, {"scale": 2 / 256, "zero_point": 128, "quant_min": 0, "quant_max": 255},
        {"scale": 0.1, "zero_point": -3, "dtype": torch.qint8, "quant_min": -128, "quant_max": 127},
        {"scale": 0.25, "zero_point": 5, "dtype": torch.qint32, "quant_min": -100, "quant_max": 100},
        {"scale": 0.5, "zero_point": 1, "qscheme": torch.per_tensor_symmetric}, {"scale": 2, "zero_point": 7},
    ]
    for i, kwargs in enumerate(fixed):
        record(folder, f"fixed_{i}", tq.FixedQParamsObserver, kwargs, [b.normal(3, 4), b.normal(2)])
    record(folder, "fixed_no_data", tq.FixedQParamsObserver, {"scale": 0.3, "zero_point": 9}, [])
    placeholders = [
        {}, {"dtype": torch.float16}, {"dtype": torch.float32, "custom_op_name": "topk"}, {"dtype": torch.qint8, "quant_min": -128,
         "quant_max": 127, "qscheme": torch.per_tensor_symmetric, "is_dynamic": True, "eps": 2**-12},
        {"dtype": torch.quint8, "is_dynamic": True}, {"compute_dtype": torch.quint8}, {"dtype": torch.int32},
    ]
    for i, kwargs in enumerate(placeholders):
        record(folder, f"placeholder_{i}", tq.PlaceholderObserver, kwargs, [b.normal(3, 4)])
    record(folder, "placeholder_no_data", tq.PlaceholderObserver, {}, [])
    for d in ("qint8", "quint8"):
        record(folder, f"recording_{d}", tq.RecordingObserver, {"dtype": DTYPES[d]}, [b.normal(3, 4), b.normal(2), b.normal()])
        record(folder, f"noop_{d}", tq.NoopObserver, {"dtype": DTYPES[d]}, [b.normal(3, 4)])
    record(folder, "noop_custom_op", tq.NoopObserver, {"custom_op_name": "argsort"}, [b.normal(3, 4)])
    record(folder, "recording_default", tq.RecordingObserver, {}, [b.normal(3, 4)])
    record(folder, "reuse_input_two", tq.ReuseInputObserver, {}, [b.normal(3, 4), b.normal(2)])

"""Cases `quantize/module_*`: fake quantize modules run through batches and toggles, learnable ones through training steps."""
import itertools
import math
import random
import warnings

import torch
import torch.ao.quantization as tq
from torch.ao.quantization._learnable_fake_quantize import _LearnableFakeQuantize

from encoding import Encoder, number, numbers, raised, write_case
from names import class_name
from observer_cases import Batches

ATTRIBUTES = ["quant_min", "quant_max", "is_dynamic", "dtype", "qscheme", "ch_axis", "is_per_channel", "is_symmetric_quant"]
TOGGLES = ["disable_observer", "disable_fake_quant", "enable_observer", "enable_fake_quant"]
AVERAGE = tq.MovingAverageMinMaxObserver
CHANNEL_AVERAGE = tq.MovingAveragePerChannelMinMaxObserver


def new_document(encoder, name, module, kwargs):
    factory = encoder.factory(tq.PlaceholderObserver.with_args(**kwargs))
    return {"name": name, "area": "quantize", "module": class_name(module), "kwargs": factory["kwargs"]}


def qparams(made):
    try:
        scale, zero_point = made.calculate_qparams()
    except Exception as e:
        return {"raises": raised(e)}
    return {"scale": numbers(scale), "zero_point": numbers(zero_point)}


def record(folder, name, module, kwargs, script, seed=0):
    """Runs a module; the script has tensors and names of toggles."""
    torch.manual_seed(seed)
    encoder = Encoder()
    made = module(**kwargs)
    document = new_document(encoder, "module_" + name, module, kwargs)
    document["attributes"] = {a: encoder.value(getattr(made, a), a) for a in ATTRIBUTES if hasattr(made, a)}
    document["steps"] = []
    batches = itertools.count()
    for entry in script:
        if isinstance(entry, str):
            made.apply(getattr(tq, entry))
            document["steps"].append({"toggle": entry})
        else:
            document["steps"].append(step(encoder, made, entry, next(batches)))
    if not any("raises" in s for s in document["steps"]):
        document["qparams"] = qparams(made)
    write_case(folder, "quantize", document["name"], document, encoder)


def step(encoder, made, batch, i):
    x = batch.clone().requires_grad_()
    g = torch.randn(x.shape)
    try:
        y = made(x)
    except RuntimeError as e:
        return {"input": encoder.tensors.add(f"x{i}", batch), "raises": raised(e)}
    y.backward(g)
    names = {"input": ("x", batch), "output": ("y", y), "grad_output": ("g", g), "grad_input": ("gx", x.grad)}
    out = {field: encoder.tensors.add(f"{label}{i}", t) for field, (label, t) in names.items()}
    out["state"] = state(made)
    return out


def state(made):
    """Per channel, a fused module leaves its parameters undefined until it has fake-quantized."""
    fused = isinstance(made, tq.FusedMovingAvgObsFakeQuantize)
    undefined = fused and made.is_per_channel and not made.fake_quant_enabled.item()
    out = {}
    for a in ("scale", "zero_point"):
        out[a] = None if undefined else numbers(getattr(made, a))
    for a in ("observer_enabled", "fake_quant_enabled"):
        out[a] = getattr(made, a).item()
    for a in ("min_val", "max_val"):
        if hasattr(made.activation_post_process, a):
            out[a] = numbers(getattr(made.activation_post_process, a))
    return out


def record_learnable(folder, name, kwargs, batches, kinds, lr=0.01):
    encoder = Encoder()
    made = _LearnableFakeQuantize(**kwargs)
    document = new_document(encoder, "module_learnable_" + name, _LearnableFakeQuantize, kwargs)
    document["steps"] = [learnable_step(encoder, made, x, kind, lr, i) for i, (x, kind) in enumerate(zip(batches, kinds))]
    document["qparams"] = qparams(made)
    write_case(folder, "quantize", document["name"], document, encoder)


def learnable_step(encoder, made, x, kind, lr, i):
    {"static_estimate": made.enable_static_estimate, "static_observation": made.enable_static_observation,
     "learn": made.enable_param_learning}[kind]()
    out = {"step": kind}
    learned = [made.scale, made.zero_point]
    if kind == "learn":
        for p in learned:
            p.grad = None
        y = made(x)
        loss = ((y - x) ** 2).mean() + y.abs().mean()
        loss.backward()
        out.update({"lr": lr, "loss_formula": "mean((y-x)^2) + mean(|y|)", "loss": number(loss.item())})
    else:
        y = made(x)
    out["input"] = encoder.tensors.add(f"x{i}", x)
    out["output"] = encoder.tensors.add(f"y{i}", y)
    if kind == "learn":
        out["grad_scale"], out["grad_zero_point"] = (numbers(p.grad) for p in learned)
        torch.optim.SGD(learned, lr=lr).step()
    out["scale"], out["zero_point"] = (numbers(p) for p in learned)
    return out


def presets():
    """The named fake quantizes of PyTorch and others, with kwargs as their factories pass them."""
    sym, aff = torch.per_tensor_symmetric, torch.per_tensor_affine
    csym, caff, cflo = torch.per_channel_symmetric, torch.per_channel_affine, torch.per_channel_affine_float_qparams
    q8, u8 = torch.qint8, torch.quint8
    plain = {
        "default": {"observer": AVERAGE, "quant_min": 0, "quant_max": 255, "dtype": u8, "qscheme": aff, "reduce_range": True},
        "weight": {"observer": AVERAGE, "quant_min": -128, "quant_max": 127, "dtype": q8, "qscheme": sym, "reduce_range": False},
        "minmax": {"observer": tq.MinMaxObserver, "quant_min": 0, "quant_max": 255},
        "minmax_narrow": {"observer": tq.MinMaxObserver, "quant_min": -127, "quant_max": 127, "dtype": q8, "qscheme": sym, "eps": 2**-12},
        "no_range": {"observer": tq.MinMaxObserver, "dtype": q8},
        "dynamic": {"observer": AVERAGE, "quant_min": 0, "quant_max": 255, "is_dynamic": True, "dtype": u8, "averaging_constant": 1},
        "histogram_qint8": {"observer": tq.HistogramObserver, "quant_min": -128, "quant_max": 127, "dtype": q8, "qscheme": sym},
        "histogram_reduced": {"observer": tq.HistogramObserver, "quant_min": 0, "quant_max": 255, "dtype": u8, "reduce_range": True},
        "four_bits": {"observer": AVERAGE, "quant_min": 0, "quant_max": 15, "averaging_constant": 0.5},
        "int16": {"observer": tq.MinMaxObserver, "dtype": torch.int16, "quant_min": -32768, "quant_max": 32767, "qscheme": sym},
        "int32": {"observer": tq.MinMaxObserver, "dtype": torch.int32, "quant_min": -1000, "quant_max": 1000},
        "channels_minmax": {"observer": tq.PerChannelMinMaxObserver, "quant_min": -128, "quant_max": 127, "dtype": q8, "qscheme": csym},
        "channels_affine_axis_1": {"observer": tq.PerChannelMinMaxObserver, "quant_min": 0, "quant_max": 255, "qscheme": caff, "ch_axis": 1},
        "channels_average_axis_1": {"observer": CHANNEL_AVERAGE, "quant_min": 0, "quant_max": 100, "qscheme": caff, "ch_axis": 1,
                                    "averaging_constant": 0.3},
        "channels_float": {"observer": tq.PerChannelMinMaxObserver, "quant_min": 0, "quant_max": 15, "qscheme": cflo, "dtype": u8},
        "nested_factory": {"observer": AVERAGE.with_args(averaging_constant=0.4, dtype=q8, qscheme=sym), "quant_min": -64, "quant_max": 63},
    }
    fused = {
        "default": {"observer": AVERAGE, "quant_min": 0, "quant_max": 255, "dtype": u8},
        "reduced": {"observer": AVERAGE, "quant_min": 0, "quant_max": 255, "reduce_range": True},
        "weight": {"observer": AVERAGE, "quant_min": -128, "quant_max": 127, "dtype": q8, "qscheme": sym},
        "narrow_eps": {"observer": AVERAGE, "quant_min": -127, "quant_max": 127, "dtype": q8, "qscheme": sym, "eps": 2**-12},
        "large_eps": {"observer": AVERAGE, "quant_min": 0, "quant_max": 255, "eps": 0.5},
        "quick_average": {"observer": AVERAGE, "averaging_constant": 0.7},
        "memoryless": {"observer": AVERAGE, "averaging_constant": 1},
        "symmetric_quint8": {"observer": AVERAGE, "qscheme": sym},
        "symmetric_quint8_narrow": {"observer": AVERAGE, "qscheme": sym, "quant_min": 0, "quant_max": 127},
        "four_bits": {"observer": AVERAGE, "quant_min": 0, "quant_max": 15},
        "int16": {"observer": AVERAGE, "quant_min": -32768, "quant_max": 32767, "dtype": torch.int16, "qscheme": sym},
        "channels": {"observer": CHANNEL_AVERAGE, "quant_min": -128, "quant_max": 127, "dtype": q8, "qscheme": csym},
        "channels_narrow": {"observer": CHANNEL_AVERAGE, "quant_min": -127, "quant_max": 127, "dtype": q8, "qscheme": csym, "eps": 2**-12},
        "channels_affine": {"observer": CHANNEL_AVERAGE, "quant_min": 0, "quant_max": 255, "qscheme": caff, "averaging_constant": 0.2},
        "channels_axis_1": {"observer": CHANNEL_AVERAGE, "quant_min": -128, "quant_max": 127, "dtype": q8, "qscheme": csym, "ch_axis": 1},
    }
    return plain, fused


def scripts(b):
    n = b.normal
    batch = lambda std=1.0, mean=0.0: n(2, 3, 4, std=std, mean=mean)
    base = {
        "plain": [batch(), batch(1.5), batch(0.5)],
        "off_from_start": ["disable_fake_quant", batch(), batch(2.0), "enable_fake_quant", batch()],
        "frozen_from_start": ["disable_observer", batch(), batch(), "enable_observer", batch()],
        "all_off": ["disable_observer", "disable_fake_quant", batch(), "enable_fake_quant", batch()],
        "calibrate_then_freeze": ["disable_fake_quant", batch(), batch(3.0), "enable_fake_quant", "disable_observer", batch(3.0), batch()],
        "positive": [batch().abs() + 0.5, batch().abs() * 2 + 1.0],
        "negative": [-batch().abs() - 0.5, -batch().abs() * 2 - 1.0],
        "zeros": [torch.zeros(2, 3, 4), batch(), torch.zeros(2, 3, 4)],
        "constant": [torch.full((2, 3, 4), 1.75), torch.full((2, 3, 4), -0.3)],
        "growing": [batch(s) for s in (0.1, 1.0, 10.0)],
        "outliers": [batch(), batch(10.0), batch(0.01)],
        "large": [batch(1e30), batch(1e25)],
        "small": [batch(1e-8), batch(1e-7)],
        "empty": [torch.empty(0, 3, 4), batch(), torch.empty(0, 3, 4)],
        "infinite": [batch(), with_one(batch(), math.inf), batch(), with_one(batch(), -math.inf), batch()],
    }
    return base


def with_one(x, value):
    x[1, 2, 3] = value
    return x


def random_script(b, rng, length=7):
    out = []
    for _ in range(length):
        out.append(rng.choice(TOGGLES) if rng.random() < 0.5 else b.normal(2, 3, 4, std=rng.choice((0.2, 1.0, 4.0))))
    return out + [b.normal(2, 3, 4)]


def record_all(folder, seed=0):
    warnings.simplefilter("ignore")
    b = Batches(10 * seed)
    rng = random.Random(seed)
    plain, fused = presets()
    base = scripts(b)
    for i, (name, kwargs) in enumerate(plain.items()):
        for s in ["plain", "calibrate_then_freeze", *rng.sample(sorted(set(base) - {"plain"}), 3)]:
            record(folder, f"fake_quantize_{name}_{s}", tq.FakeQuantize, kwargs, base[s], seed + i)
        record(folder, f"fake_quantize_{name}_random", tq.FakeQuantize, kwargs, random_script(b, rng), seed + i)
    for i, (name, kwargs) in enumerate(fused.items()):
        for s in sorted(set(base) - ({"empty"} if kwargs.get("ch_axis") else set())):  # PyTorch leaves undefined memory
            record(folder, f"fused_{name}_{s}", tq.FusedMovingAvgObsFakeQuantize, kwargs, base[s], seed + i)
        for k in range(2):
            record(folder, f"fused_{name}_random_{k}", tq.FusedMovingAvgObsFakeQuantize, kwargs, random_script(b, rng), seed + i)
    fixed(folder, base, b, rng)
    learnable(folder, b, rng)


def fixed(folder, base, b, rng):
    observers = {
        "tanh": tq.default_fixed_qparams_range_neg1to1_observer, "sigmoid": tq.default_fixed_qparams_range_0to1_observer,
        "qint8": tq.FixedQParamsObserver.with_args(scale=0.05, zero_point=-4, dtype=torch.qint8, quant_min=-128, quant_max=127),
        "narrow": tq.FixedQParamsObserver.with_args(scale=0.1, zero_point=3, quant_min=0, quant_max=7),
    }
    for name, observer in observers.items():
        for s in ("plain", "growing", "frozen_from_start"):
            record(folder, f"fixed_{name}_{s}", tq.FixedQParamsFakeQuantize, {"observer": observer}, base[s])
        record(folder, f"fixed_{name}_random", tq.FixedQParamsFakeQuantize, {"observer": observer}, random_script(b, rng))


def learnable(folder, b, rng):
    q8 = torch.qint8
    per_tensor = {
        "affine": {"observer": AVERAGE, "dtype": torch.quint8},
        "symmetric": {"observer": AVERAGE, "quant_min": -128, "quant_max": 127, "dtype": q8, "qscheme": torch.per_tensor_symmetric},
        "scaled_gradients": {"observer": AVERAGE, "quant_min": 0, "quant_max": 31, "use_grad_scaling": True},
        "start": {"observer": AVERAGE, "quant_min": 0, "quant_max": 127, "scale": 0.03, "zero_point": 60.4},
        "minmax": {"observer": tq.MinMaxObserver, "quant_min": -8, "quant_max": 7, "dtype": q8},
        "histogram": {"observer": tq.HistogramObserver, "quant_min": 0, "quant_max": 255},
    }
    per_channel = {
        "symmetric": {"observer": CHANNEL_AVERAGE, "quant_min": -128, "quant_max": 127, "dtype": q8,
                      "qscheme": torch.per_channel_symmetric, "channel_len": 3, "ch_axis": 1},
        "affine": {"observer": CHANNEL_AVERAGE, "quant_min": 0, "quant_max": 63, "qscheme": torch.per_channel_affine, "channel_len": 2},
        "scaled_gradients": {"observer": tq.PerChannelMinMaxObserver, "quant_min": 0, "quant_max": 15,
                             "qscheme": torch.per_channel_affine, "channel_len": 3, "ch_axis": 1, "use_grad_scaling": True},
        "start": {"observer": CHANNEL_AVERAGE, "quant_min": -64, "quant_max": 63, "dtype": q8, "scale": 0.05, "zero_point": -2.6,
                  "qscheme": torch.per_channel_affine, "channel_len": 4, "ch_axis": 2},
    }
    orders = {
        "estimate_learn": ["static_estimate"] * 2 + ["learn"] * 3,
        "learn_only": ["learn"] * 3,
        "back_and_forth": ["static_observation", "learn", "static_estimate", "learn", "static_observation", "learn"],
    }
    for (n, group), (o, kinds) in itertools.product((("tensor", per_tensor), ("channel", per_channel)), orders.items()):
        for name, kwargs in group.items():
            batches = [b.normal(2, 3, 4, std=rng.choice((0.5, 1.0, 3.0)), mean=0.2) for _ in kinds]
            record_learnable(folder, f"per_{n}_{name}_{o}", kwargs, batches, kinds, lr=rng.choice((0.01, 0.001, 0.1)))

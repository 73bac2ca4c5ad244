"""Cases `quantize/*` of single operations: quantize, dequantize, fake quantize with gradients, choice of parameters."""
import itertools

import torch
import torch.ao.quantization.fx._decomposed  # noqa: F401: registers torch.ops.quantized_decomposed

from encoding import Encoder, number, numbers, write_case
from observer_cases import Batches

DECOMPOSED = torch.ops.quantized_decomposed
EPS = torch.finfo(torch.float32).eps
FULL = {torch.quint8: (0, 255), torch.qint8: (-128, 127), torch.qint32: (-(2**31), 2**31 - 1)}


class Case:
    """One case being written."""

    def __init__(self, name, op):
        self.encoder = Encoder()
        self.document = {"name": name, "area": "quantize", "op": op}

    def put(self, **fields):
        for k, v in fields.items():
            is_float = isinstance(v, float)
            self.document[k] = self.encoder.tensors.add(k, v) if isinstance(v, torch.Tensor) else number(v) if is_float else v
        return self

    def write(self, folder):
        write_case(folder, "quantize", self.document["name"], self.document, self.encoder)


def inputs(b, scale, zero_point, low, high):
    """Tensors that lie about a grid: random, at and around ties, beyond the range, special."""
    span = scale * max(min(high - low, 400), 4)
    middle = scale * (min(max(0.0, low), high) - zero_point) if high - low > 1000 else scale * ((low + high) / 2 - zero_point)
    ties = (torch.arange(-12, 12) + 0.5) * scale
    near = torch.cat([ties * (1 + 1e-7), ties * (1 - 1e-7), ties])
    ends = scale * (torch.tensor([float(low), float(high)]) - zero_point)
    return {
        "random": b.uniform(5, 7, low=middle - span, high=middle + span),
        "ties": near.reshape(6, 12),
        "ends": torch.cat([ends + d * scale for d in (-1.0, -0.51, -0.5, -0.49, 0.0, 0.49, 0.5, 0.51, 1.0)]),
        "special": torch.tensor([0.0, -0.0, 1e-45, -1e-40, 1e-30, 1e30, -1e30, 3.4e38, -3.4e38]),
    }


def record_all(folder, seed=0):
    b = Batches(10 * seed)
    per_tensor(folder, b)
    per_channel(folder, b)
    packed_channels(folder, Batches(10 * seed + 1))
    decomposed(folder, b)
    decomposed_channels(folder, Batches(10 * seed + 2))
    chosen(folder, b)
    fake_per_tensor(folder, b)
    fake_per_channel(folder, b)
    learnable(folder, b)


def per_tensor(folder, b):
    for dtype, scale, at in itertools.product(FULL, (0.1, 0.25, 1 / 3, 3.7e-3, 17.0), range(3)):
        low, high = FULL[dtype]
        zero_point = {0: 0, 1: 17 if dtype != torch.qint8 else -17, 2: high if dtype != torch.qint32 else 12345}[at]
        for s, x in inputs(b, scale, zero_point, low, high).items():
            if dtype == torch.qint32 and s in ("ends", "special"):
                continue
            q = torch.quantize_per_tensor(x, scale, zero_point, dtype)
            name = f"quantize_per_tensor_{str(dtype)[6:]}_{scale:.3g}_{zero_point}_{s}".replace("-", "m").replace(".", "p")
            case = Case(name, "quantize_per_tensor")
            case.put(dtype=str(dtype), scale=scale, zero_point=zero_point, input=x, int_repr=q.int_repr(), dequantized=q.dequantize())
            case.write(folder)
    for name, x in {"scalar": b.normal(), "empty": torch.empty(0, 3), "long": b.normal(997), "images": b.normal(2, 3, 5, 4)}.items():
        q = torch.quantize_per_tensor(x, 0.03, 100, torch.quint8)
        case = Case(f"quantize_per_tensor_shape_{name}", "quantize_per_tensor")
        case.put(dtype="torch.quint8", scale=0.03, zero_point=100, input=x, int_repr=q.int_repr(), dequantized=q.dequantize())
        case.write(folder)
    cases = {"normal": b.normal(6, 5), "positive": b.uniform(9, low=1.0, high=2.0), "negative": b.uniform(9, low=-4.0, high=-2.0),
             "zeros": torch.zeros(4), "constant": torch.full((4,), 0.3), "one": torch.tensor([-7.5]), "tiny": b.normal(8, std=1e-9),
             "huge": b.normal(8, std=1e20), "skewed": torch.cat([b.normal(20), torch.tensor([90.0])]), "denormal": b.normal(5, std=1e-41)}
    for name, x in cases.items():
        case = Case(f"quantize_per_tensor_dynamic_{name}", "quantize_per_tensor_dynamic").put(input=x, cases=[])
        for dtype, reduce in ((torch.quint8, False), (torch.quint8, True), (torch.qint8, False), (torch.qint8, True)):
            q = torch.quantize_per_tensor_dynamic(x, dtype, reduce)
            rows = case.document["cases"]
            ints = case.encoder.tensors.add(f"q{len(rows)}", q.int_repr())
            rows.append({"dtype": str(dtype), "reduce_range": reduce, "scale": q.q_scale(), "zero_point": q.q_zero_point(), "int_repr": ints})
        case.write(folder)


def channel_parameters(b, channels, low, high, float_zero_points=False):
    scales = b.uniform(channels, low=0.01, high=0.2)
    span = min(high, 1000) - max(low, -1000)
    zero_points = b.uniform(channels, low=max(low, -1000) + 0.3 * span, high=max(low, -1000) + 0.7 * span)
    return scales, zero_points if float_zero_points else zero_points.round().long()


def per_channel(folder, b):
    shapes = {"matrix": (4, 6), "volume": (2, 3, 5), "images": (2, 3, 4, 5), "vector": (6,)}
    for (s, shape), dtype, floats in itertools.product(shapes.items(), FULL, (False, True)):
        if dtype == torch.qint32 and floats:
            continue  # PyTorch dies of an illegal instruction
        for axis in range(len(shape)):
            low, high = FULL[dtype]
            scales, zero_points = channel_parameters(b, shape[axis], low, high, floats)
            x = b.normal(*shape, std=6.0)
            try:
                q = torch.quantize_per_channel(x, scales, zero_points, axis, dtype)
            except RuntimeError:
                continue
            name = f"quantize_per_channel_{str(dtype)[6:]}_{s}_{axis}{'_float' * floats}"
            case = Case(name, "quantize_per_channel")
            case.put(dtype=str(dtype), axis=axis, scales=scales, zero_points=zero_points, input=x, int_repr=q.int_repr(),
                     dequantized=q.dequantize())
            case.write(folder)
    ties = ((torch.arange(-6, 6) + 0.5)[None] * torch.tensor([[0.5], [0.1], [1 / 3]]))
    for floats, dtype in itertools.product((False, True), (torch.quint8, torch.qint8)):
        scales = torch.tensor([0.5, 0.1, 1 / 3])
        zero_points = torch.tensor([3.5, 8.25, 7.9]) if floats else torch.tensor([3, 0, 11])
        q = torch.quantize_per_channel(ties, scales, zero_points, 0, dtype)
        case = Case(f"quantize_per_channel_{str(dtype)[6:]}_ties{'_float' * floats}", "quantize_per_channel")
        case.put(dtype=str(dtype), axis=0, scales=scales, zero_points=zero_points, input=ties, int_repr=q.int_repr(),
                 dequantized=q.dequantize())
        case.write(folder)


def packed_channels(folder, b):
    """4-bit values; their integer representation is flat, two of them a byte."""
    for (s, shape), axis in itertools.product({"matrix": (4, 6), "odd": (3, 5), "volume": (2, 3, 5)}.items(), (0, 1)):
        scales = b.uniform(shape[axis], low=0.05, high=0.4)
        zero_points = b.uniform(shape[axis], low=3.0, high=12.0)
        x = b.normal(*shape, std=2.0)
        try:
            q = torch.quantize_per_channel(x, scales, zero_points, axis, torch.quint4x2)
        except RuntimeError:
            continue
        case = Case(f"quantize_per_channel_quint4x2_{s}_{axis}", "quantize_per_channel")
        case.put(dtype=str(torch.quint4x2), axis=axis, scales=scales, zero_points=zero_points, input=x, int_repr=q.int_repr(),
                 dequantized=q.dequantize())
        case.write(folder)


INTEGERS = {torch.uint8: (0, 255), torch.int8: (-128, 127), torch.int16: (-32768, 32767), torch.int32: (-(2**31), 2**31 - 1)}


def decomposed(folder, b):
    for k, scale in enumerate((0.5, 0.1, 1 / 3, 0.0371, 12.5, 1e-4)):
        for s, x in inputs(b, scale, 3, 0, 255).items():
            case = Case(f"decomposed_per_tensor_{k}_{s}", "quantized_decomposed.quantize_per_tensor / dequantize_per_tensor")
            case.put(input=x, cases=[])
            rows = [(3, 0, 255, torch.uint8), (0, -128, 127, torch.int8), (-5, -127, 127, torch.int8), (7, 0, 15, torch.uint8),
                    (0, -32768, 32767, torch.int16), (100, -32768, 32767, torch.int16)]
            if s not in ("ends", "special"):
                rows.append((5, -(2**31), 2**31 - 1, torch.int32))
            for i, (zero_point, low, high, dtype) in enumerate(rows):
                q = DECOMPOSED.quantize_per_tensor(x, scale, zero_point, low, high, dtype)
                y = DECOMPOSED.dequantize_per_tensor(q, scale, zero_point, low, high, dtype)
                case.document["cases"].append({
                    "scale": scale, "zero_point": zero_point, "quant_min": low, "quant_max": high, "dtype": str(dtype),
                    "quantized": case.encoder.tensors.add(f"q{i}", q), "dequantized": case.encoder.tensors.add(f"y{i}", y)})
            case.write(folder)


def decomposed_channels(folder, b):
    for (s, shape), floats in itertools.product({"matrix": (4, 6), "volume": (2, 3, 5), "images": (2, 3, 4, 5)}.items(), (False, True)):
        for axis in range(len(shape)):
            case = Case(f"decomposed_per_channel_{s}_{axis}{'_float' * floats}",
                        "quantized_decomposed.quantize_per_channel / dequantize_per_channel")
            x = b.normal(*shape, std=6.0)
            case.put(input=x, axis=axis, cases=[])
            for i, (low, high, dtype) in enumerate(((0, 255, torch.uint8), (-128, 127, torch.int8), (-127, 127, torch.int8),
                                                    (0, 127, torch.uint8), (-32768, 32767, torch.int16))):
                scales, zero_points = channel_parameters(b, shape[axis], low, high, floats)
                q = DECOMPOSED.quantize_per_channel(x, scales, zero_points, axis, low, high, dtype)
                y = DECOMPOSED.dequantize_per_channel(q, scales, zero_points, axis, low, high, dtype)
                add = case.encoder.tensors.add
                case.document["cases"].append({
                    "scales": add(f"scales{i}", scales), "zero_points": add(f"zero_points{i}", zero_points), "axis": axis,
                    "quant_min": low, "quant_max": high, "dtype": str(dtype), "quantized": add(f"q{i}", q), "dequantized": add(f"y{i}", y)})
            case.write(folder)


def chosen(folder, b):
    tensors = [b.normal(6, 5), b.uniform(9, low=1.0, high=2.0), b.uniform(9, low=-4.0, high=-2.0), torch.zeros(3),
               torch.tensor([2.0]), torch.tensor([-2.0]), b.normal(9, std=1e-9), b.normal(9, std=1e12), b.normal(2, 3, 4, mean=3.0)]
    for eps in (EPS, 2**-12, 0.1):
        case = Case(f"choose_qparams_eps_{eps:.0e}".replace("-", "m"), "quantized_decomposed.choose_qparams.tensor").put(cases=[])
        for i, x in enumerate(tensors):
            for symmetric, low, high, dtype in ((False, 0, 255, torch.uint8), (True, -127, 127, torch.int8), (False, -128, 127, torch.int8),
                                                (True, -128, 127, torch.int8), (False, 0, 15, torch.uint8), (True, 0, 255, torch.uint8)):
                op = "choose_qparams_symmetric" if symmetric else "choose_qparams"
                scale, zero_point = getattr(DECOMPOSED, op)(x, low, high, eps, dtype)
                case.document["cases"].append({
                    "op": op, "input": case.encoder.tensors.add(f"x{i}", x), "quant_min": low, "quant_max": high, "dtype": str(dtype),
                    "eps": eps, "scale": scale.item(), "scale_dtype": str(scale.dtype), "zero_point": zero_point.item()})
        case.write(folder)


def with_gradient(case, f, x):
    """Output and gradient of `f`."""
    x = x.clone().requires_grad_()
    y = f(x)
    g = torch.randn(y.shape)
    y.backward(g)
    return case.put(input=x.detach(), output=y.detach(), grad_output=g, grad_input=x.grad)


RANGES = [(0, 255), (-128, 127), (0, 15), (-8, 7), (0, 1), (-32768, 32767), (-127, 127), (0, 65535)]


def fake_per_tensor(folder, b):
    for (low, high), scale in itertools.product(RANGES, (0.1, 0.5, 1 / 3, 2.9e-3)):
        zero_point = {0: low, 1: (low + high) // 2, 2: high}[RANGES.index((low, high)) % 3]
        for s, x in inputs(b, scale, zero_point, low, high).items():
            if s == "special":
                x = x[x.abs() < 1e30]
            name = f"fake_quantize_per_tensor_{low}_{high}_{scale:.3g}_{s}".replace("-", "m").replace(".", "p")
            case = Case(name, "fake_quantize_per_tensor_affine").put(scale=scale, zero_point=zero_point, quant_min=low, quant_max=high)
            with_gradient(case, lambda t: torch.fake_quantize_per_tensor_affine(t, scale, zero_point, low, high), x).write(folder)


def fake_per_channel(folder, b):
    for (low, high), shape, floats in itertools.product(RANGES, ((4, 6), (2, 3, 4, 5), (5,)), (False, True)):
        for axis in range(len(shape)):
            scales, zero_points = channel_parameters(b, shape[axis], low, high, floats)
            zero_points = zero_points if floats else zero_points.int()
            x = b.normal(*shape, std=0.1 * min(high - low, 300))
            name = f"fake_quantize_per_channel_{low}_{high}_{len(shape)}d_{axis}{'_float' * floats}".replace("-", "m")
            case = Case(name, "fake_quantize_per_channel_affine")
            case.put(axis=axis, scales=scales, zero_points=zero_points, quant_min=low, quant_max=high)
            with_gradient(case, lambda t: torch.fake_quantize_per_channel_affine(t, scales, zero_points, axis, low, high), x).write(folder)


def learnable(folder, b):
    for i, ((low, high), factor) in enumerate(itertools.product(RANGES, (1.0, 0.05))):
        scale, zero_point = torch.tensor([0.07]), torch.tensor([(low + high) * 0.4 + 0.3]).clamp(low, high)
        x = b.normal(4, 9, std=0.05 * min(high - low, 300))
        learned(folder, f"learnable_per_tensor_{i}", "_fake_quantize_learnable_per_tensor_affine", x, scale, zero_point, None, low, high, factor)
        for axis, channels in ((0, 4), (1, 3), (-1, 5)):
            x = b.normal(4, 3, 5, std=0.05 * min(high - low, 300))
            scales, zero_points = channel_parameters(b, channels, low, high, True)
            if axis >= 0:
                learned(folder, f"learnable_per_channel_{i}_{axis}", "_fake_quantize_learnable_per_channel_affine", x, scales, zero_points,
                        axis, low, high, factor)


def learned(folder, name, op, x, scale, zero_point, axis, low, high, factor):
    case = Case(name, op).put(quant_min=low, quant_max=high, grad_factor=factor)
    x, scale, zero_point = (t.clone().requires_grad_() for t in (x, scale, zero_point))
    place = () if axis is None else (axis,)
    y = getattr(torch, op)(x, scale, zero_point, *place, low, high, factor)
    g = torch.randn(y.shape)
    y.backward(g)
    case.put(input=x.detach(), scale=numbers(scale), zero_point=numbers(zero_point), output=y.detach(), grad_output=g, grad_input=x.grad,
             grad_scale=numbers(scale.grad), grad_zero_point=numbers(zero_point.grad))
    if axis is not None:
        case.put(axis=axis)
    case.write(folder)

"""Writes arithmetic.json: integers, real values, masks and run-time parameters as torch's operators find them.

Run with torch 2.13: python arithmetic.py
"""

import torch
import torch.ao.quantization.fx._decomposed

from fixtures import encode, rand, write

D = torch.ops.quantized_decomposed
CASES = []


def case(op, x, expected, **arguments):
    CASES.append({"op": op, "x": encode(x), "arguments": {k: encode(v) for k, v in arguments.items()},
                  "expected": encode(expected)})


def floats(*v):
    return torch.tensor(v, dtype=torch.float32)


TYPES = ((torch.quint8, 0, 255, 113), (torch.qint8, -128, 127, -7), (torch.qint32, -2**31, 2**31 - 1, 3))
FLOATS = torch.per_channel_affine_float_qparams
x = torch.cat([rand(24), floats(-100, 100, 0, 0.05, 0.15, 0.25, -0.05, 0.35)])
for dtype, low, high, zero_point in TYPES:
    for scale in (0.1, 0.025, 1.0):
        q = torch.quantize_per_tensor(x, scale, zero_point, dtype)
        case("quantize_per_tensor", x, q, scale=scale, zero_point=zero_point, dtype=dtype)
        case("dequantize", q, q.dequantize())
        plain = {torch.quint8: torch.uint8, torch.qint8: torch.int8, torch.qint32: torch.int32}[dtype]
        case("decomposed_per_tensor", x, D.quantize_per_tensor(x, scale, zero_point, low, high, plain).int(), scale=scale,
             zero_point=zero_point, low=low, high=high)
        if dtype != torch.qint32:
            y, mask = torch.ops.aten.fake_quantize_per_tensor_affine_cachemask(x, scale, zero_point, low, high)
            case("fake_quantize", x, y, scales=floats(scale), zero_points=floats(zero_point), axis=-1, low=low, high=high)
            case("fake_quantize_mask", x, mask, scales=floats(scale), zero_points=floats(zero_point), axis=-1, low=low,
                 high=high)
for axis, shape in ((0, (3, 4)), (1, (2, 3, 2)), (2, (2, 2, 3))):
    y = rand(*shape)
    scales, zeros = torch.tensor([0.1, 0.025, 1 / 3], dtype=torch.float64), torch.tensor([3, 0, 20])
    for dtype, low, high, _ in TYPES:
        q = torch.quantize_per_channel(y, scales, zeros, axis, dtype)
        case("quantize_per_channel", y, q.int_repr(), scales=scales, zero_points=zeros.double(), axis=axis, dtype=dtype)
        case("dequantize_per_channel", q.int_repr(), q.dequantize(), scales=scales, zero_points=zeros.double(), axis=axis,
             dtype=dtype)
    case("decomposed_per_channel", y, D.quantize_per_channel(y, scales, zeros, axis, -128, 127, torch.int8).int(),
         scales=scales, zero_points=zeros.double(), axis=axis, low=-128, high=127)
    if axis == 0:
        z = floats(-0.5, 2.25, 7.75)
        q = torch.quantize_per_channel(y.float(), scales.float(), z, 0, torch.quint8)
        case("quantize_floats", y, q.int_repr(), scales=scales.float(), zero_points=z, axis=0, dtype=torch.quint8)
        case("dequantize_floats", q.int_repr(), q.dequantize(), scales=scales.float(), zero_points=z, axis=0,
             dtype=torch.quint8)
        f, mask = torch.ops.aten.fake_quantize_per_channel_affine_cachemask(y, scales.float(), z, 0, 0, 255)
        case("fake_quantize_floats", y, f, scales=scales.float(), zero_points=z, axis=0, low=0, high=255)
    f, mask = torch.ops.aten.fake_quantize_per_channel_affine_cachemask(y, scales.float(), zeros.int(), axis, -12, 30)
    case("fake_quantize", y, f, scales=scales.float(), zero_points=zeros.float(), axis=axis, low=-12, high=30)
    case("fake_quantize_mask", y, mask, scales=scales.float(), zero_points=zeros.float(), axis=axis, low=-12, high=30)

# Parameters chosen at run time: ordinary and degenerate ranges, then zero points halfway between two integers.
RANGES = ((-1.5, 2.5), (0.25, 3.0), (-4.0, -1.0), (0.0, 0.0), (-1e-5, 2e-5), (0.0, 1e-5), (-1e-5, 0.0), (-3.0, 0.125),
          (-1.0, 1.0), (1e-41, 1e-41), (-0.0078, 200.0), (-100.0, 1e-3),
          (-2.375, 0.175), (-0.7, 0.7), (-40.65, 35.85), (-9.0, 75.5), (-7.65, 68.85), (-0.005, 2.545), (-1e-42, 1e-41))
for low, high in RANGES:
    for qmin, qmax in ((0, 255), (0, 127), (-128, 127), (-127, 127), (0, 15)):
        if qmin >= 0:
            reduced = qmax == 127
            if qmax == 15:
                continue
            scale, zero_point = torch._choose_qparams_per_tensor(floats(low, high), reduced)
            case("choose_qparams", floats(low, high), floats(scale, zero_point), low=qmin, high=qmax)
        for symmetric in (False, True):
            s, z = floats(1), torch.tensor([0], dtype=torch.int32)
            torch.fused_moving_avg_obs_fake_quant(
                floats(low, high), torch.tensor([1]), torch.tensor([1]), torch.tensor(float("inf")),
                torch.tensor(float("-inf")), s, z, 0.01, qmin, qmax, -1, False, symmetric)
            case("fused_symmetric" if symmetric else "fused_affine", floats(low, high),
                 torch.stack([s[0], z[0].float()]), low=qmin, high=qmax)

write("arithmetic.json", CASES)

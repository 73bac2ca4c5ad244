"""Writes operators.json: functions and tensor methods of torch with their results.

Run with torch 2.13: python operators.py
"""

import math  # noqa: F401 (used by name)
import operator  # noqa: F401 (used by name)

import torch
import torch.nn.functional as F

from fixtures import encode, quantized, rand, write

CASES = []


def resolve(name):
    obj = {"torch": torch, "operator": operator, "math": math, "builtins": __builtins__}[name.split(".")[0]]
    for part in name.split(".")[1:]:
        obj = getattr(obj, part)
    return obj


def run(name, args, kwargs):
    if name.startswith("."):
        return getattr(args[0], name[1:])(*args[1:], **kwargs)
    if name == "builtins.getattr":
        return getattr(*args)
    if name == "builtins.len":
        return len(*args)
    return resolve(name)(*args, **kwargs)


def exact(name, *args, **kwargs):
    """A case whose floats agree to the last bit: sums in the order of torch's kernels."""
    case(name, *args, **kwargs)
    CASES[-1]["exact"] = True


def case(name, *args, **kwargs):
    recorded = {"name": name, "args": [encode(a) for a in args]}
    if kwargs:
        recorded["kwargs"] = {k: encode(v) for k, v in kwargs.items()}
    args = [a.clone() if isinstance(a, torch.Tensor) else a for a in args]
    result = run(name, args, kwargs)
    if isinstance(result, (torch.return_types.max, torch.return_types.min)):
        result = tuple(result)
    recorded["result"] = encode(result)
    CASES.append(recorded)


x = rand(2, 4, 5)
y = rand(2, 4, 5)
row = rand(5)
img = rand(2, 4, 6, 5)
ints = torch.tensor([[1, -2, 3], [4, 0, -7]])
bools = torch.tensor([[True, False, True], [False, True, False]])
half = x.to(torch.float16)
double = x.double()
scalar = torch.tensor(1.5)

# arithmetic and promotion
for name in ("operator.add", "operator.sub", "operator.mul", "operator.truediv"):
    case(name, x, y)
    case(name, x, row)
    case(name, x, 2)
    case(name, 1.5, x)
    case(name, ints, 2)
    case(name, ints, 0.5)
    case(name, x, scalar)
    case(name, ints, scalar)
    case(name, double, row)
    case(name, half, 3.25)
case("operator.add", bools, 1)
case("operator.add", bools, bools)
case("operator.add", half, x)
case("operator.add", ints.int(), ints.to(torch.int8))
case("operator.add", ints.to(torch.uint8), ints.to(torch.int8))
case("operator.add", ints.to(torch.uint8), torch.tensor(300))
case("operator.add", (1, 2), (3,))
case("operator.add", torch.Size([2, 3]), (4,))
case("operator.sub", 1, 5)
case("operator.floordiv", 7, 2)
case("operator.floordiv", -7, 2)
case("operator.floordiv", x, 0.5)
case("operator.floordiv", ints, 2)
case("operator.mod", 7, 3)
case("operator.truediv", 7, 2)
case("operator.mod", x, 0.75)
case("operator.mod", ints, 3)
case("operator.pow", x, 2)
case("operator.pow", ints, 2)
case("operator.pow", torch.abs(x), 0.5)
case("operator.neg", x)
case("operator.neg", 3)
case("operator.abs", x)
case("torch.add", x, y, alpha=2)
case("torch.add", x, 0.5)
case("torch.add", input=x, other=y)
case("torch.sub", x, y, alpha=3)
case("torch.rsub", x, y)
case("torch.mul", x, 1.5)
case("torch.div", x, y, rounding_mode="floor")
case("torch.div", x, y, rounding_mode="trunc")
case("torch.maximum", x, y)
case("torch.minimum", x, row)
case("torch.addcmul", x, y, row, value=0.5)
case(".add", x, y)
case(".add_", x, 1)
case(".mul", x, y)
case(".sub", x, 2)
case(".div", x, 4)

# elementwise math
for name in ("abs", "neg", "exp", "expm1", "sin", "cos", "floor", "ceil", "round", "sign", "square", "erf", "sigmoid", "tanh"):
    case("torch." + name, x)
for name in ("log", "log2", "log10", "log1p", "sqrt", "rsqrt", "reciprocal"):
    case("torch." + name, torch.abs(x) + 0.25)
case("torch.sqrt", ints.abs())
case(".abs", ints)

# comparison and logic
for name in ("eq", "ne", "lt", "le", "gt", "ge"):
    case("torch." + name, x, row)
    case("operator." + name, ints, 0)
case("operator.eq", 3, 3)
case("operator.lt", 3, 2.5)
case(".gt", x, 0)
case("operator.and_", bools, bools[1:])
case("operator.or_", bools, bools[1:])
case("operator.xor", ints, 3)
case("torch.logical_and", ints, bools)
case("torch.logical_not", ints)
case("operator.invert", bools)
case("operator.invert", ints)
case("torch.where", x > 0, x, y)
case("torch.where", x > 0, x, 0.0)
case(".masked_fill", x, x > 1, 0.0)
case(".masked_fill", ints, bools, 9)
case("torch.isnan", torch.tensor([1.0, float("nan"), float("inf")]))

# activations
for name in ("relu", "relu6", "sigmoid", "tanh", "hardsigmoid", "hardswish", "silu", "mish", "selu", "softsign", "logsigmoid", "gelu", "elu", "celu", "leaky_relu", "hardtanh", "softplus"):
    case("torch.nn.functional." + name, x * 3)
case("torch.nn.functional.gelu", x, approximate="tanh")
case("torch.nn.functional.relu", x, inplace=True)
case("torch.relu", torch.tensor([float("nan"), -1.0, float("inf"), -0.0]))
case("torch.nn.functional.leaky_relu", x, negative_slope=0.2, inplace=False)
case("torch.nn.functional.elu", x, 0.7)
case("torch.nn.functional.celu", x, 1.7)
case("torch.nn.functional.threshold", x, 0.1, -5.0)
case("torch.nn.functional.hardtanh", x, -0.5, 0.75)
case("torch.nn.functional.prelu", x, rand(4))
case("torch.nn.functional.prelu", x, rand(1))
case("torch.nn.functional.softplus", x, beta=2, threshold=3)
case("torch.clamp", x, -0.5, 0.5)
case("torch.clamp", x, min=0.25)
case("torch.clamp", x, max=row)
case(".clamp", ints, -1, 2)
case("torch.nn.functional.softmax", x, dim=1)
case("torch.nn.functional.softmax", x, dim=-1, dtype=torch.float64)
case("torch.softmax", x * 30, dim=-1)
case("torch.nn.functional.log_softmax", x, dim=1)
case(".softmax", x, 0)

# matrices
case("torch.matmul", rand(3, 4), rand(4, 5))
case("torch.matmul", rand(4), rand(4))
case("torch.matmul", rand(4), rand(2, 4, 3))
case("torch.matmul", rand(2, 3, 4), rand(4))
case("torch.matmul", rand(2, 1, 3, 4), rand(5, 4, 2))
case("operator.matmul", rand(2, 3, 4), rand(2, 4, 2))
case("torch.bmm", rand(2, 3, 4), rand(2, 4, 5))
case("torch.addmm", rand(3, 5), rand(3, 4), rand(4, 5), beta=0.5, alpha=2)
case("torch.nn.functional.linear", x, rand(3, 5), rand(3))
case("torch.nn.functional.linear", x, weight=rand(3, 5), bias=None)
case("torch.nn.functional.linear", row, rand(3, 5))

case("torch.nn.functional.scaled_dot_product_attention", rand(2, 3, 4), rand(2, 5, 4), rand(2, 5, 3))
case("torch.nn.functional.scaled_dot_product_attention", rand(1, 4, 4), rand(1, 4, 4), rand(1, 4, 3), is_causal=True)
case("torch.nn.functional.scaled_dot_product_attention", rand(1, 2, 4), rand(1, 3, 4), rand(1, 3, 2), attn_mask=torch.tensor([[True, False, True], [True, True, False]]), scale=0.3)

# convolutions
case("torch.nn.functional.conv1d", rand(2, 4, 9), rand(6, 2, 3), rand(6), stride=(2,), padding=(1,), dilation=(1,), groups=2)
case("torch.nn.functional.conv2d", img, rand(3, 4, 3, 3), rand(3), (1, 2), (1, 0), (1, 1), 1)
case("torch.nn.functional.conv2d", img, rand(4, 1, 3, 2), None, 1, 2, 2, 4)
case("torch.nn.functional.conv2d", img, rand(3, 4, 4, 2), padding="same")
case("torch.nn.functional.conv2d", img, rand(3, 4, 3, 3), padding="valid")
case("torch.nn.functional.conv2d", img[0], rand(3, 4, 3, 3))
case("torch.nn.functional.conv3d", rand(1, 2, 4, 5, 3), rand(3, 2, 2, 3, 2), rand(3), 1, (1, 0, 1))
case("torch.nn.functional.conv_transpose1d", rand(2, 4, 5), rand(4, 3, 3), rand(6), 2, 1, 1, 2, 1)
case("torch.nn.functional.conv_transpose2d", rand(2, 3, 4, 5), rand(3, 2, 3, 2), rand(2), (2, 3), (1, 0), (1, 2))
case("torch.nn.functional.conv_transpose2d", rand(1, 4, 3, 3), rand(4, 1, 3, 3), None, stride=1, padding=1, groups=4, dilation=2)
case("torch.nn.functional.conv_transpose3d", rand(1, 2, 2, 3, 2), rand(2, 3, 2, 2, 2), rand(3), 2)

# pools
for d, t in ((1, rand(2, 3, 9)), (2, rand(2, 3, 9, 7)), (3, rand(1, 2, 5, 6, 5))):
    case(f"torch.nn.functional.max_pool{d}d", t, 2)
    case(f"torch.nn.functional.max_pool{d}d", t, 3, stride=2, padding=1, ceil_mode=True)
    case(f"torch.nn.functional.avg_pool{d}d", t, 2)
    case(f"torch.nn.functional.avg_pool{d}d", t, 3, 2, 1, True)
    case(f"torch.nn.functional.avg_pool{d}d", t, 3, 2, 1, count_include_pad=False)
    case(f"torch.nn.functional.adaptive_avg_pool{d}d", t, 2)
    case(f"torch.nn.functional.adaptive_max_pool{d}d", t, 2)
case("torch.nn.functional.max_pool2d", rand(1, 2, 9, 9), (3, 2), dilation=(2, 1))
case("torch.nn.functional.max_pool2d", rand(1, 2, 4, 4), 2, return_indices=True)
case("torch.nn.functional.avg_pool2d", rand(1, 2, 6, 6), 2, divisor_override=3)
case("torch.nn.functional.adaptive_avg_pool2d", rand(2, 3, 7, 5), (3, None))
case("torch.nn.functional.adaptive_avg_pool2d", rand(2, 3, 3, 2), (5, 4))

# normalizations
case("torch.nn.functional.batch_norm", img, rand(4), torch.abs(rand(4)) + 0.5, rand(4), rand(4))
case("torch.nn.functional.batch_norm", img, None, None, training=True)
case("torch.nn.functional.layer_norm", x, (5,), weight=rand(5), bias=rand(5), eps=1e-5)
case("torch.nn.functional.layer_norm", x, [4, 5])
case("torch.nn.functional.group_norm", img, 2, rand(4), rand(4))
case("torch.nn.functional.instance_norm", img, weight=rand(4), bias=rand(4))
case("torch.nn.functional.instance_norm", img, rand(4), torch.abs(rand(4)) + 1, use_input_stats=False)
case("torch.nn.functional.normalize", x, dim=-1)

# shapes
case("torch.reshape", x, (4, -1))
case("torch.reshape", x, [x.shape[0], 20])
case(".reshape", x, -1, 10)
case(".reshape", x, (5, 8))
case(".view", x, 2, -1)
case(".view", x, torch.Size([8, 5]))
case("torch.flatten", x, 1)
case(".flatten", img, 1, 2)
case("torch.flatten", torch.tensor(3.0))
case("torch.permute", img, (0, 3, 1, 2))
case(".permute", img, 0, 2, -1, 1)
case("torch.transpose", x, -2, -1)
case(".transpose", x, 0, 2)
case(".t", ints)
case("torch.squeeze", rand(1, 3, 1))
case(".squeeze", rand(1, 3, 1), -1)
case(".squeeze", rand(2, 3, 1), 0)
case("torch.unsqueeze", x, 1)
case(".unsqueeze", x, -1)
case(".expand", rand(1, 3, 1), 2, -1, 4)
case(".expand", rand(3), 2, 3)
case(".expand_as", row, x)
case(".repeat", ints, 2, 1, 3)
case("torch.repeat_interleave", x, 2, 1)
case(".repeat_interleave", ints, 2)
case("torch.flip", x, [0, 2])
case(".contiguous", x)
case(".clone", x)
case(".detach", x)
case("torch.unflatten", x, 1, (2, -1))
case("torch.cat", [x, y, x], 1)
case("torch.cat", tensors=[ints, ints.float()], dim=-1)
case("torch.stack", [x, y], 0)
case("torch.stack", (x, y), dim=-1)
case("torch.chunk", x, 2, 1)
case(".chunk", x, 3, dim=-1)
case("torch.split", x, 3, dim=2)
case("torch.split", x, [1, 3], dim=1)
case(".split", x, 2, 1)
case("torch.unbind", x, 1)
case("torch.narrow", x, 1, 1, 2)
case(".select", x, 1, -1)
case("torch.nn.functional.pixel_shuffle", img, 2)
case("torch.nn.functional.pixel_unshuffle", rand(2, 1, 4, 6), 2)
case("torch.nn.functional.channel_shuffle", img, 2)
case("torch.nn.functional.pad", x, (1, 2))
case("torch.nn.functional.pad", img, (1, 0, -1, 2), value=0.5)
for mode in ("reflect", "replicate", "circular"):
    case("torch.nn.functional.pad", img, (2, 1, 1, 3), mode=mode)

# indexing
s = slice
case("operator.getitem", x, 1)
case("operator.getitem", x, -1)
case("operator.getitem", x, (s(None), -1))
case("operator.getitem", x, (s(None), s(None, 3, None)))
case("operator.getitem", x, (s(None), s(-3, None, 2), s(1, 4)))
case("operator.getitem", x, (Ellipsis, 0))
case("operator.getitem", x, (0, Ellipsis, s(0, 2)))
case("operator.getitem", x, (None, s(None), None, 1))
case("operator.getitem", x, x > 1)
case("operator.getitem", x, torch.tensor([1, 0, 1]))
case("operator.getitem", x, (s(None), torch.tensor([[3, 0], [1, -1]])))
case("operator.getitem", (1, 2, 3), 1)
case("operator.getitem", [1, 2, 3], s(1, None))
case("operator.getitem", torch.Size([2, 3, 4]), -1)
case("operator.getitem", torch.Size([2, 3, 4]), s(0, 2))
case("operator.getitem", {"a": x, "b": 2}, "a")
case("torch.index_select", x, 1, torch.tensor([2, 0]))
case("torch.gather", ints, 1, torch.tensor([[0, 2], [1, 1]]))

# reductions
for name in ("mean", "sum", "amax", "amin", "argmax", "argmin", "prod"):
    case("torch." + name, x)
    case("torch." + name, x, dim=1)
case(".mean", img, (2, 3))
case(".mean", img, (2, 3), keepdim=True)
case(".mean", x, -1)
case(".sum", ints)
case(".sum", bools, 0)
case("torch.max", x)
case("torch.max", x, 1)
case("torch.max", x, y)
case("torch.min", x, 0, True)
case("torch.std", x, 1)
case("torch.var", x, dim=2, unbiased=False)
case("torch.norm", x, dim=1)
case("torch.all", bools, 1)
case("torch.any", bools)

# look-ups
table = rand(6, 4)
case("torch.nn.functional.embedding", torch.tensor([[1, 5], [0, 3]]), table)
for mode in ("sum", "mean", "max"):
    case("torch.nn.functional.embedding_bag", torch.tensor([1, 2, 4, 5, 4, 3]), table, torch.tensor([0, 2, 2]), mode=mode)
case("torch.nn.functional.embedding_bag", torch.tensor([[1, 2], [4, 5]]), table)
case("torch.nn.functional.embedding_bag", torch.tensor([1, 2, 4, 5]), table, torch.tensor([0, 3, 4]), mode="sum", include_last_offset=True, per_sample_weights=rand(4))

# resizing
for mode in ("nearest", "nearest-exact", "bilinear", "bicubic", "area"):
    case("torch.nn.functional.interpolate", img, size=(4, 9), mode=mode)
    case("torch.nn.functional.interpolate", img, scale_factor=1.7, mode=mode)
for mode in ("bilinear", "bicubic"):
    case("torch.nn.functional.interpolate", img, size=(9, 4), mode=mode, align_corners=True)
case("torch.nn.functional.interpolate", x, scale_factor=2.0, mode="linear")
case("torch.nn.functional.interpolate", rand(1, 1, 2, 3, 2), scale_factor=(2.0, 1.0, 1.5), mode="trilinear", align_corners=False)
case("torch.nn.functional.interpolate", img, size=None, scale_factor=2.0, mode="nearest", align_corners=None, recompute_scale_factor=None, antialias=False)
case("torch.nn.functional.interpolate", img, scale_factor=0.6, mode="bilinear", recompute_scale_factor=True)

# creation, information, types
case("torch.ones_like", ints)
case("torch.zeros_like", x, dtype=torch.int32)
case("torch.full", (2, 3), 7)
case("torch.zeros", 2, 3)
case("torch.ones", (2,), dtype=torch.int64)
case("torch.arange", 5)
case("torch.arange", 1.0, 3.0, 0.5)
for name in ("shape", "ndim", "dtype", "T"):
    case("builtins.getattr", ints, name)
case("builtins.len", x)
case(".size", x)
case(".size", x, 1)
case(".dim", x)
case(".numel", x)
case(".item", torch.tensor(4))
case(".to", x, torch.float16)
case(".to", x, dtype=torch.int64)
case(".to", half * 1000, torch.bfloat16)
case(".to", torch.tensor([1e-8, 6e-5, 65519.0, 65520.0, -1e6]), torch.float16)
case(".to", ints, torch.uint8)
case(".float", ints)
case(".double", x)
case(".bool", ints)
case("torch.nn.functional.dropout", x, p=0.2, training=False, inplace=False)

# quantized tensors
q = quantized(2, 4, 5)
qi = quantized(2, 4, 6, 5)
s8 = quantized(2, 4, 6, 5, zero_point=-7, dtype=torch.qint8)
for t in (qi, s8):
    case("torch.nn.functional.relu", t)
    case("torch.nn.functional.relu6", t)
    case("torch.nn.functional.hardtanh", t, -0.6, 0.9)
    case("torch.clamp", t, -0.5, 0.5)
    case("torch.sigmoid", t)
    case("torch.tanh", t)
    case("torch.nn.functional.hardsigmoid", t)
    case("torch.nn.functional.max_pool2d", t, 3, 2, 1)
    case("torch.nn.functional.avg_pool2d", t, 3, 2, 1)
    case("torch.nn.functional.avg_pool2d", t, 3, 2, 1, count_include_pad=False)
    case("torch.nn.functional.adaptive_avg_pool2d", t, (2, 3))
    case(".mean", t, (2, 3))
    case(".mean", t, [-1], keepdim=True)
    case("torch.nn.functional.interpolate", t, scale_factor=2.0, mode="nearest")
    case("torch.nn.functional.interpolate", t, scale_factor=2.0, mode="bilinear")
    case("torch.nn.functional.leaky_relu", t, 0.2)
case("torch.relu", qi)
case("torch.nn.functional.gelu", quantized(2, 4, 5, scale=0.0625))
case(".relu", qi)
case("torch.nn.functional.threshold", qi, 0.12, 0.0)
case("torch.cat", [q, quantized(2, 2, 5, scale=0.03, zero_point=10)], 1)
case("torch.cat", [q, q], 0)
case("torch.stack", [q, q], 1)
case("torch.flatten", q, 1)
case("torch.reshape", q, (2, -1))
case(".permute", qi, 0, 2, 3, 1)
case("torch.transpose", q, 1, 2)
case(".unsqueeze", q, 1)
case(".squeeze", quantized(1, 3), 0)
case("operator.getitem", q, (s(None), s(0, 2)))
case("torch.chunk", q, 2, 1)
case("torch.split", q, 3, 2)
case(".repeat", q, 2, 1, 1)
case("torch.repeat_interleave", q, 2, 1)
case(".contiguous", q)
case(".clone", q)
case("torch.nn.functional.pixel_shuffle", qi, 2)
case("torch.nn.functional.channel_shuffle", qi, 2)
case("torch.max", q)
case("torch.nn.functional.pad", qi, (1, 1), value=0.0)
case("builtins.getattr", q, "shape")

# sums in the order of torch's kernels: random floats, not short multiples
r = torch.rand
exact("torch.nn.functional.conv2d", r(2, 8, 5, 5), r(4, 8, 3, 3) - 0.5, r(4), padding=1)
exact("torch.nn.functional.conv2d", r(2, 3, 7, 7), r(4, 3, 3, 3) - 0.5, r(4), stride=2)
exact("torch.nn.functional.conv2d", r(1, 8, 5, 5), r(8, 1, 3, 3) - 0.5, r(8), groups=8, padding=1)
exact("torch.nn.functional.conv1d", r(2, 3, 9), r(4, 3, 3) - 0.5, r(4), padding=1)
exact("torch.nn.functional.linear", r(6, 12), r(16, 12) - 0.5, r(16))
exact("torch.matmul", r(6, 12), r(12, 16) - 0.5)
exact("torch.nn.functional.avg_pool2d", r(1, 2, 7, 7), 3, 2)
exact("torch.nn.functional.adaptive_avg_pool2d", r(1, 4, 9, 7), 1)
exact(".mean", r(2, 3, 9, 7), (2, 3))
exact("torch.sum", r(3, 300), 1)
exact("torch.nn.functional.batch_norm", r(1, 4, 3, 3), r(4), r(4), r(4), r(4))
exact("torch.nn.functional.layer_norm", r(6, 8), (8,), r(8), r(8))
exact("torch.nn.functional.hardswish", rand(20) * 1.1)
exact("torch.nn.functional.leaky_relu", rand(20), 0.2)

# a second round of functions, on tensors that are only as large as they must be
a, b, c = rand(2, 3), rand(2, 3), rand(2, 3)
v, w = rand(3), rand(3)
sq, cube = rand(3, 3), rand(2, 3, 4)
line = rand(1, 2, 7)
plane = rand(1, 3, 5, 4)
nan, inf = float("nan"), float("inf")
odd = torch.tensor([nan, inf, -inf, 1.5, -0.0])

for name in ("exp2", "frac", "asinh", "absolute", "negative", "positive", "erfc"):
    case("torch." + name, a * 2)
for name in ("asinh", "acosh", "atanh", "erfc", "exp2"):
    case("torch." + name, torch.tensor([-7.0, -1.0, -0.25, 0.0, 1e-3, 1.0, 2.5, 30.0]))
case("torch.erfc", torch.tensor([2.5, 4.0, 6.0], dtype=torch.float64))
case("torch.acosh", torch.tensor([1e200, 1.0], dtype=torch.float64))
case("torch.asinh", torch.tensor([1e200, -1e200, 1e-9], dtype=torch.float64))
case("torch.asinh", ints)
case("torch.nan_to_num", odd)
case("torch.nan_to_num", odd.double())
case("torch.nan_to_num", odd.half())
case("torch.nan_to_num", odd, nan=2.0, posinf=7.0, neginf=-8.0)
case("torch.nan_to_num", ints)
case("torch.isfinite", odd)
case("torch.isfinite", ints)
for name in ("atan2", "hypot", "fmod", "copysign"):
    case("torch." + name, a, v)
    case("." + name, a, b)
case("torch.atan2", ints, ints.abs() + 1)
case("torch.fmod", ints, 2)
case("torch.fmod", a, -0.75)
case("torch.copysign", a, -1.0)
case("torch.copysign", ints, torch.tensor(-0.0))
case("torch.lerp", a, b, 0.25)
case("torch.lerp", a, b, 0.75)
case("torch.lerp", a, b, c)
case(".lerp", a, v, weight=torch.tensor(0.5))
case("torch.addcmul", a, b, v)
case(".addcmul", ints, ints, ints, value=2)
case("torch.addcdiv", a, b, v.abs() + 1, value=-0.5)
case(".addcdiv", a, b, c.abs() + 1)
case("torch.clamp_min", a, 0.25)
case("torch.clamp_max", a, v)
case(".clamp_min", ints, 0)
case(".clamp_max", a, max=0.5)

# activations
F_ = "torch.nn.functional."
case(F_ + "hardshrink", a)
case("torch.hardshrink", odd, 1.5)
case(".hardshrink", a, lambd=1.0)
case(F_ + "softshrink", a)
case(F_ + "softshrink", odd, 1.0)
case(F_ + "tanhshrink", a)
case(F_ + "glu", rand(2, 4))
case(F_ + "glu", rand(4, 3), dim=0)
case(F_ + "softmin", a, dim=1)
case(F_ + "softmin", cube)
case(F_ + "softmin", a, dim=-1, dtype=torch.float64)
case(F_ + "rrelu", a)
case(F_ + "rrelu", a, 0.25, 0.5, False, True)
case("torch.rrelu", a, lower=0.0)
for name in ("dropout1d", "dropout2d", "dropout3d"):
    case(F_ + name, cube, 0.3, training=False)
for name in ("alpha_dropout", "feature_alpha_dropout"):
    case(F_ + name, a)

# pools, normalizations and windows
for d, t in ((1, line), (2, rand(1, 2, 5, 4)), (3, rand(1, 1, 3, 4, 3))):
    case(f"{F_}max_pool{d}d_with_indices", t, 2, stride=1, padding=1, dilation=1, ceil_mode=False, return_indices=True)
    case(f"{F_}adaptive_max_pool{d}d_with_indices", t, 2)
    case(f"{F_}adaptive_max_pool{d}d", t, 2, return_indices=True)
    case(f"{F_}lp_pool{d}d", t.abs(), 2, 2)
    case(f"{F_}lp_pool{d}d", t.abs(), 1.5, 2, stride=1)
case(F_ + "lp_pool1d", line, 2.0, 3, stride=2, ceil_mode=True)
case(F_ + "lp_pool2d", plane, 3, (3, 2), 2, True)
case(F_ + "adaptive_max_pool2d_with_indices", plane, (None, 3))
case(F_ + "rms_norm", a, (3,))
case(F_ + "rms_norm", cube, (3, 4), weight=rand(3, 4), eps=0.1)
case("torch.rms_norm", a * 0.001, [3], v)
case(F_ + "rms_norm", a.double() * 1e-8, (3,))
case(F_ + "rms_norm", a.half() * 0.01, (3,))
case(F_ + "rms_norm", a.bfloat16() * 0.01, (3,))
case(F_ + "local_response_norm", rand(1, 5, 2), 3)
case(F_ + "local_response_norm", plane, 2, alpha=0.5, beta=0.6, k=2.0)
case(F_ + "local_response_norm", rand(1, 4, 2, 1, 2), 4, 0.1)
case(F_ + "unfold", plane, 2)
case(F_ + "unfold", plane[0], (3, 2), dilation=(1, 2), padding=(1, 0), stride=(2, 1))
case(F_ + "fold", rand(1, 8, 12), (4, 5), 2)
case(F_ + "fold", rand(12, 6), output_size=(5, 4), kernel_size=(3, 2), dilation=(1, 2), padding=(1, 1), stride=(2, 2))

# products and distances
case(F_ + "bilinear", rand(2, 2), a, rand(4, 2, 3), rand(4))
case("torch.bilinear", rand(2, 2, 2), rand(2, 2, 3), rand(1, 2, 3))
case(F_ + "cosine_similarity", a, b)
case("torch.cosine_similarity", cube, rand(3, 1), dim=-2, eps=0.5)
case(F_ + "cosine_similarity", torch.zeros(2, 3), b, dim=0)
case(F_ + "pairwise_distance", a, b)
case(F_ + "pairwise_distance", a, v, p=1.0, keepdim=True)
case("torch.pairwise_distance", v, w, inf, 0.25)
case("torch.addmv", rand(2), a, v, beta=0.5, alpha=2)
case(".addmv", rand(2), a, v)
case("torch.addbmm", rand(3, 2), cube, rand(2, 4, 2), beta=2, alpha=0.5)
case("torch.baddbmm", rand(2, 3, 1), batch1=cube, batch2=rand(2, 4, 1), beta=0.5)
case(".baddbmm", rand(2, 3, 1), cube, rand(2, 4, 1))
case("torch.outer", v, rand(2))
case(".outer", ints[0], ints[1])
case("torch.dot", v, w)
case(".dot", ints[0], ints[1])
for equation, operands in (
    ("ij,jk->ik", (a, sq)),
    ("ij,jk", (a, sq)),
    ("bij, bjk -> bki", (cube, rand(2, 4, 2))),
    ("ba", (a,)),
    ("ii", (sq,)),
    ("ii->i", (sq,)),
    ("iji->j", (rand(2, 3, 2),)),
    ("ij->", (a,)),
    ("i,j->ij", (v, w)),
    ("i,i", (v, w)),
    ("...ij,...jk->...ik", (rand(1, 2, 3), rand(2, 3, 2))),
    ("...i,...i", (cube, rand(4))),
    ("b...->...b", (cube,)),
    ("...->", (a,)),
    ("ij,kj,k->i", (a, sq, v)),
    ("ij,kl->jl", (a, sq)),
    ("bhid,bhjd->bhij", (rand(1, 2, 2, 3), rand(1, 2, 3, 3))),
    ("ij,ij->ij", (rand(1, 3), a)),
    ("ij,j->i", (ints, ints[0])),
):
    case("torch.einsum", equation, *operands)
case("torch.einsum", "ij,kj->ik", [a, b])

# moved elements
case("torch.roll", a, 1)
case("torch.roll", cube, (1, -1), (0, 2))
case(".roll", a, shifts=4, dims=1)
case("torch.rot90", a)
case("torch.rot90", cube, 3, [1, 2])
case(".rot90", cube, 2, (0, -1))
case("torch.movedim", cube, 0, 2)
case("torch.moveaxis", cube, (0, 1), (-1, 0))
case(".movedim", cube, source=-1, destination=0)
case("torch.swapdims", cube, 0, 2)
case("torch.swapaxes", cube, axis0=0, axis1=-1)
case("torch.tile", a, (2,))
case("torch.tile", v, (2, 1, 2))
case(".tile", a, 2, 1)
case("torch.tril", cube)
case("torch.tril", sq, diagonal=-1)
case(".triu", sq, 1)
case("torch.triu", bools.repeat(1, 2), -1)
case("torch.diagonal", cube)
case("torch.diagonal", sq, offset=1)
case(".diagonal", cube, -1, dim1=-2, dim2=-1)
case("torch.diagonal", a, 7)
case("torch.ravel", cube)
case(".ravel", torch.tensor(2.0))
case("torch.hstack", [a, b])
case("torch.hstack", (v, w))
case("torch.vstack", [v, a])
case("torch.row_stack", [v, w])
case("torch.dstack", [v, w])
case("torch.dstack", [a, b])
case("torch.column_stack", (v, sq, w))
case("torch.tensor_split", rand(7), 3)
case("torch.tensor_split", a, (1,), dim=1)
case(".tensor_split", rand(5), [1, 4, 9])
case("torch.tensor_split", rand(5), [3, -4])
case("torch.tensor_split", rand(5), indices=[2, 3])
case("torch.tensor_split", rand(5), torch.tensor([2, 3]))
case("torch.tensor_split", rand(5), tensor_indices_or_sections=torch.tensor(2))
case("torch.meshgrid", v, rand(2))
case("torch.meshgrid", [v, rand(2)], indexing="xy")
case("torch.meshgrid", v[:2], torch.tensor(3.0), w[:1], indexing="xy")

# order
mixed = torch.tensor([[2.0, nan, -1.0, 2.0], [0.0, -inf, 5.0, -0.0]])
ties = {"stable": True}
case("torch.sort", mixed, **ties)
case("torch.sort", mixed, dim=0, descending=True, **ties)
case(".sort", a, 1, True)
case("torch.sort", torch.tensor(3.0))
case(".argsort", ints, 1, True)
case("torch.argsort", cube, dim=1)
case("torch.topk", a, 2)
case("torch.topk", cube, 2, dim=1, largest=False)
case(".topk", mixed[:1], 1)
case("torch.topk", ints, k=1, dim=0)
case("torch.topk", quantized(2, 4), 2)
case("torch.cumsum", a, 1)
case("torch.cumsum", ints.int(), dim=0)
case(".cumsum", a, 0, dtype=torch.float64)
case("torch.cumprod", cube, -2)
case("torch.cumprod", bools, 1)
for name in ("values", "indices"):
    CASES.append({"name": "builtins.getattr", "args": [encode((a, ints)), name], "result": encode(a if name == "values" else ints)})

# reductions
case("torch.logsumexp", a, 1)
case("torch.logsumexp", cube * 200, (0, 2), keepdim=True)
case(".logsumexp", torch.tensor([[-inf, -inf], [inf, 1.0], [nan, 1.0]]), 1)
case("torch.logsumexp", ints, dim=-1)
case("torch.count_nonzero", ints)
case(".count_nonzero", bools, 0)
case("torch.count_nonzero", cube > 0, dim=(0, 2))
case("torch.std_mean", a)
case("torch.std_mean", cube, (0, 2), keepdim=True)
case("torch.var_mean", a, 1, correction=0)
case("torch.var_mean", a, False)
case("torch.std", a, False)
case("torch.aminmax", a)
case(".aminmax", ints, dim=1, keepdim=True)
for p in (0, 1, 3.5, inf, -inf, "fro"):
    case("torch.norm", a, p, 1)
case("torch.norm", a, dim=(0, 1), keepdim=True, dtype=torch.float64)

# scattering
at = torch.tensor([[0, 2, 1], [2, 0, 0]])
case("torch.scatter", sq, 0, at, a)
case(".scatter", sq, 1, at[:, :2], 9.0)
case("torch.scatter", sq, 0, at, value=1.5)
case(".scatter", sq, 0, at, a, reduce="multiply")
case("torch.scatter", ints, 1, at[:, 1:2], 5, reduce="add")
case("torch.scatter_add", sq, -1, at, a)
case(".scatter_add", ints, 0, torch.tensor([[0, 1, 0], [0, 0, 0]]), ints)
case("torch.index_fill", sq, 1, torch.tensor([0, -1]), 0.5)
case(".index_fill", ints, 0, torch.tensor([1]), 7)
case(F_ + "one_hot", torch.tensor([[0, 2], [1, 0]]))
case(F_ + "one_hot", torch.tensor([1, 0]), 4)

# in place: the result keeps the type of the tensor
for name in ("abs_", "neg_", "exp_", "sqrt_", "floor_", "erfc_", "relu_", "sigmoid_", "tanh_", "trunc_", "square_"):
    case("." + name, a)
for name in ("add_", "sub_", "mul_", "div_", "fmod_", "pow_", "copysign_", "eq_", "gt_"):
    case("." + name, a.abs() + 0.5, v.abs() + 1)
case(".add_", a.half(), b)
case(".add_", a.half(), b, alpha=2)
case(".mul_", ints, 2)
case(".add_", ints.to(torch.int8), 127)
case(".clamp_", a, -0.5, 0.5)
case(".clamp_min_", a, 0.0)
case(".clamp_max_", a, max=0.0)
case(".addcmul_", a, b, c, value=2)
case(".lerp_", a, b, 0.5)
case(".masked_fill_", a, a > 0, 0.0)
case(".scatter_", sq, 0, at, a)
case(".tril_", sq)
case(".cumsum_", a, 1)
case(".logical_and_", ints, bools)
case(".relu_", quantized(2, 3))

# numbers
for name, args in (("sqrt", (2,)), ("exp", (0.5,)), ("log", (8,)), ("log", (8, 2)), ("log2", (10,)), ("log2", (2**29,)), ("pow", (2, 3)), ("floor", (-1.5,)), ("ceil", (7,)), ("ceil", (1.25,)), ("trunc", (-1.75,))):
    case("math." + name, *args)
case("math.sqrt", torch.tensor(2.25))
case("math.floor", torch.tensor(3))
case("builtins.int", -2.75)
case("builtins.int", torch.tensor(3.5))
case("builtins.float", 3)
case("operator.pos", a)
case("operator.pos", -3)

# other names, and NumPy's names of arguments
for name in ("arcsin", "arccos", "arctan", "deg2rad", "rad2deg", "fix"):
    case("torch." + name, a / 4)
for name in ("not_equal", "less", "less_equal", "greater", "greater_equal"):
    case("." + name, ints, bools)
for name in ("fmax", "fmin"):
    case("torch." + name, odd, torch.tensor([1.0, nan, 2.0, nan, 0.0]))
    case("." + name, ints, 1 - ints)
for name in ("short", "char", "byte", "cpu"):
    case("." + name, ints + 300)
for name in ("fliplr", "flipud"):
    case("torch." + name, a)
case(".new_zeros", ints, 2, 1)
case(".new_ones", a, (2,), dtype=torch.int32)
case(".new_full", a.half(), [1, 2], 0.1)
case("torch.vsplit", ints, 2)
case(".vsplit", a, (1,))
case("torch.hsplit", v, 3)
case(".hsplit", a, [1, 2])
case("torch.dsplit", cube, 2)
for name in (".t_", ".swapaxes_", ".swapdims_"):
    case(name, a, *(() if name == ".t_" else (0, 1)))
case("torch.cat", [a, b], axis=1)
case(".mean", cube, axis=(0, 2), keepdims=True)
case("torch.add", x1=a, x2=v)
case("torch.softmax", a, axis=0)
case("torch.amax", x=a, axis=1)

# what no case above calls
near = v / 4
for name in ("acos", "asin", "atan", "cosh", "sinh", "tan", "trunc"):
    case("torch." + name, near)
for name in "absolute acos arccos arcsin arcsinh arctan arctanh asin asinh atan atanh ceil cos cosh deg2rad erf exp2 expm1 fix frac log log10 log1p log2 nan_to_num negative rad2deg reciprocal round rsqrt sign sin sinh tan triu".split():
    case(f".{name}_", (sq if name == "triu" else near))
for name in ("acosh", "arccosh"):
    case(f".{name}_", near.abs() + 1)
for name in "divide floor_divide ge greater greater_equal hypot le less less_equal lt multiply ne not_equal remainder subtract true_divide arctan2 atan2".split():
    case(f".{name}_", v, w)
for name in ("bitwise_and", "bitwise_or", "bitwise_xor"):
    case(f".{name}_", ints, 5)
for name in ("logical_or", "logical_xor"):
    case("torch." + name, ints, bools)
    case(f".{name}_", ints, bools)
case(".bitwise_not_", bools)
case(".logical_not_", ints)
case(".clip_", v, max=0.5)
case(".cumprod_", v, 0)
case(".index_fill_", v, 0, torch.tensor([1]), 9.0)
case(".scatter_add_", v, 0, torch.tensor([1, 1]), w)
case(".addmm_", sq, sq, sq, alpha=0.5)
case(".addmv_", v, sq, w)
case(".addbmm_", rand(2, 2), rand(3, 2, 1), rand(3, 1, 2))
case(".baddbmm_", rand(1, 2, 2), rand(1, 2, 1), rand(1, 1, 2))
case(".addcdiv_", v, w, v.abs() + 1)
case("torch.mv", sq, v)
case("torch.broadcast_to", v, (2, 3))
case("torch.full_like", a, 2.5)
case("torch.full_like", ints, 2.5, dtype=torch.float64)
case("torch.isinf", odd)
case("torch.is_floating_point", ints)
case(".log_softmax", a, 1)
case(".where", a, a > 0, b)
case(".view_as", a, rand(3, 2))
case(".type_as", ints, v)
case(".type", a, torch.float64)
for name in ("half", "bfloat16", "int", "long"):
    case("." + name, a)
case(".flip", cube, 0, -1)
case("builtins.tuple", [1, 2])

write("operators.json", CASES)

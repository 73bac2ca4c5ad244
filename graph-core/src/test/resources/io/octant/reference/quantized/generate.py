"""Makes operators.json and operators.safetensors: what PyTorch's quantized operators compute.

Run with PyTorch 2.13 (CPU), numpy and safetensors in the folder of this file. Every case is a call:
the operator's name, its arguments (a nested {"call"} is evaluated first: packing), the engine, the
result, and by how many steps the result may differ.
"""

import json

import torch
import torch.ao.quantization.fx._decomposed  # registers quantized_decomposed
from safetensors.torch import save_file

torch.manual_seed(20261123)
tensors = {}
cases = []


def encode(v):
    if isinstance(v, Call):
        return {"call": v.name, "args": [encode(a) for a in v.args]}
    if isinstance(v, torch.Tensor) and v.is_quantized:
        q = {"dtype": str(v.dtype), "shape": list(v.shape), "qscheme": str(v.qscheme())}
        if v.dtype == torch.quint4x2:
            q["int_repr_packed"] = put(v.int_repr().flatten())
        else:
            q["int_repr"] = put(v.int_repr())
        if v.qscheme() == torch.per_tensor_affine:
            q.update(scale=v.q_scale(), zero_point=v.q_zero_point())
        else:
            q.update(
                scales=put(v.q_per_channel_scales()),
                zero_points=put(v.q_per_channel_zero_points()),
                axis=v.q_per_channel_axis(),
            )
        return {"qtensor": q}
    if isinstance(v, torch.Tensor):
        return {"tensor": put(v)}
    if isinstance(v, tuple):
        return {"tuple": [encode(x) for x in v]}
    if isinstance(v, list):
        return [encode(x) for x in v]
    if isinstance(v, torch.dtype):
        return {"dtype": str(v)}
    return v


def put(t):
    t = t.detach().contiguous().clone()
    for name, old in tensors.items():
        if old.dtype == t.dtype and old.shape == t.shape and torch.equal(old, t):
            return name
    name = f"t{len(tensors)}"
    tensors[name] = t
    return name


class Call:
    """A packing operator: PyTorch gets its result, the fixture the call."""

    def __init__(self, op, *args):
        self.name, self.args = str(op).replace("quantized.", "torch.ops.quantized.", 1), args
        self.value = op(*args)


def case(name, op, *args, engine="fbgemm", steps=0, call=None, **kwargs):
    plain = [a.value if isinstance(a, Call) else a for a in args]
    got = op(*plain, **kwargs)
    cases.append(
        {
            "name": name,
            "engine": engine,
            "call": call or str(op).replace("quantized.", "torch.ops.quantized.", 1),
            "args": [encode(a) for a in args],
            "kwargs": {k: encode(v) for k, v in kwargs.items()},
            "expected": encode(got),
            "steps": steps,
        }
    )


def quantized(shape, scale=0.05, zero_point=60, dtype=torch.quint8):
    return torch.quantize_per_tensor(torch.randn(shape) * scale * 50, scale, zero_point, dtype)


def weight(shape, axis=0, per_channel=True):
    w = torch.randn(shape) * 0.3
    if not per_channel:
        return torch.quantize_per_tensor(w, w.abs().max().item() / 127, 0, torch.qint8)
    scales = w.abs().amax([d for d in range(w.dim()) if d != axis]) / 127
    return torch.quantize_per_channel(w, scales.double(), torch.zeros(shape[axis], dtype=torch.int64), axis, torch.qint8)


ops = torch.ops.quantized
for engine in ["fbgemm", "qnnpack"]:
    torch.backends.quantized.engine = engine
    per_channel = engine == "fbgemm"
    for relu in ["", "_relu"]:
        case(
            f"linear{relu}, {engine}",
            getattr(ops, "linear" + relu),
            quantized((5, 24)),
            Call(ops.linear_prepack, weight((7, 24), per_channel=per_channel), torch.randn(7)),
            0.21,
            131,
            engine=engine,
        )
    case(
        f"conv2d, strided and padded, {engine}",
        ops.conv2d,
        quantized((2, 3, 7, 6)),
        Call(ops.conv2d_prepack, weight((4, 3, 3, 2)), torch.randn(4), [2, 1], [1, 1], [1, 1], 1),
        0.11,
        120,
        engine=engine,
    )
    case(
        f"conv2d_relu, grouped and dilated, {engine}",
        ops.conv2d_relu,
        quantized((1, 4, 8, 8)),
        Call(ops.conv2d_prepack, weight((6, 2, 3, 3)), None, [1, 1], [2, 0], [2, 1], 2),
        0.09,
        0,
        engine=engine,
    )
    case(
        f"conv_transpose2d, {engine}",
        ops.conv_transpose2d,
        quantized((1, 4, 4, 5)),
        Call(
            ops.conv_transpose2d_prepack,
            weight((4, 3, 3, 3), per_channel=False),
            torch.randn(3),
            [2, 2],
            [1, 0],
            [1, 0],
            [1, 1],
            1,
        ),
        0.1,
        100,
        engine=engine,
    )
    case(
        f"linear_dynamic, {engine}",
        ops.linear_dynamic,
        torch.randn(4, 16),
        Call(ops.linear_prepack, weight((6, 16), per_channel=False), torch.randn(6)),
        True,
        engine=engine,
    )
torch.backends.quantized.engine = "fbgemm"
case(
    "conv1d",
    ops.conv1d,
    quantized((2, 3, 9)),
    Call(ops.conv1d_prepack, weight((4, 3, 3)), torch.randn(4), [2], [1], [1], 1),
    0.1,
    110,
)
case(
    "conv3d_relu",
    ops.conv3d_relu,
    quantized((1, 2, 4, 5, 4)),
    Call(ops.conv3d_prepack, weight((3, 2, 2, 3, 1)), torch.randn(3), [1, 2, 1], [1, 1, 0], [1, 1, 1], 1),
    0.08,
    3,
)
case(
    "linear_dynamic per channel without reduced range",
    ops.linear_dynamic,
    torch.randn(3, 2, 16),
    Call(ops.linear_prepack, weight((6, 16)), None),
    False,
)
case(
    "linear_relu_dynamic",
    ops.linear_relu_dynamic,
    torch.randn(3, 16),
    Call(ops.linear_prepack, weight((6, 16)), torch.randn(6)),
    True,
)
case(
    "linear_dynamic_fp16",
    ops.linear_dynamic_fp16,
    torch.randn(3, 16),
    Call(ops.linear_prepack_fp16, torch.randn(6, 16) * 1e5, torch.randn(6)),
)

a, b = quantized((3, 5)), quantized((5,), 0.07, 100)
for name in ["add", "add_relu", "mul", "mul_relu"]:
    # tie-heavy scales are where fused multiply-add orders differ
    case(f"{name} with broadcasting", getattr(ops, name), a, b, 0.0913, 77)
    for c in [0.6, -1.7, 40.0, -33.0, 0.0]:
        case(f"{name} {c}", getattr(ops, name), a, c)
signed = quantized((4, 4), 0.04, -3, torch.qint8)
case("add signed", ops.add, signed, quantized((4, 4), 0.02, 5, torch.qint8), 0.05, -10)
case("add -9.5 signed", ops.add, signed, -9.5)
case("mul -0.5 signed", ops.mul, signed, -0.5)

# exact ties, an odd zero point: where in the computation the zero point comes shows
a, b = torch.randint(-40, 40, (64,)).float() / 2, torch.randint(-40, 40, (64,)).float() / 2
a, b = (torch.quantize_per_tensor(t, 0.5, 61, torch.quint8) for t in (a, b))
case("add, ties", ops.add, a, b, 1.0, 71)
case("mul, ties", ops.mul, a, b, 1.0, 71)
case("leaky_relu, ties", ops.leaky_relu, a, 0.5, False, 1.0, 71)
for engine in ["x86", "fbgemm", "onednn", "qnnpack"]:
    torch.backends.quantized.engine = engine
    x = torch.quantize_per_tensor(torch.randint(-20, 20, (6, 2, 4, 8)).float(), 1.0, 60, torch.quint8)
    w = torch.quantize_per_tensor(torch.randint(-3, 3, (3, 8)).float() / 2, 0.5, 0, torch.qint8)
    case("linear, ties, " + engine, ops.linear, x, Call(ops.linear_prepack, w, None), 1.0, 71, engine=engine)
    w = torch.quantize_per_tensor(torch.randint(-3, 3, (3, 2, 3, 3)).float() / 2, 0.5, 0, torch.qint8)
    # which kernel x86 takes for convolutions depends on the processor
    case(
        "conv2d, ties, " + engine,
        ops.conv2d,
        x,
        Call(ops.conv2d_prepack, w, None, [1, 1], [0, 0], [1, 1], 1),
        1.0,
        71,
        engine=engine,
        steps=1 if engine == "x86" else 0,
    )
torch.backends.quantized.engine = "fbgemm"

x = torch.randn(4, 6) * 3
scales, zeros = torch.rand(6).double() * 0.1 + 0.01, torch.randint(0, 255, (6,))
case("quantize_per_tensor", torch.quantize_per_tensor, x, 0.031, 117, torch.quint8, call="torch.quantize_per_tensor")
case("quantize_per_channel", torch.quantize_per_channel, x, scales, zeros, 1, torch.quint8, call="torch.quantize_per_channel")
case(
    "quantize_per_channel, float zero points",
    torch.quantize_per_channel,
    x,
    torch.rand(4) * 0.1 + 0.01,
    torch.rand(4) * 90,
    0,
    torch.quint8,
    call="torch.quantize_per_channel",
)
for reduce in [False, True]:
    case(
        f"quantize_per_tensor_dynamic {reduce}",
        torch.quantize_per_tensor_dynamic,
        x,
        torch.quint8,
        reduce,
        call="torch.quantize_per_tensor_dynamic",
    )
case("dequantize", torch.dequantize, signed, call="torch.dequantize")

q = quantized((3, 4, 6))
image = quantized((2, 4, 3, 5))
weights, bias = torch.rand(6) + 0.5, torch.randn(6)
channel_weights, channel_bias = torch.rand(4) + 0.5, torch.randn(4)
mean, variance = torch.randn(4), torch.rand(4) + 0.5
case("elu", ops.elu, q, 0.03, 34, 0.7, steps=1)
case("celu", ops.celu, q, 0.03, 34, 1.3, steps=1)
case("hardswish", ops.hardswish, q, 0.03, 13, steps=1)
case("leaky_relu", ops.leaky_relu, q, 0.1, False, 0.03, 20, steps=1)
case("sigmoid", ops.sigmoid, q, 1 / 300, 3, steps=1)
case("softmax", ops.softmax, q, 2, 1 / 256, 0, steps=1)
case("dropout", ops.dropout, q, 0.1, 3)
case("matmul", ops.matmul, q, quantized((3, 6, 2), 0.03, 90), 0.4, 120, steps=1)
case("cat", ops.cat, [q, quantized((3, 4, 2), 0.03, 90)], 2, 0.06, 70, steps=1)
case("cat_relu", ops.cat_relu, [q, quantized((3, 4, 2), 0.03, 90)], 2, 0.06, 70, steps=1)
case("layer_norm", ops.layer_norm, q, [6], weights, bias, 1e-5, 0.03, 110, steps=1)
case("layer_norm over two axes", ops.layer_norm, q, [4, 6], None, None, 1e-5, 0.03, 110, steps=1)
case("group_norm", ops.group_norm, image, 2, channel_weights, channel_bias, 1e-5, 0.03, 110, steps=1)
case("instance_norm", ops.instance_norm, image, channel_weights, channel_bias, 1e-5, 0.03, 110, steps=1)
for suffix in ["batch_norm", "batch_norm2d", "batch_norm2d_relu"]:
    case(suffix, getattr(ops, suffix), image, channel_weights, channel_bias, mean, variance, 1e-5, 0.05, 60, steps=1)

for bits, dtype, name in [(8, torch.quint8, "byte"), (4, torch.quint4x2, "4bit")]:
    table = torch.randn(9, 8)
    low, high = table.amin(1), table.amax(1)
    scale = (high - low) / (2**bits - 1)
    table = Call(ops.embedding_bag_prepack, torch.quantize_per_channel(table, scale, -low / scale, 0, dtype))
    indices, offsets = torch.randint(0, 9, (7,)), torch.tensor([0, 3, 3])
    if bits == 8:  # PyTorch cannot look up int64 indices singly in 4 bits with every build
        case("embedding_byte", ops.embedding_byte, table, indices)
    case("embedding_bag_" + name, getattr(ops, "embedding_bag_" + name), table, indices, offsets)
    case(
        "weighted embedding_bag_" + name,
        getattr(ops, "embedding_bag_" + name),
        table,
        indices,
        torch.tensor([0, 3, 3, 7]),
        False,
        0,
        False,
        torch.rand(7),
        None,
        True,
    )

d = torch.ops.quantized_decomposed
DECOMPOSED = "torch.ops.quantized_decomposed."
for overload in ["default", "tensor", "tensor2"]:
    scale, zero = (0.031, 7) if overload == "default" else (torch.tensor(0.031), torch.tensor(7))
    low, high = (torch.tensor(-100), torch.tensor(90)) if overload == "tensor2" else (-100, 90)
    quantize = getattr(d.quantize_per_tensor, overload)
    integers = quantize(x, scale, zero, low, high, torch.int8)
    name = DECOMPOSED + "quantize_per_tensor." + overload
    case(name, quantize, x, scale, zero, low, high, torch.int8, call=name)
    name = DECOMPOSED + "dequantize_per_tensor." + overload
    case(name, getattr(d.dequantize_per_tensor, overload), integers, scale, zero, low, high, torch.int8, call=name)
channels = (torch.rand(6) * 0.1 + 0.01, torch.randint(-50, 50, (6,)), 1, -128, 127, torch.int8)
integers = d.quantize_per_channel.default(x, *channels)
name = DECOMPOSED + "quantize_per_channel.default"
case(name, d.quantize_per_channel.default, x, *channels, call=name)
name = DECOMPOSED + "dequantize_per_channel.default"
case(name, d.dequantize_per_channel.default, integers, *channels, call=name)
for overload, low, high, dtype in [("choose_qparams", 0, 255, torch.uint8), ("choose_qparams_symmetric", -127, 127, torch.int8)]:
    name = DECOMPOSED + overload + ".tensor"
    for values in [x, x.abs(), -x.abs(), torch.zeros(3)]:
        case(name, getattr(d, overload).tensor, values, low, high, 1e-7, dtype, call=name)

save_file(tensors, "operators.safetensors")
with open("operators.json", "w") as f:
    f.write('{"name": "operators", "tensors": "operators.safetensors", "cases": [\n')
    f.write(",\n".join(json.dumps(c) for c in cases))
    f.write("\n]}\n")
print(len(cases), "cases,", len(tensors), "tensors")

"""Makes operators.json and operators.safetensors: what PyTorch's quantized operators compute.

Run with PyTorch 2.13 (CPU), numpy and safetensors in the folder of this file. Every case is a call:
the operator's name, its arguments (a nested {"call"} is evaluated first: packing), the engine, the
result, and by how many steps the result may differ.
"""

import json

import torch
from safetensors.torch import save_file

torch.manual_seed(20261123)
tensors = {}
cases = []


def encode(v):
    if isinstance(v, Call):
        return {"call": v.name, "args": [encode(a) for a in v.args]}
    if isinstance(v, torch.Tensor) and v.is_quantized:
        q = {"dtype": str(v.dtype), "shape": list(v.shape), "qscheme": str(v.qscheme()), "int_repr": put(v.int_repr())}
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
case("dequantize", torch.dequantize, a, call="torch.dequantize")

save_file(tensors, "operators.safetensors")
with open("operators.json", "w") as f:
    f.write('{"name": "operators", "tensors": "operators.safetensors", "cases": [\n')
    f.write(",\n".join(json.dumps(c) for c in cases))
    f.write("\n]}\n")
print(len(cases), "cases,", len(tensors), "tensors")

"""Cases `quantize/qop_*`: operators on quantized tensors.

Arithmetic has its operands under `a`, `b` or `scalar`, activations and others are listed by their call as Python writes it, with `other` as a
second operand. Every other operator has `args` and `kwargs`,
among them packed weights as `{"call": {"op", "args"}}`, and the `engine` it ran on.
"""
import itertools

import torch
import torch.nn.functional as F

from encoding import Encoder, raised, write_case
from observer_cases import Batches

Q = torch.ops.quantized
U8, I8 = torch.quint8, torch.qint8
HEADS = {"functional": (F, "torch.nn.functional"), "torch": (torch, "torch"), "quantized": (Q, "torch.ops.quantized")}


class Prepack:
    """A packed weight: how it is made, and the object."""

    def __init__(self, name, *args):
        self.name, self.args, self.packed = name, args, getattr(Q, name)(*args)


class Source(Batches):
    """Quantized tensors from one seeded generator."""

    def quantized(self, *shape, dtype=U8, scale=0.05, zero_point=None):
        zero_point = (120 if dtype == U8 else -7) if zero_point is None else zero_point
        middle = scale * ((128 if dtype == U8 else 0) - zero_point)
        return torch.quantize_per_tensor(self.normal(*shape, std=scale * 60) + middle, scale, zero_point, dtype)

    def weight(self, *shape, axis=None, scale=0.01):
        x = self.normal(*shape, std=scale * 50)
        if axis is None:
            return torch.quantize_per_tensor(x, scale, 0, I8)
        scales = self.uniform(shape[axis], low=scale / 2, high=scale * 2).double()
        return torch.quantize_per_channel(x, scales, torch.zeros(shape[axis], dtype=torch.int64), axis, I8)


class Recorder:
    def __init__(self, folder):
        self.folder = folder

    def write(self, name, document, encoder):
        write_case(self.folder, "quantize", "qop_" + name, {"name": "qop_" + name, "area": "quantize", **document}, encoder)

    def binary(self, name, op, a, b, scale, zero_point):
        e = Encoder()
        y = getattr(Q, op)(a, b, scale, zero_point)
        self.write(name, {"op": "torch.ops.quantized." + op, "a": e.quantized(a, "a"), "b": e.quantized(b, "b"),
                          "expected": e.quantized(y, "y")}, e)

    def scalar(self, name, op, a, c):
        e = Encoder()
        y = getattr(Q, op)(a, c)
        self.write(name, {"op": "torch.ops.quantized." + op, "a": e.quantized(a, "a"), "scalar": c, "expected": e.quantized(y, "y")}, e)

    def activations(self, name, x, calls):
        e = Encoder()
        document = {"op": "quantized activations", "input": e.quantized(x, "x"), "cases": []}
        for call, y in calls.items():
            document["cases"].append({"call": call, "expected": e.quantized(y, call.split("(")[0])})
        self.write(name, document, e)

    def call(self, name, head, op, *args, engine="fbgemm", **kwargs):
        """Calls an operator and writes it; what PyTorch refuses is no case."""
        package, prefix = HEADS[head]
        e = Encoder()
        torch.backends.quantized.engine = engine
        plain = [a.packed if isinstance(a, Prepack) else a for a in args]
        try:
            y = getattr(package, op)(*plain, **kwargs)
        except (RuntimeError, ValueError) as error:
            print(f"no case {name}: {raised(error)['message'][:90]}")
            return
        document = {"op": f"{prefix}.{op}", "engine": engine, "args": [argument(e, a, f"arg{i}") for i, a in enumerate(args)]}
        if kwargs:
            document["kwargs"] = {k: argument(e, v, k) for k, v in kwargs.items()}
        document["expected"] = e.value(y, "y")
        self.write(name, document, e)

    def packed(self, name, op, prepack, engine, x, *rest):
        """Calls an operator on a packed weight, given as the arguments of the prepack operator."""
        torch.backends.quantized.engine = engine
        try:
            weight = Prepack(*prepack)
        except RuntimeError as error:
            print(f"no case {name}: {raised(error)['message'][:90]}")
            return
        self.call(name, "quantized", op, *x, weight, *rest, engine=engine)


def argument(e, a, label):
    if isinstance(a, Prepack):
        return {"call": {"op": "torch.ops.quantized." + a.name, "args": [e.value(v, f"{label}.{i}") for i, v in enumerate(a.args)]}}
    return e.value(a, label)


def record_all(folder, seed=0):
    r, s = Recorder(folder), Source(seed)
    arithmetic(r, s)
    activations(r, s)
    for family in (written_calls, cat, linear, dynamic_linear, convolution, embedding, normalization, pooling, more_activations, decomposed):
        family(r, s)


OUT = {U8: (0.09, 64), I8: (0.11, -9)}


def arithmetic(r, s):
    shapes = {"same": ((3, 8), (3, 8)), "row": ((3, 8), (8,)), "column": ((3, 8), (3, 1)), "both": ((3, 1, 5), (4, 1)), "one": ((2, 3), (1,)),
              "images": ((2, 3, 5, 4), (1, 3, 1, 1)), "scalars": ((), ())}
    for (n, (left, right)), op, dtype in itertools.product(shapes.items(), ("add", "add_relu", "mul", "mul_relu"), (U8, I8)):
        a, b = s.quantized(*left, dtype=dtype), s.quantized(*right, dtype=dtype, scale=0.03)
        r.binary(f"{op}_{n}_{str(dtype)[6:]}", op, a, b, *OUT[dtype])
    for i, (scale, zero_point) in enumerate(((0.01, 0), (0.5, 255), (0.3, 128))):
        for op in ("add", "mul", "add_relu", "mul_relu"):
            r.binary(f"{op}_out_{i}", op, s.quantized(3, 8), s.quantized(3, 8, zero_point=3), scale, zero_point)
    numbers = (0.4, -0.4, 2, -3, 0, 0.0, 7.77, -50.0, 100.0, 1e-3, 0.025, -0.025)
    for c, op, dtype in itertools.product(numbers, ("add_scalar", "add_scalar_relu", "mul_scalar", "mul_scalar_relu"), (U8, I8)):
        name = f"{op}_{c}_{str(dtype)[6:]}".replace("-", "m").replace(".", "p")
        r.scalar(name, op, s.quantized(3, 8, dtype=dtype), c)


def activations(r, s):
    for dtype, scale, zero_point, shape in ((U8, 0.04, 120, (4, 9)), (U8, 0.1, 3, (2, 3, 4)), (I8, 0.03, -20, (5, 6)), (U8, 0.013, 255, (3, 7)),
                                            (I8, 0.2, 0, (2, 2, 3, 3)), (U8, 0.5, 128, (40,))):
        x = s.quantized(*shape, dtype=dtype, scale=scale, zero_point=zero_point)
        last = len(shape) - 1
        z = 10 if dtype == U8 else -100
        calls = {
            "relu": torch.relu(x), "relu6": F.relu6(x), "hardtanh(-0.5,0.7)": F.hardtanh(x, -0.5, 0.7), "hardtanh": F.hardtanh(x),
            "clamp(-0.5,0.7)": torch.clamp(x, -0.5, 0.7), "clamp(0.1,2)": torch.clamp(x, 0.1, 2), "tanh": torch.tanh(x),
            "sigmoid": torch.sigmoid(x), "sigmoid(scale=1/256,zp=0)": Q.sigmoid(x, 1 / 256, 0),
            "sigmoid(scale=0.01,zp=7)": Q.sigmoid(x, 0.01, 7), f"hardswish(scale=0.03,zp={z})": Q.hardswish(x, 0.03, z),
            "hardsigmoid": F.hardsigmoid(x), f"elu(scale=0.03,zp={z},alpha=1)": Q.elu(x, 0.03, z, alpha=1),
            f"elu(scale=0.02,zp={z},alpha=0.5)": Q.elu(x, 0.02, z, alpha=0.5), f"celu(scale=0.02,zp={z},alpha=2)": Q.celu(x, 0.02, z, alpha=2),
            f"leaky_relu(0.1,scale=0.03,zp={z})": Q.leaky_relu(x, 0.1, False, 0.03, z), "leaky_relu(0.2)": F.leaky_relu(x, 0.2),
            "threshold(0.1,0.3)": F.threshold(x, 0.1, 0.3),
        }
        if dtype == U8:
            calls[f"softmax(dim={last},scale=1/256,zp=0)"] = Q.softmax(x, last, 1 / 256, 0)
            calls["softmax(dim=0,scale=0.01,zp=5)"] = Q.softmax(x, 0, 0.01, 5)
        r.activations(f"activations_{str(dtype)[6:]}_{scale}".replace(".", "p"), x, calls)


def written_calls(r, s):
    """Calls as they are written in Python: tuples, keywords, a second operand by name."""
    for dtype in (U8, I8):
        x, other = s.quantized(2, 3, 6, 8, dtype=dtype), s.quantized(2, 3, 6, 8, dtype=dtype)
        calls = {
            "max_pool2d((3, 2),stride=(2, 1),padding=(1, 0))": F.max_pool2d(x, (3, 2), stride=(2, 1), padding=(1, 0)),
            "avg_pool2d((2, 3),ceil_mode=True)": F.avg_pool2d(x, (2, 3), ceil_mode=True),
            "adaptive_avg_pool2d((2, 3))": F.adaptive_avg_pool2d(x, (2, 3)),
            "cat([x, other],dim=1)": torch.cat([x, other], dim=1),
            "cat((other, x, other),dim=-1)": torch.cat((other, x, other), dim=-1),
            "add(other,scale=0.09,zp=3)": Q.add(x, other, 0.09, 3),
            "mul(other,scale=0.2,zp=3)": Q.mul(x, other, 0.2, 3),
        }
        e = Encoder()
        document = {"op": "quantized activations", "input": e.quantized(x, "x"), "other": e.quantized(other, "other"), "cases": []}
        for i, (call, y) in enumerate(calls.items()):
            document["cases"].append({"call": call, "expected": e.quantized(y, f"{call.split('(')[0]}_{i}")})
        r.write(f"written_calls_{str(dtype)[6:]}", document, e)


def cat(r, s):
    for dtype, dim in itertools.product((U8, I8), (0, 1, -1)):
        parts = [s.quantized(2, 3, 4, dtype=dtype) for _ in range(3)]
        mixed = [parts[0], s.quantized(2, 3, 4, dtype=dtype, scale=0.2, zero_point=30), s.quantized(2, 3, 4, dtype=dtype, scale=0.01, zero_point=2)]
        for n, group in (("equal", parts), ("mixed", mixed)):
            name = f"{n}_{str(dtype)[6:]}_{dim}".replace("-", "m")
            r.call("cat_" + name, "quantized", "cat", group, dim, *OUT[dtype])
            r.call("cat_relu_" + name, "quantized", "cat_relu", group, dim, *OUT[dtype])
            r.call("cat_first_" + name, "quantized", "cat", group, dim, None, None)
            r.call("torch_cat_" + name, "torch", "cat", group, dim)
            r.call("stack_" + name, "torch", "stack", group, dim)


def linear(r, s):
    for (i, shape), axis, bias in itertools.product(enumerate(((4, 6), (2, 3, 5), (17,), (1, 33))), (None, 0), (False, True)):
        x = s.quantized(*shape, zero_point=(120, 0, 255, 64)[i])
        w, b = s.weight(7, shape[-1], axis=axis), s.normal(7) if bias else None
        for op, engine in itertools.product(("linear", "linear_relu"), ("fbgemm", "x86", "onednn", "qnnpack")):
            name = f"{op}_{i}_{'tensor' if axis is None else 'channel'}{'_bias' * bias}_{engine}"
            r.packed(name, op, ("linear_prepack", w, b), engine, [x], *((0.07, 30), (0.2, 128))[i % 2])
    x, w, b = s.quantized(4, 6), s.weight(5, 6, axis=0), s.normal(5)
    r.packed("linear_leaky_relu", "linear_leaky_relu", ("linear_prepack", w, b), "onednn", [x], 0.07, 30, 0.1)
    r.packed("linear_tanh", "linear_tanh", ("linear_prepack", w, b), "onednn", [x], 1 / 128, 128)


def dynamic_linear(r, s):
    for (i, shape), axis, bias in itertools.product(enumerate(((4, 6), (2, 3, 5), (1, 33))), (None, 0), (False, True)):
        x = s.normal(*shape, mean=(0.0, 3.0, -2.0)[i])
        w, b = s.weight(7, shape[-1], axis=axis), s.normal(7) if bias else None
        for op, engine, reduce in itertools.product(("linear_dynamic", "linear_relu_dynamic"), ("fbgemm", "onednn", "qnnpack"), (False, True)):
            name = f"{op}_{i}_{'tensor' if axis is None else 'channel'}{'_bias' * bias}_{engine}{'_reduced' * reduce}"
            r.packed(name, op, ("linear_prepack", w, b), engine, [x], reduce)
        for op in ("linear_dynamic_fp16", "linear_relu_dynamic_fp16"):
            r.packed(f"{op}_{i}{'_bias' * bias}_{axis}", op, ("linear_prepack_fp16", s.normal(7, shape[-1]), b), "fbgemm", [x])


GEOMETRIES = [  # channels in, out, groups, kernel, stride, padding, dilation
    (4, 6, 1, 3, 1, 1, 1), (4, 6, 2, 3, 2, 0, 1), (4, 4, 4, 3, 1, 1, 1), (3, 5, 1, 1, 1, 0, 1), (4, 8, 1, 2, 2, 1, 1), (4, 6, 1, 3, 1, 2, 2),
]


def convolution(r, s):
    sizes = {1: (11,), 2: (7, 8), 3: (5, 6, 5)}
    for rank, (i, (cin, cout, groups, k, stride, padding, dilation)), axis in itertools.product((1, 2, 3), enumerate(GEOMETRIES), (None, 0)):
        x = s.quantized(2, cin, *sizes[rank], zero_point=(120, 0, 255)[i % 3])
        w, b = s.weight(cout, cin // groups, *[k] * rank, axis=axis), s.normal(cout) if i % 2 == 0 else None
        pack = (f"conv{rank}d_prepack", w, b, [stride] * rank, [padding] * rank, [dilation] * rank, groups)
        for engine, relu in itertools.product(("fbgemm", "qnnpack", "onednn"), ("", "_relu")):
            if engine == "qnnpack" and rank == 3:
                continue
            name = f"conv{rank}d{relu}_{i}_{'tensor' if axis is None else 'channel'}_{engine}"
            r.packed(name, f"conv{rank}d{relu}", pack, engine, [x], 0.3, 100 if not relu else 0)
        if rank == 2 and i in (0, 3):
            torch.backends.quantized.engine = "onednn"
            extra = torch.quantize_per_tensor(s.normal(2, cout, *sizes[2]), 0.04, 100, U8)
            for op in ("conv2d_add", "conv2d_add_relu"):
                r.packed(f"{op}_{i}_{axis}", op, pack, "onednn", [x, extra], 0.3, 90)
    for rank, (i, (cin, cout, groups, k, stride, padding, dilation)) in itertools.product((1, 2, 3), enumerate(GEOMETRIES)):
        for out_padding, engine in itertools.product((0, 1), ("fbgemm", "qnnpack")):
            if out_padding >= max(stride, dilation) or (engine == "qnnpack" and rank == 3):
                continue
            x = s.quantized(1, cin, *[5, 4, 3][:rank])
            w, b = s.weight(cin, cout // groups, *[k] * rank), s.normal(cout) if i % 2 else None
            pack = (f"conv_transpose{rank}d_prepack", w, b, [stride] * rank, [padding] * rank, [out_padding] * rank, [dilation] * rank, groups)
            r.packed(f"conv_transpose{rank}d_{i}_{out_padding}_{engine}", f"conv_transpose{rank}d", pack, engine, [x], 0.3, 100)


def embedding(r, s):
    for dtype, dim in itertools.product((U8, torch.quint4x2), (4, 6, 10)):
        rows = 9
        table = s.normal(rows, dim)
        levels = 255 if dtype == U8 else 15
        low, high = table.amin(1), table.amax(1)
        scales = (high - low) / levels
        w = torch.quantize_per_channel(table, scales, -low / scales, 0, dtype)
        bits = "byte" if dtype == U8 else "4bit"
        pack = ("embedding_bag_prepack", w)
        indices = torch.tensor([1, 3, 3, 8, 0, 2, 5])
        call = lambda name, op, *rest: r.packed(f"{op}_{name}_{dim}", op, pack, "fbgemm", [], *rest)
        call("vector", f"embedding_{bits}", indices)
        call("matrix", f"embedding_{bits}", indices[:6].reshape(2, 3))
        call("int32", f"embedding_{bits}", indices.int())
        bag = f"embedding_bag_{bits}"
        call("offsets", bag, indices, torch.tensor([0, 2, 5]))
        call("empty_bag", bag, indices, torch.tensor([0, 2, 2, 5]))
        call("last_offset", bag, indices, torch.tensor([0, 2, 5, 7]), False, 0, False, None, None, True)
        call("weights", bag, indices, torch.tensor([0, 4]), False, 0, False, s.normal(7), None, False)
        call("rows", bag, indices[:6].reshape(2, 3))


def normalization(r, s):
    for relu, dtype in itertools.product(("", "_relu"), (U8, I8)):
        for rank, shape in ((1, (4, 5)), (1, (2, 5, 7)), (2, (2, 5, 3, 4)), (3, (2, 5, 3, 2, 4))):
            x = s.quantized(*shape, dtype=dtype)
            c = shape[1]
            stats = (s.uniform(c, low=0.5, high=2.0), s.normal(c), s.normal(c), s.uniform(c, low=0.3, high=3.0), 1e-5)
            r.call(f"batch_norm{rank}d{relu}_{len(shape)}_{str(dtype)[6:]}", "quantized", f"batch_norm{rank}d{relu}", x, *stats, *OUT[dtype])
    for dtype, affine in itertools.product((U8, I8), (False, True)):
        name = f"{str(dtype)[6:]}{'_affine' * affine}"
        of = lambda *shape: (s.normal(*shape) if affine else None, s.normal(*shape) if affine else None)
        x = s.quantized(3, 4, 6, dtype=dtype)
        r.call("layer_norm_" + name, "quantized", "layer_norm", x, [6], *of(6), 1e-5, *OUT[dtype])
        r.call("layer_norm_two_axes_" + name, "quantized", "layer_norm", x, [4, 6], *of(4, 6), 1e-3, *OUT[dtype])
        x = s.quantized(2, 6, 3, 4, dtype=dtype)
        r.call("group_norm_" + name, "quantized", "group_norm", x, 3, *of(6), 1e-5, *OUT[dtype])
        r.call("group_norm_one_" + name, "quantized", "group_norm", x, 1, *of(6), 1e-5, *OUT[dtype])
        r.call("instance_norm_" + name, "quantized", "instance_norm", x, *of(6), 1e-5, *OUT[dtype])


def pooling(r, s):
    for dtype in (U8, I8):
        d = str(dtype)[6:]
        x1, x2, x3 = s.quantized(2, 3, 11, dtype=dtype), s.quantized(2, 3, 7, 8, dtype=dtype), s.quantized(1, 2, 5, 6, 7, dtype=dtype)
        for i, (k, stride, padding, dilation, ceil) in enumerate(((2, 2, 0, 1, False), (3, 1, 1, 1, False), (3, 2, 1, 1, True), (2, 1, 0, 2, False))):
            r.call(f"max_pool1d_{i}_{d}", "functional", "max_pool1d", x1, k, stride, padding, dilation, ceil)
            r.call(f"max_pool2d_{i}_{d}", "functional", "max_pool2d", x2, k, stride, padding, dilation, ceil)
            r.call(f"max_pool3d_{i}_{d}", "functional", "max_pool3d", x3, k, stride, padding, dilation, ceil)
            if dilation == 1:
                for counts in (True, False):
                    r.call(f"avg_pool1d_{i}_{counts}_{d}", "functional", "avg_pool1d", x1, k, stride, padding, ceil, counts)
                    r.call(f"avg_pool2d_{i}_{counts}_{d}", "functional", "avg_pool2d", x2, k, stride, padding, ceil, counts)
                    r.call(f"avg_pool3d_{i}_{counts}_{d}", "functional", "avg_pool3d", x3, k, stride, padding, ceil, counts)
        r.call(f"max_pool2d_rectangle_{d}", "functional", "max_pool2d", x2, (3, 2), (2, 1), (1, 0))
        r.call(f"avg_pool2d_rectangle_{d}", "functional", "avg_pool2d", x2, (3, 2), (2, 1), (1, 0))
        r.call(f"avg_pool2d_divisor_{d}", "functional", "avg_pool2d", x2, 2, 2, 0, False, True, 3)
        for out in (1, 2, 3):
            r.call(f"adaptive_avg_pool1d_{out}_{d}", "functional", "adaptive_avg_pool1d", x1, out)
            r.call(f"adaptive_avg_pool2d_{out}_{d}", "functional", "adaptive_avg_pool2d", x2, out)
            r.call(f"adaptive_avg_pool3d_{out}_{d}", "functional", "adaptive_avg_pool3d", x3, out)
        r.call(f"adaptive_avg_pool2d_rectangle_{d}", "functional", "adaptive_avg_pool2d", x2, (3, None))
        for dims, keep in (([2, 3], False), ([2, 3], True), ([1], False), ([-1], True), ([0, 1], False)):
            r.call(f"mean_{len(dims)}_{dims[0]}_{keep}_{d}".replace("-", "m"), "torch", "mean", x2, dims, keep)
        for mode, scale in (("nearest", 2), ("nearest", 1.5), ("bilinear", 2), ("bilinear", 1.5)):
            r.call(f"interpolate_{mode}_{scale}_{d}".replace(".", "p"), "functional", "interpolate", x2, scale_factor=scale, mode=mode)
        r.call(f"interpolate_size_{d}", "functional", "interpolate", x2, size=(4, 11), mode="nearest")
        r.call(f"interpolate_corners_{d}", "functional", "interpolate", x2, size=(4, 11), mode="bilinear", align_corners=True)
        for name, op, args in (("flatten", "flatten", (1,)), ("transpose", "transpose", (1, 2)), ("squeeze", "squeeze", ()), ("unsqueeze", "unsqueeze", (1,)),
                               ("reshape", "reshape", ([2, -1],)), ("permute", "permute", ([0, 2, 3, 1],)), ("narrow", "narrow", (2, 1, 3)),
                               ("chunk", "chunk", (2, 2)), ("split", "split", (3, 3)), ("repeat_interleave", "repeat_interleave", (2, 1))):
            r.call(f"{name}_{d}", "torch", op, x2, *args)
        r.call(f"pixel_shuffle_{d}", "functional", "pixel_shuffle", s.quantized(1, 8, 3, 2, dtype=dtype), 2)
        r.call(f"pad_{d}", "functional", "pad", x2, (1, 2, 0, 1))
        r.call(f"reflect_{d}", "functional", "pad", x2, (1, 2, 0, 1), "reflect")


def more_activations(r, s):
    for dtype in (U8, I8):
        d = str(dtype)[6:]
        x, z = s.quantized(2, 4, 5, dtype=dtype), OUT[dtype]
        negative = torch.quantize_per_tensor(s.quantized(2, 4, 5, dtype=dtype).dequantize().abs().neg(), 0.05, 100, dtype)
        slopes = torch.quantize_per_tensor(s.uniform(4), 0.01, 0, dtype)
        r.call(f"prelu_{d}", "quantized", "prelu", x, slopes, *z)
        r.call(f"prelu_negative_{d}", "quantized", "prelu", negative, slopes[:1], *z)
        r.call(f"elu_scales_{d}", "quantized", "elu", x, *z, alpha=1.5, scale=1.1, input_scale=0.7)
        r.call(f"matmul_{d}", "quantized", "matmul", x, s.quantized(2, 5, 3, dtype=dtype, zero_point=3), 0.3, 20)
        r.call(f"leaky_relu_{d}", "quantized", "leaky_relu", x, 0.3, False, *z)
        r.call(f"gelu_{d}", "functional", "gelu", x)
        r.call(f"dequantize_{d}", "torch", "dequantize", x)
        r.call(f"clamp_min_{d}", "torch", "clamp", x, min=-0.3)
        r.call(f"clamp_max_{d}", "torch", "clamp", x, max=1.1)
        r.call(f"relu6_{d}", "functional", "relu6", x)
        r.call(f"hardtanh_{d}", "functional", "hardtanh", x, -2.0, 0.35)


def decomposed(r, s):
    import torch.ao.quantization.fx._decomposed  # noqa: F401
    package = torch.ops.quantized_decomposed
    HEADS["decomposed"] = (package, "torch.ops.quantized_decomposed")
    for i, shape in enumerate(((4, 6), (2, 3, 5), (2, 3, 4, 2))):
        x = s.normal(*shape, std=3.0)
        for axis, (low, high, dtype) in itertools.product(range(len(shape)), ((-128, 127, torch.int8), (0, 255, torch.uint8), (-7, 7, torch.int8))):
            scales = s.uniform(shape[axis], low=0.01, high=0.1)
            zero_points = (s.uniform(shape[axis], low=0.4, high=0.6) * (high - low) + low).round().long()
            rest = (scales, zero_points, axis, low, high, dtype)
            n = f"{i}_{axis}_{low}".replace("-", "m")
            overload(r, f"decomposed_channel_{n}", "quantize_per_channel", "default", x, *rest)
            q = package.quantize_per_channel(x, *rest)
            overload(r, f"decomposed_channel_back_{n}", "dequantize_per_channel", "default", q, *rest)
        scale, zero_point = torch.tensor(0.043), torch.tensor(17)
        rest = (scale, zero_point, 0, 255, torch.uint8)
        overload(r, f"decomposed_tensor_{i}", "quantize_per_tensor", "tensor", x, *rest)
        overload(r, f"decomposed_tensor_back_{i}", "dequantize_per_tensor", "tensor", package.quantize_per_tensor(x, *rest), *rest)
        overload(r, f"decomposed_choose_{i}", "choose_qparams", "tensor", x, 0, 255, 1e-7, torch.uint8)
        overload(r, f"decomposed_choose_symmetric_{i}", "choose_qparams_symmetric", "tensor", x, -127, 127, 1e-7, torch.int8)


def overload(r, name, op, which, *args):
    e = Encoder()
    y = getattr(getattr(torch.ops.quantized_decomposed, op), which)(*args)
    r.write(name, {"op": f"torch.ops.quantized_decomposed.{op}.{which}", "args": [e.value(a, f"arg{i}") for i, a in enumerate(args)],
                   "expected": e.value(y, "y")}, e)

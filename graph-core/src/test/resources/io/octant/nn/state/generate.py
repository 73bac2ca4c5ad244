"""Makes modules.json and modules.safetensors: quantized modules of PyTorch, their state and results.

Run with PyTorch 2.13 (CPU) and safetensors in the folder of this file. A case has the state of the
module before lowering ("before"; absent for recurrent modules), after it ("after"), and inputs with
outputs of the lowered module.
"""

import json

import torch
import torch.ao.nn.intrinsic as nni
import torch.ao.nn.intrinsic.quantized as nniq
import torch.ao.nn.intrinsic.quantized.dynamic as nniqd
import torch.ao.nn.quantized as nnq
import torch.ao.nn.quantized.dynamic as nnqd
import torch.ao.nn.quantized.reference as nnqr
import torch.ao.quantization as tq
from safetensors.torch import save_file
from torch import nn

torch.manual_seed(20261125)
torch.backends.quantized.engine = "fbgemm"
tensors = {}
cases = []


def put(t):
    t = t.detach().contiguous().clone()
    for name, old in tensors.items():
        if old.dtype == t.dtype and old.shape == t.shape and torch.equal(old, t):
            return name
    name = f"t{len(tensors)}"
    tensors[name] = t
    return name


def value(v):
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
        return {"tuple": [value(x) for x in v]}
    if isinstance(v, list):
        return [value(x) for x in v]
    if isinstance(v, torch.dtype):
        return {"dtype": str(v)}
    if isinstance(v, torch.qscheme):
        return {"qscheme": str(v)}
    return v


LINEAR = ["in_features", "out_features"]
CONV = [
    "in_channels",
    "out_channels",
    "kernel_size",
    "stride",
    "padding",
    "dilation",
    "transposed",
    "output_padding",
    "groups",
    "padding_mode",
]
NORM = ["num_features", "eps", "momentum", "affine", "track_running_stats"]
WEIGHT = ["weight_qscheme", "weight_dtype", "is_decomposed", "weight_axis_int", "weight_quant_min", "weight_quant_max"]
OUT = ["scale", "zero_point"]
RNN = ["mode", "input_size", "hidden_size", "num_layers", "bias", "batch_first", "dropout", "bidirectional", "dtype"]
CELL = ["input_size", "hidden_size", "bias", "weight_dtype"]


def state(m, hyper, quantized=None, children=None):
    name = type(m).__module__
    package = "torch.nn" if name.startswith("torch.nn.") else name.split(".modules")[0]
    entry = {"type": package + "." + type(m).__name__, "hyper": {h: value(getattr(m, h)) for h in hyper}}
    if children is None:
        entry["params"] = {n: put(p) for n, p in m.named_parameters(recurse=False)}
        entry["buffers"] = {n: put(b) for n, b in m.named_buffers(recurse=False)}
    else:
        entry["children"] = dict(children)
    if quantized is not None:
        entry["quantized"] = quantized
    return entry


def packed(m):
    w, b = m._weight_bias()
    return {"weight": value(w), "bias": value(b)}


def case(name, before, after, inputs, output=None, steps=0, run=True):
    """Inputs are a list of arguments."""
    record = {"name": name, "before": before, "after": after[1], "inputs": [value(x) for x in inputs], "steps": steps}
    if output:
        record["output"] = {"scale": output[0], "zero_point": output[1]}
    if run:
        with torch.no_grad():
            record["expected"] = value(after[0](*inputs))
    cases.append(record)


def weights(w, axis=0, dtype=torch.qint8, per_channel=True):
    if dtype == torch.float16:
        return {"qscheme": None, "dtype": dtype, "scale": 1.0, "zero_point": 0}
    if not per_channel:
        return {
            "qscheme": torch.per_tensor_affine,
            "dtype": dtype,
            "scale": w.detach().abs().max() / 127.5,
            "zero_point": torch.tensor(0),
            "quant_min": -128,
            "quant_max": 127,
        }
    axes = [d for d in range(w.dim()) if d != axis]
    return {
        "qscheme": torch.per_channel_affine,
        "dtype": dtype,
        "scale": w.detach().abs().amax(axes) / 127.5,
        "zero_point": torch.zeros(w.shape[axis], dtype=torch.int64),
        "axis": axis,
        "quant_min": -128,
        "quant_max": 127,
    }


def rows(w, bits):
    low, high = w.detach().amin(1), w.detach().amax(1)
    scale = (high - low) / (2**bits - 1)
    return {
        "qscheme": torch.per_channel_affine_float_qparams,
        "dtype": torch.quint8 if bits == 8 else torch.quint4x2,
        "scale": scale,
        "zero_point": -low / scale,
        "axis": 0,
        "quant_min": 0,
        "quant_max": 2**bits - 1,
    }


def quantized(*shape, scale=0.04, zero_point=70):
    return torch.quantize_per_tensor(torch.randn(shape) * 2, scale, zero_point, torch.quint8)


def shell(fused, floats, reference, *more):
    """A fused module checks the types of its parts, so the reference module moves in afterwards."""
    out = fused(floats, *more)
    out[0] = reference
    return out


def linear(fused, qparams=None, engine="fbgemm", **kw):
    """fused: None or a function from the reference linear to the fused module."""
    torch.backends.quantized.engine = engine
    ref = nnqr.Linear.from_float(nn.Linear(7, 5), weights(nn.Linear(7, 5).weight, **kw))
    ref.weight_scale.copy_(weights(ref.weight, **kw)["scale"])
    hyper = LINEAR + OUT
    before = state(ref, LINEAR + WEIGHT)
    source, target = ref, nnq.Linear
    if fused is not None:
        source = fused(ref)
        children = {"0": before, "1": state(source[1], ["negative_slope", "inplace"] if isinstance(source[1], nn.LeakyReLU) else [])}
        before = state(source, [], children=children)
        target = getattr(nniq, type(source).__name__)
        hyper = hyper + (["negative_slope"] if isinstance(source[1], nn.LeakyReLU) else [])
    got = target.from_reference(source, 0.05, 80)
    case(target.__name__ + " " + engine, before, (got, state(got, hyper, packed(got)) | {"params": {}, "buffers": {}}), [quantized(3, 7)], (0.05, 80))
    torch.backends.quantized.engine = "fbgemm"


def conv(module, relu, x, per_channel=True, engine="fbgemm"):
    torch.backends.quantized.engine = engine
    ref_class = getattr(nnqr, type(module).__name__)
    ref = ref_class.from_float(module, weights(module.weight, per_channel=per_channel))
    before = state(ref, CONV + WEIGHT)
    source, target = ref, getattr(nnq, type(module).__name__)
    if relu:
        source = shell(getattr(nni, type(module).__name__.replace("Conv", "ConvReLU")), module, ref, nn.ReLU())
        before = state(source, [], children={"0": before, "1": state(source[1], [])})
        target = getattr(nniq, type(source).__name__)
    got = target.from_reference(source, 0.06, 90)
    case(target.__name__, before, (got, state(got, CONV + OUT, packed(got)) | {"params": {}, "buffers": {}}), [x], (0.06, 90))
    torch.backends.quantized.engine = "fbgemm"


OUTPUT = dict.fromkeys(
    [nnq.BatchNorm2d, nnq.BatchNorm3d, nniq.BNReLU2d], (torch.tensor(0.03), torch.tensor(100))
)


def simple(module, target, hyper_before, hyper_after, x, steps=1, before=None):
    module.eval()
    got = target.from_reference(module, *OUTPUT.get(target, (0.03, 100)))
    got.eval()
    entry = state(got, hyper_after)
    case(target.__name__, before or state(module, hyper_before), (got, entry), [x], (0.03, 100), steps)


linear(None)
linear(None, per_channel=False)
linear(None, engine="qnnpack", per_channel=False)
linear(lambda r: shell(nni.LinearReLU, nn.Linear(1, 1), r, nn.ReLU()))
linear(lambda r: shell(nni.LinearLeakyReLU, nn.Linear(1, 1), r, nn.LeakyReLU(0.1)), engine="onednn")
linear(lambda r: shell(nni.LinearTanh, nn.Linear(1, 1), r, nn.Tanh()), engine="onednn")
conv(nn.Conv1d(3, 4, 3, padding=1), False, quantized(2, 3, 8))
conv(nn.Conv1d(3, 4, 3, padding=1), True, quantized(2, 3, 8))
conv(nn.Conv2d(4, 6, 3, stride=(2, 1), padding=(1, 0), dilation=(1, 2), groups=2), False, quantized(2, 4, 7, 7))
conv(nn.Conv2d(2, 3, 3, padding=(1, 2), padding_mode="reflect"), False, quantized(1, 2, 5, 5))
conv(nn.Conv2d(2, 3, 3, bias=False), True, quantized(1, 2, 5, 5))
conv(nn.Conv3d(2, 3, 2, padding=1), False, quantized(1, 2, 3, 3, 4))
conv(nn.Conv3d(2, 3, 2), True, quantized(1, 2, 3, 3, 4))
conv(nn.ConvTranspose1d(2, 3, 3, stride=2), False, quantized(1, 2, 5), per_channel=False)
conv(nn.ConvTranspose2d(2, 3, 3, stride=2, padding=1, output_padding=1), False, quantized(1, 2, 4, 3), per_channel=False)
conv(nn.ConvTranspose3d(2, 3, 2, stride=2), False, quantized(1, 2, 2, 2, 3), per_channel=False)

# convolution with a sum, onednn only
torch.backends.quantized.engine = "onednn"
for relu in [False, True]:
    module = nn.Conv2d(3, 3, 3, padding=1)
    ref = nnqr.Conv2d.from_float(module, weights(module.weight))
    source = (
        shell(nni.ConvAddReLU2d, module, ref, torch.add, nn.ReLU())
        if relu
        else shell(nni.ConvAdd2d, module, ref, torch.add)
    )
    children = {"0": state(ref, CONV + WEIGHT)} | ({"relu": state(source.relu, [])} if relu else {})
    target = nniq.ConvAddReLU2d if relu else nniq.ConvAdd2d
    got = target.from_reference(source, 0.07, 60)
    case(
        target.__name__,
        state(source, [], children=children),
        (got, state(got, CONV + OUT, packed(got)) | {"params": {}, "buffers": {}}),
        [quantized(1, 3, 4, 4), quantized(1, 3, 4, 4, scale=0.03, zero_point=50)],
        (0.07, 60),
        steps=1,
    )
torch.backends.quantized.engine = "fbgemm"

def affine(m):
    for p in m.parameters():
        nn.init.uniform_(p, 0.5, 1.5)
    if getattr(m, "running_mean", None) is not None:
        nn.init.uniform_(m.running_mean, -1, 1)
        nn.init.uniform_(m.running_var, 0.5, 2)
    return m


simple(affine(nn.BatchNorm2d(3)), nnq.BatchNorm2d, NORM, NORM, quantized(2, 3, 4, 4))
simple(affine(nn.BatchNorm3d(2)), nnq.BatchNorm3d, NORM, NORM, quantized(2, 2, 3, 3, 2))
fused = nni.BNReLU2d(affine(nn.BatchNorm2d(3)), nn.ReLU())
simple(
    fused,
    nniq.BNReLU2d,
    [],
    NORM,
    quantized(2, 3, 4, 4),
    before=state(fused, [], children={"0": state(fused[0], NORM), "1": state(fused[1], [])}),
)
simple(affine(nn.LayerNorm(6)), nnq.LayerNorm, ["normalized_shape", "eps", "elementwise_affine"], ["normalized_shape", "eps", "elementwise_affine"], quantized(4, 6))
simple(affine(nn.InstanceNorm2d(3, affine=True)), nnq.InstanceNorm2d, NORM, NORM, quantized(2, 3, 5, 4))
# PyTorch passes "affine" where the momentum belongs and leaves affine out; inference uses neither
cases[-1]["after"]["hyper"].update(momentum=0.1, affine=True)
simple(nn.ELU(0.7), nnq.ELU, ["alpha", "inplace"], ["alpha", "inplace"] + OUT, quantized(3, 5))
simple(nn.LeakyReLU(0.2), nnq.LeakyReLU, ["negative_slope", "inplace"], ["negative_slope", "inplace"], quantized(3, 5))
simple(nn.Hardswish(), nnq.Hardswish, ["inplace"], ["inplace"], quantized(3, 5))
simple(nn.Softmax(-1), nnq.Softmax, ["dim"], ["dim"] + OUT, quantized(3, 5))
simple(nn.Dropout(0.3), nnq.Dropout, ["p", "inplace"], ["p", "inplace"], quantized(3, 5), steps=0)

# weight only
EMB = ["num_embeddings", "embedding_dim", "padding_idx"]
BAG = ["num_embeddings", "embedding_dim", "mode", "include_last_offset", "padding_idx"]
for bits in [8, 4]:
    for bag in [False, True]:
        module = nn.EmbeddingBag(9, 8, mode="sum", include_last_offset=True) if bag else nn.Embedding(9, 8)
        ref = getattr(nnqr, type(module).__name__).from_float(module, rows(module.weight, bits))
        target = getattr(nnq, type(module).__name__)
        got = target.from_reference(ref)
        indices = torch.randint(0, 9, (7,))
        entry = state(
            got,
            ["num_embeddings", "embedding_dim", "dtype"] + (["mode", "pruned_weights", "include_last_offset"] if bag else []),
            {"weight": value(ref.get_quantized_weight())},
        )
        entry["hyper"]["dtype"] = value(ref.weight_dtype)
        case(
            f"{target.__name__} of {bits} bits",
            state(ref, (BAG if bag else EMB) + WEIGHT),
            (got, entry | {"params": {}, "buffers": {}}),
            [indices, torch.tensor([0, 3, 3, 7])] if bag else [indices],
        )

# dynamic
for dtype in [torch.qint8, torch.float16]:
    for relu in [False, True]:
        module = nn.Linear(7, 5)
        ref = nnqr.Linear.from_float(module, weights(module.weight, dtype=dtype))
        before, source, target = state(ref, LINEAR + WEIGHT), ref, nnqd.Linear
        if relu:
            source = shell(nni.LinearReLU, module, ref, nn.ReLU())
            before = state(source, [], children={"0": before, "1": state(source[1], [])})
            target = nniqd.LinearReLU
        got = target.from_reference(source)
        case(
            f"dynamic {target.__name__} {dtype}",
            before,
            (got, state(got, LINEAR + OUT, packed(got)) | {"params": {}, "buffers": {}}),
            [torch.randn(4, 7)],
        )


def recurrent(module, inputs, dtype):
    module.qconfig = tq.default_dynamic_qconfig if dtype == torch.qint8 else tq.float16_dynamic_qconfig
    got = getattr(nnqd, type(module).__name__).from_float(module)
    quantized_state = {"weight": {}, "bias": {}}
    if isinstance(module, nn.RNNBase):
        hyper = RNN
        for suffix, params in zip(
            [f"_l{i}{d}" for i in range(module.num_layers) for d in (["", "_reverse"] if module.bidirectional else [""])],
            got._all_weight_values,
        ):
            for kind, p in zip(["ih", "hh"], params.param.__getstate__()[0][4]):
                w, b = (
                    torch.ops.quantized.linear_unpack(p)
                    if dtype == torch.qint8
                    else torch.ops.quantized.linear_unpack_fp16(p)
                )
                quantized_state["weight"][f"weight_{kind}{suffix}"] = value(w)
                quantized_state["bias"][f"bias_{kind}{suffix}"] = value(b)
    else:
        hyper = CELL + (["nonlinearity"] if isinstance(module, nn.RNNCell) else [])
        for kind in ["ih", "hh"]:
            p = getattr(got, "_packed_weight_" + kind)
            w, b = torch.ops.quantized.linear_unpack(p) if dtype == torch.qint8 else torch.ops.quantized.linear_unpack_fp16(p)
            quantized_state["weight"][f"weight_{kind}"] = value(w)
            quantized_state["bias"][f"bias_{kind}"] = value(b)
    entry = state(got, hyper, quantized_state) | {"params": {}, "buffers": {}}
    case(f"dynamic {type(module).__name__} {dtype}", None, (got, entry), inputs)


for dtype in [torch.qint8, torch.float16]:
    recurrent(nn.LSTM(4, 3, num_layers=2, bidirectional=True), [torch.randn(5, 2, 4)], dtype)
    recurrent(nn.LSTM(4, 3, batch_first=True), [torch.randn(2, 5, 4), (torch.randn(1, 2, 3), torch.randn(1, 2, 3))], dtype)
    recurrent(nn.GRU(4, 3, bidirectional=True), [torch.randn(5, 2, 4), torch.randn(2, 2, 3)], dtype)
    recurrent(nn.LSTMCell(4, 3), [torch.randn(2, 4), (torch.randn(2, 3), torch.randn(2, 3))], dtype)
    recurrent(nn.GRUCell(4, 3), [torch.randn(2, 4)], dtype)
    recurrent(nn.RNNCell(4, 3, nonlinearity="relu"), [torch.randn(2, 4), torch.randn(2, 3)], dtype)

save_file(tensors, "modules.safetensors")
with open("modules.json", "w") as f:
    f.write('{"name": "modules", "tensors": "modules.safetensors", "cases": [\n')
    f.write(",\n".join(json.dumps(c) for c in cases))
    f.write("\n]}\n")
print(len(cases), "cases,", len(tensors), "tensors")

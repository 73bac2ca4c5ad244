"""Makes qat.json and qat.safetensors: PyTorch's quantization-aware modules step by step.

Run with PyTorch 2.13 (CPU) and safetensors in the folder of this file. A case has the parts of a
fused float module (or the one float module), the mode and input of every step with the output and
the batch norm's running statistics after it, and the float module at the end.
"""

import json

import torch
import torch.ao.nn.intrinsic as nni
import torch.ao.nn.intrinsic.qat as nniqat
import torch.ao.nn.qat as nnqat
import torch.ao.quantization as tq
from safetensors.torch import save_file
from torch import nn

torch.manual_seed(20261124)
tensors = {}
cases = []


def put(t):
    name = f"t{len(tensors)}"
    tensors[name] = t.detach().contiguous().clone()
    return name


def plain(v):
    return {"tuple": list(v)} if isinstance(v, tuple) else v


CONV = ["in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation", "output_padding", "groups", "padding_mode"]
HYPER = {
    "Linear": ["in_features", "out_features"],
    "Embedding": ["num_embeddings", "embedding_dim", "padding_idx"],
    "ReLU": ["inplace"],
}


def part(m):
    name = type(m).__name__
    names = CONV if name.startswith("Conv") else HYPER.get(name, ["num_features", "eps", "momentum", "affine", "track_running_stats"])
    return {
        "type": "torch.nn." + name,
        "hyper": {n: plain(getattr(m, n)) for n in names},
        "params": {n: put(p) for n, p in m.named_parameters()},
        "buffers": {n: put(b) for n, b in m.named_buffers()},
    }


PER_CHANNEL = tq.FakeQuantize.with_args(
    observer=tq.MovingAveragePerChannelMinMaxObserver,
    quant_min=-128,
    quant_max=127,
    dtype=torch.qint8,
    qscheme=torch.per_channel_symmetric,
    ch_axis=0,
)
EMBEDDING = tq.FakeQuantize.with_args(
    observer=tq.MovingAveragePerChannelMinMaxObserver,
    quant_min=0,
    quant_max=255,
    dtype=torch.quint8,
    qscheme=torch.per_channel_affine_float_qparams,
    ch_axis=0,
)


def case(fused, qat, steps, inputs, weight=PER_CHANNEL):
    fused.qconfig = tq.QConfig(activation=tq.default_fake_quant, weight=weight)
    if isinstance(fused, nn.Sequential):
        fused[0].qconfig = fused.qconfig
    parts = list(fused.children()) if isinstance(fused, nn.Sequential) else [fused]
    for p in parts:
        if hasattr(p, "running_mean"):
            nn.init.uniform_(p.weight, 0.5, 2.0)
            nn.init.uniform_(p.bias)
            nn.init.uniform_(p.running_mean)
            nn.init.uniform_(p.running_var, 0.5, 2.0)
    described = [part(p) for p in parts]
    fused.train()
    m = qat.from_float(fused)
    done = []
    with torch.no_grad():
        for step in steps:
            if step == "freeze_bn":
                m.freeze_bn_stats()
            elif step == "update_bn":
                m.update_bn_stats()
            elif step in ("train", "eval"):
                m.train(step == "train")
            else:
                x = inputs()
                y = m(x)
                record = {"input": put(x), "output": put(y)}
                if hasattr(m, "bn"):
                    record["running_mean"] = put(m.bn.running_mean)
                    record["running_var"] = put(m.bn.running_var)
                done.append(record)
                continue
            done.append({"do": step})
        m.eval()
        result = m.to_float() if hasattr(m, "to_float") else None
        if result is not None:
            result.eval()
            x = inputs()
            final = {"input": put(x), "output": put(result(x))}
        else:
            final = None
    cases.append(
        {
            "qat": "torch.ao.nn." + qat.__module__.split("torch.ao.nn.")[1].split(".modules")[0] + "." + qat.__name__,
            "fused": type(fused).__name__ if isinstance(fused, nn.Sequential) else None,
            "parts": described,
            "weight": "embedding" if weight is EMBEDDING else "per_channel",
            "steps": done,
            "float": final,
        }
    )


def images(*shape):
    return lambda: torch.randn(shape) * 2


ALL = ["train", "forward", "forward", "eval", "forward", "train", "freeze_bn", "forward", "update_bn", "forward"]
PLAIN = ["train", "forward", "forward", "eval", "forward"]
case(nn.Linear(5, 4), nnqat.Linear, PLAIN, images(3, 5))
case(nn.Conv1d(2, 3, 3, padding=1, bias=False), nnqat.Conv1d, PLAIN, images(2, 2, 6))
case(nn.Conv2d(2, 4, 3, stride=2, groups=2), nnqat.Conv2d, PLAIN, images(2, 2, 6, 5))
case(nn.Embedding(9, 4), nnqat.Embedding, PLAIN, lambda: torch.randint(0, 9, (2, 5)), EMBEDDING)
case(nni.LinearReLU(nn.Linear(5, 4), nn.ReLU()), nniqat.LinearReLU, PLAIN, images(3, 5))
case(nni.ConvReLU2d(nn.Conv2d(2, 4, 3), nn.ReLU()), nniqat.ConvReLU2d, PLAIN, images(2, 2, 6, 5))
case(nni.ConvReLU3d(nn.Conv3d(1, 2, 2), nn.ReLU()), nniqat.ConvReLU3d, PLAIN, images(1, 1, 3, 4, 3))
case(nni.ConvBn1d(nn.Conv1d(2, 3, 3), nn.BatchNorm1d(3)), nniqat.ConvBn1d, ALL, images(2, 2, 8))
case(nni.ConvBn2d(nn.Conv2d(2, 4, 3, bias=False), nn.BatchNorm2d(4)), nniqat.ConvBn2d, ALL, images(2, 2, 6, 5))
case(
    nni.ConvBnReLU2d(nn.Conv2d(2, 4, 3, padding=1), nn.BatchNorm2d(4, eps=1e-3, momentum=0.3), nn.ReLU()),
    nniqat.ConvBnReLU2d,
    ALL,
    images(2, 2, 6, 5),
)
case(
    nni.ConvBnReLU3d(nn.Conv3d(1, 2, 2), nn.BatchNorm3d(2), nn.ReLU()),
    nniqat.ConvBnReLU3d,
    ALL,
    images(2, 1, 3, 4, 3),
)
case(nni.LinearBn1d(nn.Linear(5, 4), nn.BatchNorm1d(4)), nniqat.LinearBn1d, ALL, images(6, 5))

save_file(tensors, "qat.safetensors")
with open("qat.json", "w") as f:
    f.write('{"name": "qat", "tensors": "qat.safetensors", "cases": [\n')
    f.write(",\n".join(json.dumps(c) for c in cases))
    f.write("\n]}\n")
print(len(cases), "cases,", len(tensors), "tensors")

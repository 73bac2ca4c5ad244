"""Makes quantizable.json and quantizable.safetensors: PyTorch's quantizable LSTM and attention,
observed and quantized.

Run with PyTorch 2.13 (CPU) and safetensors in the folder of this file.
"""

import json

import torch
import torch.ao.nn.quantizable as nnqa
import torch.ao.nn.quantized as nnq
import torch.ao.quantization as tq
from safetensors.torch import save_file
from torch import nn

torch.manual_seed(20261126)
torch.backends.quantized.engine = "fbgemm"
tensors = {}
cases = []
QCONFIG = tq.QConfig(
    activation=tq.MinMaxObserver.with_args(dtype=torch.quint8),
    weight=tq.MinMaxObserver.with_args(dtype=torch.qint8, qscheme=torch.per_tensor_symmetric),
)


def put(t):
    name = f"t{len(tensors)}"
    tensors[name] = t.detach().contiguous().clone()
    return name


def value(v):
    if isinstance(v, tuple):
        return {"tuple": [value(x) for x in v]}
    if v.is_quantized:
        return {
            "qtensor": {
                "dtype": str(v.dtype),
                "shape": list(v.shape),
                "qscheme": str(v.qscheme()),
                "int_repr": put(v.int_repr()),
                "scale": v.q_scale(),
                "zero_point": v.q_zero_point(),
            }
        }
    return {"tensor": put(v)}


for name, options, shape in [
    ("one layer", {}, (4, 3, 5)),
    ("two layers, both directions, batch first", {"num_layers": 2, "bidirectional": True, "batch_first": True}, (3, 4, 5)),
]:
    module = nn.LSTM(5, 4, **options).eval()
    module.qconfig = QCONFIG
    x, y = torch.randn(shape), torch.randn(shape)
    with torch.no_grad():
        observed = nnqa.LSTM.from_float(module)
        first = observed(x)
        lstm = nnq.LSTM.from_observed(observed)
        q = torch.quantize_per_tensor(y, 0.03, 120, torch.quint8)
        h = torch.zeros(module.num_layers * (2 if module.bidirectional else 1), shape[0 if module.batch_first else 1], 4)
        h = torch.quantize_per_tensor(h + 0.1, 0.01, 100, torch.quint8)
        last = lstm(q, (h, h))
    cases.append(
        {
            "name": name,
            "hyper": {
                "mode": "LSTM",
                "input_size": 5,
                "hidden_size": 4,
                "num_layers": module.num_layers,
                "bias": True,
                "batch_first": module.batch_first,
                "dropout": 0.0,
                "bidirectional": module.bidirectional,
                "proj_size": 0,
            },
            "params": {n: put(p) for n, p in module.named_parameters()},
            "input": value(x),
            "observed": value(first),
            "quantized_input": value(q),
            "state": value((h, h)),
            "quantized": value(last[0]),
        }
    )
    if module.num_layers == 1:  # states of several layers are saturated on the way, layer by layer
        cases[-1]["final_state"] = value(last[1])

# PyTorch mixes up batch and heads if the batch comes first
module = nn.MultiheadAttention(8, 2).eval()
nn.init.normal_(module.in_proj_bias)
module.qconfig = QCONFIG
inputs = [torch.randn(n, 2, 8) for n in (3, 5, 5)]
quantized = [torch.quantize_per_tensor(torch.randn(n, 2, 8), 0.03, 120, torch.quint8) for n in (3, 5, 5)]
with torch.no_grad():
    observed = nnqa.MultiheadAttention.from_float(module)
    first = observed(*inputs)
    attention = nnq.MultiheadAttention.from_observed(observed)
    cases.append(
        {
            "name": "attention",
            "hyper": {
                "embed_dim": 8,
                "kdim": 8,
                "vdim": 8,
                "num_heads": 2,
                "dropout": 0.0,
                "batch_first": False,
                "head_dim": 4,
                "bias_k": None,
                "bias_v": None,
                "add_zero_attn": False,
            },
            "params": {n: put(p) for n, p in module.named_parameters(recurse=False)},
            "out_proj": {n: put(p) for n, p in module.out_proj.named_parameters()},
            "inputs": [value(x) for x in inputs],
            "observed": value(first),
            "quantized_inputs": [value(x) for x in quantized],
            "quantized": value(attention(*quantized)),
        }
    )

save_file(tensors, "quantizable.safetensors")
with open("quantizable.json", "w") as f:
    f.write('{"name": "quantizable", "tensors": "quantizable.safetensors", "cases": [\n')
    f.write(",\n".join(json.dumps(c) for c in cases))
    f.write("\n]}\n")
print(len(cases), "cases,", len(tensors), "tensors")

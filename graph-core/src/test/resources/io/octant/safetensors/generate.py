"""Makes net.safetensors, qat.safetensors and the documents beside them: state dicts of PyTorch modules.

Run with PyTorch 2.13 (CPU) and safetensors in the folder of this file. A document has the names in the order of
`state_dict()`; its file has those tensors as `save_file` writes them, and *.data.safetensors an input and the output in
evaluation mode.
"""

import json

import torch
import torch.ao.quantization as tq
from safetensors.torch import save_file
from torch import fx, nn
from torch.ao.quantization.quantize_fx import prepare_qat_fx

torch.manual_seed(20261128)


class Block(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.prelu = nn.PReLU(channels)

    def forward(self, x):
        return self.prelu(self.bn1(self.conv1(x)) + x)


class Net(nn.Module):
    """Sequential, shared and attention modules, recurrent ones, and a parameter and a buffer of its own."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(2, 4, 3)
        self.layer1 = nn.Sequential(Block(4), Block(4))
        self.rnn = nn.LSTM(4, 3, num_layers=2, batch_first=True, bidirectional=True)
        self.attention = nn.MultiheadAttention(6, 2, batch_first=True)
        self.norm = nn.LayerNorm(6)
        self.again = self.norm
        self.fc = nn.Linear(6, 3)
        self.gain = nn.Parameter(torch.rand(3))
        self.register_buffer("offset", torch.rand(3))
        self.register_buffer("steps", torch.tensor(7))

    def forward(self, x):
        y = self.layer1(self.conv1(x)).flatten(2).transpose(1, 2)
        y = self.norm(self.rnn(y)[0])
        y = self.again(self.attention(y, y, y)[0])
        return self.fc(y) * self.gain + self.offset


class Small(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(2, 4, 3, bias=False)
        self.bn = nn.BatchNorm2d(4)
        self.relu = nn.ReLU()
        self.fc = nn.Linear(16, 3)

    def forward(self, x):
        return self.fc(self.relu(self.bn(self.conv(x))).flatten(1))


def save_names(name, model):
    with open(f"{name}.json", "w") as f:
        json.dump({"names": list(model.state_dict())}, f, indent=1)
        f.write("\n")


def save(name, model, x):
    state = {k: v.contiguous().clone() for k, v in model.state_dict().items()}
    save_file(state, f"{name}.safetensors", metadata={"format": "pt"})
    model.eval()
    with torch.no_grad():
        save_file({"x": x, "y": model(x).contiguous()}, f"{name}.data.safetensors")
    save_names(name, model)


x = torch.randn(4, 2, 4, 4)
with torch.no_grad():
    net = Net().train()
    net(x)
    save("net", net, x)
    save_names("traced", fx.symbolic_trace(net))
    qat = prepare_qat_fx(Small().train(), tq.get_default_qat_qconfig_mapping("x86"), (x,))
    qat(x)
    save("qat", qat, x)

types = {"\u00e9\"\n\x7f\u2028/": torch.zeros(0, 4), "\U0001f600": torch.ones(1), "\uff5e": torch.ones(1)}
ranges = {torch.bool: 2, torch.uint8: 256, torch.uint16: 65536}
for i, dtype in enumerate(
    [torch.bool, torch.uint8, torch.int8, torch.int16, torch.uint16, torch.int32, torch.int64]
    + [torch.float16, torch.bfloat16, torch.float32, torch.float64]
):
    values = torch.randint(0, ranges[dtype], (2, 3)) if dtype in ranges else torch.randn(2, 3) * 100
    types[f"b{20 - i}"] = values.to(dtype)
    types[f"a{dtype}"] = torch.ones((), dtype=dtype)
special = torch.tensor([float("inf"), -float("inf"), -0.0, 6e-8, 6.1e-5, 65504.0])
types["half"] = special.half()
types["brain"] = special.bfloat16()
types["float"] = special
save_file(types, "types.safetensors", metadata={"format": "pt"})

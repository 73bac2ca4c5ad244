"""Writes model.onnx, a network that PyTorch trained quantization-aware and exported with QuantizeLinear and
DequantizeLinear, and its input: python generate.py. Recorded with PyTorch 2.13."""

import pathlib

import numpy as np
import torch
from torch import nn
from torch.ao.quantization import FakeQuantize, MovingAverageMinMaxObserver, MovingAveragePerChannelMinMaxObserver
from torch.ao.quantization import QConfig, QConfigMapping, disable_observer
from torch.ao.quantization.quantize_fx import prepare_qat_fx

here = pathlib.Path(__file__).parent


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(8)
        self.conv2 = nn.Conv2d(8, 8, 3, padding=1, groups=8, bias=False)
        self.bn2 = nn.BatchNorm2d(8)
        self.relu = nn.ReLU()
        self.pool = nn.AvgPool2d(2)
        self.fc = nn.Linear(8 * 4 * 4, 5)

    def forward(self, x):
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.pool(self.relu(self.bn2(self.conv2(y))))
        return self.fc(torch.flatten(y, 1))


torch.manual_seed(7)
torch.set_num_threads(1)
activation = FakeQuantize.with_args(observer=MovingAverageMinMaxObserver, quant_min=0, quant_max=255, dtype=torch.quint8)
weight = FakeQuantize.with_args(
    observer=MovingAveragePerChannelMinMaxObserver, quant_min=-128, quant_max=127, dtype=torch.qint8, qscheme=torch.per_channel_symmetric, ch_axis=0
)
batch = torch.randn(16, 3, 8, 8)
model = prepare_qat_fx(Net().train(), QConfigMapping().set_global(QConfig(activation=activation, weight=weight)), (batch,))
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
target = torch.randint(0, 5, (16,))
for _ in range(20):
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(batch), target).backward()
    optimizer.step()
model.apply(disable_observer).eval()
torch.onnx.export(
    model,
    (batch,),
    here / "model.onnx",
    opset_version=17,
    dynamo=False,
    input_names=["x"],
    output_names=["y"],
    dynamic_axes={"x": {0: "N"}, "y": {0: "N"}},
)
np.save(here / "in.0.npy", batch[:6].numpy())
with torch.no_grad():
    np.save(here / "out.0.npy", model(batch[:6]).numpy())

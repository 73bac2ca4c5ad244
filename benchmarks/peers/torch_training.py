"""PyTorch's step of quantization-aware training: torch_training.py NETWORK BATCH THREADS; requests by standard input, see forms.py.

train: prepare_qat_fx with the default mapping of x86, eager, cross entropy, SGD with momentum. Dropout is off, as in Octant's network.
"""

import sys
import warnings

import forms
import torch
from torch.ao.quantization import get_default_qat_qconfig_mapping
from torch.ao.quantization.quantize_fx import prepare_qat_fx

warnings.filterwarnings("ignore")
name, batch, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(threads)
torch.backends.quantized.engine = "x86"


def train():
    torch.manual_seed(1)
    net = forms.networks().NETWORKS[name].make().train()
    for module in net.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    images = torch.rand(batch, 3, 224, 224) * 2 - 1
    classes = torch.randint(0, 1000, (batch,))
    model = prepare_qat_fx(net, get_default_qat_qconfig_mapping("x86"), (images,)).train()
    optimizer = torch.optim.SGD(model.parameters(), 0.001, momentum=0.9)
    loss = torch.nn.CrossEntropyLoss()

    def step():
        optimizer.zero_grad()
        loss(model(images), classes).backward()
        optimizer.step()

    return step


forms.serve({"train": train}, batch, {"torch": torch.__version__})

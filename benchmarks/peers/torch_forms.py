"""PyTorch's forms of a network: torch_forms.py NETWORK BATCH THREADS; requests by standard input, see forms.py.

float: eager. observed: prepare_fx with the default mapping of x86, histogram observers. int8: convert_fx of it after 32 samples.
"""

import copy
import sys
import warnings

import forms
import torch
from torch.ao.quantization import get_default_qconfig_mapping
from torch.ao.quantization.quantize_fx import convert_fx, prepare_fx

warnings.filterwarnings("ignore")
name, batch, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(threads)
torch.set_grad_enabled(False)
torch.backends.quantized.engine = "x86"
torch.backends.mha.set_fastpath_enabled(False)  # it leaves the modules that are quantized
module = forms.networks()
kind = module.NETWORKS[name]
net = module.build(name)
inputs = kind.inputs(batch, torch.Generator().manual_seed(1))


def prepared():
    return prepare_fx(copy.deepcopy(net), get_default_qconfig_mapping("x86"), inputs)


def observed():
    form = prepared()
    return lambda: form(*inputs)


def int8():
    form = prepared()
    for _ in range(max(1, forms.SAMPLES_OF_CALIBRATION // batch)):
        form(*inputs)
    form = convert_fx(form)
    return lambda: form(*inputs)


forms.serve({"float": lambda: lambda: net(*inputs), "observed": observed, "int8": int8}, batch, {"torch": f"{torch.__version__} with {torch.backends.cpu.get_cpu_capability()}"})

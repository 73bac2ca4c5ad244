"""Writes modules.json: modules of torch.nn with their state and results.

Run with torch 2.13: python modules.py
"""

import copy

import torch
from torch import nn

from fixtures import encode, gradients, quantized, rand, write

CASES = []
HYPER = {
    "ZeroPad": "padding value",
    "ConstantPad": "padding value",
    "ReflectionPad": "padding",
    "ReplicationPad": "padding",
    "CircularPad": "padding",
    "AdaptiveMaxPool": "output_size return_indices",
    "LPPool": "norm_type kernel_size stride ceil_mode",
    "GLU": "dim",
    "Hardshrink": "lambd",
    "Softshrink": "lambd",
    "Softmin": "dim",
    "Softmax2d": "",
    "RReLU": "lower upper inplace",
    "AlphaDropout": "p inplace",
    "FeatureAlphaDropout": "p inplace",
    "Unflatten": "dim unflattened_size",
    "Upsampling": "name size scale_factor mode align_corners recompute_scale_factor",
    "Bilinear": "in1_features in2_features out_features",
    "CosineSimilarity": "dim eps",
    "PairwiseDistance": "norm eps keepdim",
    "LocalResponseNorm": "size alpha beta k",
    "Fold": "output_size kernel_size dilation padding stride",
    "Unfold": "kernel_size dilation padding stride",
    "RMSNorm": "normalized_shape eps elementwise_affine",
    "Linear": "in_features out_features",
    "Conv": "in_channels out_channels kernel_size stride padding dilation transposed output_padding groups padding_mode",
    "BatchNorm": "num_features eps momentum affine track_running_stats",
    "InstanceNorm": "num_features eps momentum affine track_running_stats",
    "MaxPool": "kernel_size stride padding dilation return_indices ceil_mode",
    "AvgPool1d": "kernel_size stride padding ceil_mode count_include_pad",
    "AvgPool": "kernel_size stride padding ceil_mode count_include_pad divisor_override",
    "AdaptiveAvgPool": "output_size",
    "ReLU6": "min_val max_val inplace",
    "Hardtanh": "min_val max_val inplace",
    "LeakyReLU": "negative_slope inplace",
    "PReLU": "num_parameters init",
    "ELU": "alpha inplace",
    "CELU": "alpha inplace",
    "GELU": "approximate",
    "Softmax": "dim",
    "LogSoftmax": "dim",
    "Softplus": "beta threshold",
    "Threshold": "threshold value inplace",
    "LayerNorm": "normalized_shape eps elementwise_affine",
    "GroupNorm": "num_groups num_channels eps affine",
    "Flatten": "start_dim end_dim",
    "PixelShuffle": "upscale_factor",
    "PixelUnshuffle": "downscale_factor",
    "ChannelShuffle": "groups",
    "Dropout": "p inplace",
    "EmbeddingBag": "num_embeddings embedding_dim max_norm norm_type scale_grad_by_freq padding_idx mode sparse include_last_offset",
    "Embedding": "num_embeddings embedding_dim padding_idx max_norm norm_type scale_grad_by_freq sparse",
    "MultiheadAttention": "embed_dim kdim vdim num_heads dropout batch_first head_dim bias_k bias_v add_zero_attn",
    "NonDynamicallyQuantizableLinear": "in_features out_features",
    "RNNCell": "input_size hidden_size bias nonlinearity",
    "LSTMCell": "input_size hidden_size bias",
    "GRUCell": "input_size hidden_size bias",
    "RNN": "mode input_size hidden_size num_layers bias batch_first dropout bidirectional proj_size nonlinearity",
    "LSTM": "mode input_size hidden_size num_layers bias batch_first dropout bidirectional proj_size",
    "GRU": "mode input_size hidden_size num_layers bias batch_first dropout bidirectional proj_size",
    "Upsample": "name size scale_factor mode align_corners recompute_scale_factor",
}
INPLACE = ("ReLU", "Hardswish", "Hardsigmoid", "SiLU", "Mish", "SELU")


def hyper_names(kind):
    if kind in INPLACE:
        return ["inplace"]
    for prefix, names in HYPER.items():
        if kind.startswith(prefix):
            return names.split()
    return []


def state(module):
    return (
        {k: encode(v) for k, v in module.named_parameters(recurse=False)},
        {k: encode(v) for k, v in module.named_buffers(recurse=False)},
    )


def describe(module):
    kind = type(module).__name__
    name = "torch.nn." + ("modules.linear." if kind.startswith("Non") else "") + kind
    params, buffers = state(module)
    recorded = {
        "type": name,
        "hyper": {k: encode(getattr(module, k)) for k in hyper_names(kind)},
        "parameters": params,
        "buffers": buffers,
    }
    children = {k: describe(v) for k, v in module.named_children()}
    if children:
        recorded["children"] = children
    return recorded


def case(module, *args, train=False, **kwargs):
    with torch.no_grad():
        for p in module.parameters():
            p.copy_(rand(*p.shape, scale=1.0))
        for name, b in module.named_buffers():
            if name.endswith("running_mean"):
                b.copy_(rand(*b.shape))
            elif name.endswith("running_var"):
                b.copy_(rand(*b.shape).abs() + 0.5)
    module.train(train)
    recorded = describe(module)
    recorded["args"] = [encode(a) for a in args]
    if kwargs:
        recorded["kwargs"] = {k: encode(v) for k, v in kwargs.items()}
    trained, start = copy.deepcopy(module), args
    with torch.no_grad():
        args = [a.clone() if isinstance(a, torch.Tensor) else a for a in args]
        recorded["result"] = encode(module(*args, **kwargs))
    if train:
        recorded["train"] = True
        recorded["buffers_after"] = state(module)[1]
    if found := gradients(trained, start, kwargs, trained.named_parameters()):
        recorded["gradients"] = found
    CASES.append(recorded)


x = rand(2, 4, 5)
img = rand(2, 4, 6, 5)
vol = rand(1, 4, 4, 3, 5)
q = quantized(2, 4, 6, 5)

case(nn.Linear(5, 3), x)
case(nn.Linear(5, 3, bias=False), x)
case(nn.Conv1d(4, 6, 3, stride=2, padding=1), x)
case(nn.Conv2d(4, 6, 3, padding=1), img)
case(nn.Conv2d(4, 8, (3, 2), stride=(2, 1), padding=(1, 0), dilation=(1, 2), groups=4, bias=False), img)
case(nn.Conv2d(4, 3, (3, 2), padding="same"), img)
case(nn.Conv2d(4, 3, 3, padding="valid"), img)
for mode in ("reflect", "replicate", "circular"):
    case(nn.Conv2d(4, 3, 3, padding=(2, 1), padding_mode=mode), img)
case(nn.Conv2d(4, 3, (3, 4), padding="same", padding_mode="reflect"), img)
case(nn.Conv3d(4, 2, (2, 3, 3), padding=(0, 1, 1)), vol)
case(nn.ConvTranspose1d(4, 3, 3, stride=2, output_padding=1), x)
case(nn.ConvTranspose2d(4, 6, (3, 2), stride=2, padding=1, output_padding=1, groups=2, dilation=(1, 2)), img)
case(nn.ConvTranspose3d(4, 2, 2, bias=False), vol)
for batch_norm, t in ((nn.BatchNorm1d, rand(6, 4)), (nn.BatchNorm1d, x), (nn.BatchNorm2d, img), (nn.BatchNorm3d, vol)):
    case(batch_norm(4), t)
    case(batch_norm(4, eps=0.01, momentum=0.3), t, train=True)
case(nn.BatchNorm2d(4, momentum=None), img, train=True)
case(nn.BatchNorm2d(4, affine=False), img)
case(nn.BatchNorm2d(4, track_running_stats=False), img)
case(nn.BatchNorm2d(4, track_running_stats=False), img, train=True)
case(nn.InstanceNorm1d(4), x)
case(nn.InstanceNorm2d(4, affine=True), img)
case(nn.InstanceNorm2d(4, affine=True, track_running_stats=True), img)
case(nn.InstanceNorm2d(4, track_running_stats=True), img, train=True)
case(nn.InstanceNorm3d(4), vol)
case(nn.LayerNorm(5), x)
case(nn.LayerNorm((4, 5), eps=0.1, bias=False), x)
case(nn.LayerNorm(5, elementwise_affine=False), x)
case(nn.GroupNorm(2, 4), img)
case(nn.GroupNorm(4, 4, affine=False), img)
for kind in ("ReLU", "ReLU6", "Hardtanh", "Hardswish", "Hardsigmoid", "SiLU", "Mish", "SELU", "Sigmoid", "Tanh", "Softsign", "LogSigmoid", "GELU", "LeakyReLU", "ELU", "CELU", "PReLU", "Softplus", "Identity"):
    case(getattr(nn, kind)(), x)
case(nn.ReLU(inplace=True), x)
case(nn.LeakyReLU(0.2, inplace=True), x)
case(nn.ELU(0.5, inplace=True), x)
case(nn.Hardtanh(-0.5, 0.75, inplace=True), x)
case(nn.ReLU6(inplace=True), x)
case(nn.GELU(approximate="tanh"), x)
case(nn.PReLU(4), img)
case(nn.Threshold(0.25, -3.0), x)
case(nn.Softmax(dim=1), x)
case(nn.LogSoftmax(dim=-1), x)
for d, t in ((1, rand(2, 3, 9)), (2, rand(2, 3, 9, 7)), (3, rand(1, 2, 5, 6, 5))):
    case(getattr(nn, f"MaxPool{d}d")(2), t)
    case(getattr(nn, f"MaxPool{d}d")(3, stride=2, padding=1, ceil_mode=True), t)
    case(getattr(nn, f"AvgPool{d}d")(3, 2, 1, ceil_mode=True), t)
    case(getattr(nn, f"AvgPool{d}d")(3, 2, 1, count_include_pad=False), t)
    case(getattr(nn, f"AdaptiveAvgPool{d}d")(2), t)
case(nn.MaxPool2d((3, 2), dilation=(2, 1)), img)
case(nn.AvgPool2d((3, 2), stride=(1, 2), divisor_override=5), img)
case(nn.AdaptiveAvgPool2d((None, 2)), img)
case(nn.AdaptiveAvgPool2d((1, 1)), img)
case(nn.Flatten(), img)
case(nn.Flatten(2, 3), img)
case(nn.PixelShuffle(2), img)
case(nn.PixelUnshuffle(2), rand(1, 2, 4, 6))
case(nn.ChannelShuffle(2), img)
case(nn.Dropout(0.4), x)
case(nn.Dropout1d(0.4), x)
case(nn.Dropout2d(0.4), img)
case(nn.Dropout3d(0.4), vol)
case(nn.Upsample(scale_factor=2.0), img)
case(nn.Upsample(scale_factor=1.5, mode="bilinear"), img)
case(nn.Upsample(size=(4, 9), mode="bilinear", align_corners=True), img)
case(nn.Embedding(6, 3), torch.tensor([[0, 5], [2, 2]]))
case(nn.Embedding(6, 3, padding_idx=1), torch.tensor([1, 0]))
for mode in ("sum", "mean", "max"):
    case(nn.EmbeddingBag(6, 3, mode=mode), torch.tensor([0, 5, 2, 2]), torch.tensor([0, 1]))
case(nn.EmbeddingBag(6, 3, padding_idx=2), torch.tensor([[0, 5, 1], [2, 2, 4]]))
case(nn.EmbeddingBag(6, 3, mode="sum", include_last_offset=True), torch.tensor([0, 5, 2, 2]), torch.tensor([0, 3, 4]), per_sample_weights=rand(4))
for module in (nn.ReLU(), nn.ReLU6(), nn.Hardtanh(-0.6, 0.9), nn.MaxPool2d(3, 2, 1), nn.AvgPool2d(2, 2), nn.AdaptiveAvgPool2d(2), nn.Sigmoid(), nn.Tanh(), nn.Hardsigmoid(), nn.Flatten(), nn.Identity(), nn.PixelShuffle(2), nn.ChannelShuffle(2)):
    case(module, q)

# recurrent layers
seq = rand(5, 2, 4)
for kind, states in ((nn.RNN, 1), (nn.GRU, 1), (nn.LSTM, 2)):
    case(kind(4, 3), seq)
    case(kind(4, 3, num_layers=2, bidirectional=True), seq)
    case(kind(4, 3, bias=False, batch_first=True), rand(2, 5, 4))
    h = rand(2, 2, 3)
    case(kind(4, 3, num_layers=2), seq, (h, rand(2, 2, 3)) if states == 2 else h)
    case(kind(4, 3), rand(5, 4))
case(nn.RNN(4, 3, nonlinearity="relu"), seq)
case(nn.LSTM(4, 3, proj_size=2), seq)
for kind, states in ((nn.RNNCell, 1), (nn.GRUCell, 1), (nn.LSTMCell, 2)):
    case(kind(4, 3), rand(2, 4))
    h = rand(2, 3)
    case(kind(4, 3, bias=False), rand(2, 4), (h, rand(2, 3)) if states == 2 else h)
case(nn.RNNCell(4, 3, nonlinearity="relu"), rand(4))

# attention
for batch_first in (False, True):
    case(nn.MultiheadAttention(4, 2, batch_first=batch_first), seq, seq, seq)
case(nn.MultiheadAttention(4, 2, kdim=3, vdim=5, bias=False), seq, rand(6, 2, 3), rand(6, 2, 5))
case(nn.MultiheadAttention(4, 2), rand(5, 4), rand(3, 4), rand(3, 4), need_weights=False)
case(nn.MultiheadAttention(4, 2), rand(5, 4), rand(3, 4), rand(3, 4), average_attn_weights=False)
case(nn.MultiheadAttention(4, 1), seq, seq, seq, attn_mask=rand(5, 5))
case(nn.MultiheadAttention(4, 2), seq, seq, seq, key_padding_mask=torch.tensor([[False] * 4 + [True]] * 2), attn_mask=torch.ones(5, 5).triu(1).bool())
case(nn.MultiheadAttention(4, 2).out_proj, x[..., :4])

# a second round of modules, on tensors that are only as large as they must be
small = {1: rand(1, 2, 4), 2: rand(1, 2, 3, 4), 3: rand(1, 1, 3, 2, 3)}
sides = {1: (1, 2), 2: (1, 2, 0, 1), 3: (1, 0, 1, 1, 0, 2)}
for d, t in small.items():
    case(getattr(nn, f"ZeroPad{d}d")(1), t)
    case(getattr(nn, f"ConstantPad{d}d")(sides[d], 0.75), t)
    for kind in ("ReflectionPad", "ReplicationPad", "CircularPad"):
        case(getattr(nn, f"{kind}{d}d")(1), t)
        case(getattr(nn, f"{kind}{d}d")(sides[d]), t[0])
    case(getattr(nn, f"AdaptiveMaxPool{d}d")(2), t)
    case(getattr(nn, f"AdaptiveMaxPool{d}d")(3, return_indices=True), t)
    case(getattr(nn, f"MaxPool{d}d")(2, 1, 1, return_indices=True), t)
    case(getattr(nn, f"LPPool{d}d")(2.0, 2), t)
case(nn.ZeroPad2d((-1, 1, 2, -1)), small[2][0, 0])
case(nn.ConstantPad2d(2, -1.0), quantized(1, 2, 3))
case(nn.AdaptiveMaxPool2d((None, 2)), small[2])
case(nn.LPPool1d(3.0, 3, stride=2, ceil_mode=True), small[1].abs())
case(nn.LPPool2d(1.5, (3, 2), (2, 1), True), small[2].abs())
for module in (nn.GLU(), nn.GLU(dim=1), nn.Hardshrink(), nn.Hardshrink(1.0), nn.Softshrink(), nn.Softshrink(0.25), nn.Tanhshrink(), nn.Softmin(dim=1), nn.Softmin(), nn.RReLU(), nn.RReLU(0.25, 0.5, inplace=True), nn.AlphaDropout(), nn.FeatureAlphaDropout(0.3, inplace=True), nn.Unflatten(2, (2, -1)), nn.Softmax(dim=None), nn.LogSoftmax(dim=None)):
    case(module, small[1])
case(nn.Softmax2d(), small[2])
case(nn.Softmax2d(), small[2][0])
case(nn.UpsamplingNearest2d(scale_factor=2), small[2])
case(nn.UpsamplingNearest2d(size=5), small[2])
case(nn.UpsamplingBilinear2d(scale_factor=(1.5, 2)), small[2])
case(nn.UpsamplingBilinear2d(size=(2, 6)), small[2])
case(nn.Upsample(size=5), small[1])
case(nn.Upsample(scale_factor=(2, 1.5), mode="bilinear", align_corners=False), small[2])
case(nn.Upsample(scale_factor=1.7, mode="bilinear", recompute_scale_factor=True), small[2])
case(nn.Bilinear(2, 3, 2), rand(2, 2), rand(2, 3))
case(nn.Bilinear(2, 3, 4, bias=False), rand(1, 2, 2), input2=rand(1, 2, 3))
case(nn.CosineSimilarity(), rand(2, 3), rand(2, 3))
case(nn.CosineSimilarity(dim=-1, eps=0.5), rand(2, 3) / 8, rand(3) / 8)
case(nn.PairwiseDistance(), rand(2, 3), rand(2, 3))
case(nn.PairwiseDistance(p=1.0, eps=0.125, keepdim=True), rand(2, 3), rand(3))
case(nn.LocalResponseNorm(2), small[2])
case(nn.LocalResponseNorm(3, alpha=0.5, beta=0.6, k=2.0), rand(1, 5, 2))
case(nn.Unfold(2), small[2])
case(nn.Unfold((2, 1), dilation=(1, 2), padding=(1, 0), stride=2), small[2][0])
case(nn.Fold(4, 2, stride=2), rand(1, 8, 4))
case(nn.Fold((3, 4), (2, 1), dilation=(1, 2), padding=(0, 1), stride=(1, 2)), rand(4, 6))
case(nn.RMSNorm(4), small[1])
case(nn.RMSNorm((2, 4), eps=0.5, elementwise_affine=False), small[1])

write("modules.json", CASES)

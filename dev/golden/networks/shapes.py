"""Reshaping, cutting, joining, indexing and pooling between layers; sizes that feed them."""

import torch
import torch.nn.functional as F
from torch import nn

from models import conv, linear, module, normal
from network import Network

IMAGE = {
    "flatten_two": lambda x: torch.flatten(x, 2),
    "flatten_method": lambda x: x.flatten(1, 2),
    "reshape_function": lambda x: torch.reshape(x, (2, -1)),
    "reshape_list": lambda x: x.reshape([2, 4, -1]),
    "permute_back": lambda x: x.permute(0, 2, 3, 1).permute(0, 3, 1, 2),
    "transpose_function": lambda x: torch.transpose(x, 1, 3),
    "swapaxes": lambda x: torch.swapaxes(x, 2, 3),
    "unsqueeze_function": lambda x: torch.unsqueeze(x, 1),
    "squeeze_dim": lambda x: x.unsqueeze(2).squeeze(2),
    "view_size": lambda x: x.contiguous().view(x.size(0), -1),
    "reshape_shape": lambda x: x.reshape(x.shape[0], x.shape[1] * x.shape[2], x.shape[3]),
    "size_unpacked": lambda x: x.reshape(x.size()[0], -1),
    "getitem_int": lambda x: x[:, 0],
    "getitem_slices": lambda x: x[:, 1:3, ::2, :-1],
    "getitem_ellipsis": lambda x: x[..., 1:],
    "getitem_none": lambda x: x[:, None],
    "getitem_mask": lambda x: x[:, [0, 2]],
    "chunk_function": lambda x: torch.chunk(x, 2, dim=1)[1],
    "chunk_cat": lambda x: torch.cat(x.chunk(2, 1)[::-1], 1),
    "split_sizes": lambda x: torch.split(x, [1, 3], 1)[1],
    "split_method": lambda x: x.split(2, dim=1)[0] + x.split(2, dim=1)[1],
    "unbind": lambda x: torch.unbind(x, 1)[0],
    "chunk_both": lambda x: sum_of(x.chunk(2, dim=1)),
    "repeat": lambda x: x.repeat(1, 2, 1, 1),
    "repeat_interleave_method": lambda x: x.repeat_interleave(2, 1),
    "expand": lambda x: x.mean(3, keepdim=True).expand(-1, -1, -1, 5),
    "expand_as": lambda x: x.mean(3, True).expand_as(x),
    "flip": lambda x: x.flip(3),
    "pad": lambda x: F.pad(x, (1, 0, 2, 1)),
    "pad_reflect": lambda x: F.pad(x, (1, 1, 0, 0), "reflect"),
    "interpolate_scale": lambda x: F.interpolate(x, scale_factor=2),
    "interpolate_bilinear": lambda x: F.interpolate(x, size=(5, 7), mode="bilinear", align_corners=False),
    "pixel_unshuffle": lambda x: F.pixel_unshuffle(x[:, :, :4, :4], 2),
    "channel_shuffle": lambda x: F.channel_shuffle(x, 2),
    "narrow": lambda x: x.narrow(1, 1, 2),
    "max_dim": lambda x: x.max(1)[0],
    "amax": lambda x: torch.amax(x, dim=(2, 3)),
    "argmax": lambda x: x.argmax(1),
    "sum": lambda x: x.sum(dim=(2, 3)),
    "mean_function": lambda x: torch.mean(x, (2, 3)),
    "mean_all": lambda x: x.mean(),
    "mean_kwargs": lambda x: torch.mean(x, dim=[2], keepdim=True),
    "std": lambda x: x.std(1),
    "masked_fill_function": lambda x: torch.masked_fill(x, x > 0.5, 0.0),
    "where_scalar": lambda x: torch.where(x > 0, x, x * 0.1),
    "to_float": lambda x: x.to(torch.float32),
    "float": lambda x: x.float(),
    "type_as": lambda x: x.type_as(x),
    "normalize": lambda x: F.normalize(x, dim=1),
    "cumulative": lambda x: x[:, :1] + x[:, 1:2],
    "dim_arithmetic": lambda x: x.reshape(-1, x.size(-1) * x.size(-2)),
    "size_tuple": lambda x: x.reshape(x.shape),
    "len_shape": lambda x: x.flatten(x.dim() - 2),
    "select": lambda x: x.select(1, 2),
    "getitem_keep": lambda x: x[:, 2:3],
    "item": lambda x: x[0],
    "stack_chunks": lambda x: torch.stack(torch.chunk(x, 2, 1), 0),
    "cat_then_split": lambda x: torch.cat([x, x], 1).split([3, 5], 1)[0],
    "unflatten": lambda x: x.unflatten(1, (2, 2)),
    "squeeze_all": lambda x: x[:1].squeeze(),
    "reshape_then_add": lambda x: x.reshape(2, -1) + x.flatten(1),
}
POOLS = {
    "max1": (1, lambda: nn.MaxPool1d(3, 2, 1)),
    "max2_dilated": (2, lambda: nn.MaxPool2d(2, 1, dilation=2)),
    "max2_ceil": (2, lambda: nn.MaxPool2d(3, 2, ceil_mode=True)),
    "max3": (3, lambda: nn.MaxPool3d((2, 1, 2))),
    "avg1": (1, lambda: nn.AvgPool1d(2)),
    "avg2_pad": (2, lambda: nn.AvgPool2d(3, 2, 1, count_include_pad=False)),
    "avg2_ceil": (2, lambda: nn.AvgPool2d(2, 2, ceil_mode=True)),
    "avg2_divisor": (2, lambda: nn.AvgPool2d(2, divisor_override=3)),
    "avg3": (3, lambda: nn.AvgPool3d(2, 1)),
    "adaptive1": (1, lambda: nn.AdaptiveAvgPool1d(3)),
    "adaptive2": (2, lambda: nn.AdaptiveAvgPool2d((2, 3))),
    "adaptive2_one": (2, lambda: nn.AdaptiveAvgPool2d(1)),
    "adaptive2_none": (2, lambda: nn.AdaptiveAvgPool2d((None, 2))),
    "adaptive3": (3, lambda: nn.AdaptiveAvgPool3d(2)),
}
POOL_FUNCTIONS = {
    "max1": (1, lambda x: F.max_pool1d(x, 2, stride=1, padding=1)),
    "max2": (2, lambda x: F.max_pool2d(x, (2, 3), 1)),
    "max2_torch": (2, lambda x: torch.max_pool2d(x, 2)),
    "max3": (3, lambda x: F.max_pool3d(x, 2)),
    "avg1": (1, lambda x: F.avg_pool1d(x, 3, 1, 1)),
    "avg2": (2, lambda x: F.avg_pool2d(x, kernel_size=2, stride=1)),
    "avg3": (3, lambda x: F.avg_pool3d(x, 2)),
    "adaptive1": (1, lambda x: F.adaptive_avg_pool1d(x, 2)),
    "adaptive2": (2, lambda x: F.adaptive_avg_pool2d(x, (3, 1))),
    "adaptive3": (3, lambda x: F.adaptive_avg_pool3d(x, 1)),
    "adaptive_max2": (2, lambda x: F.adaptive_max_pool2d(x, 2)),
}
SIZES = {1: (11,), 2: (8, 7), 3: (5, 6, 6)}


def sum_of(parts):
    return parts[0] + parts[1]


def networks():
    for i, (name, f) in enumerate(IMAGE.items()):
        engine = ("x86", "fbgemm", "onednn", "qnnpack")[i % 4]
        backend = engine if i % 5 == 1 else None
        yield Network(
            f"shape_{name}",
            "shape",
            module(applied(f), a=conv(3, 4)),
            normal(2, 3, 7, 6),
            engine=engine,
            backend=backend,
        )
    for name in (
        "permute_back",
        "chunk_cat",
        "getitem_slices",
        "split_method",
        "repeat",
        "masked_fill_function",
        "pad",
        "expand_as",
        "flip",
    ):
        yield Network(
            f"shape_{name}_between", "shape", module(between(IMAGE[name]), a=conv(3, 4), b=nn.ReLU6), normal(2, 3, 7, 6)
        )
    for i, (name, (d, pool)) in enumerate(POOLS.items()):
        yield Network(
            f"pool_module_{name}",
            "pool",
            module(lambda m, x: m.b(m.p(m.a(x))), a=conv(3, 4, 2, d), p=pool, b=conv(4, 2, 1, d)),
            normal(2, 3, *SIZES[d]),
            engine=("x86", "fbgemm")[i % 2],
        )
    for i, (name, (d, f)) in enumerate(POOL_FUNCTIONS.items()):
        yield Network(
            f"pool_function_{name}",
            "pool",
            module(between(f), a=conv(3, 4, 2, d), b=conv(4, 2, 1, d)),
            normal(2, 3, *SIZES[d]),
            engine=("fbgemm", "x86")[i % 2],
        )
    yield Network(
        "pool_of_input", "pool", module(lambda m, x: m.a(F.max_pool2d(x, 2)), a=conv(3, 4, 2)), normal(2, 3, 8, 8)
    )
    yield Network("pool_only", "pool", module(lambda m, x: F.avg_pool2d(F.max_pool2d(x, 2), 2)), normal(2, 3, 8, 8))
    yield Network(
        "pool_then_flatten_linear",
        "pool",
        module(
            lambda m, x: m.f(torch.flatten(m.p(m.r(m.n(m.a(x)))), 1)),
            a=conv(3, 4),
            n=lambda: nn.BatchNorm2d(4),
            r=nn.ReLU,
            p=lambda: nn.AdaptiveAvgPool2d(1),
            f=linear(4, 3),
        ),
        normal(2, 3, 8, 8),
        engine="qnnpack",
        backend="qnnpack",
    )
    yield Network(
        "shape_of_input",
        "shape",
        module(lambda m, x: m.a(x.reshape(x.shape[0] * 2, -1)), a=linear(6, 3)),
        normal(2, 12),
    )
    yield Network("size_as_output", "shape", module(lambda m, x: (m.a(x), x + x.size(0)), a=linear(6, 3)), normal(2, 6))
    yield Network(
        "scaled_by_size", "shape", module(lambda m, x: m.a(x) / x.size(-1) ** 0.5, a=linear(6, 3)), normal(2, 6)
    )
    yield Network(
        "cat_of_pools",
        "cat",
        module(
            lambda m, x: m.b(torch.cat([F.max_pool2d(m.a(x), 3, 1, 1), F.avg_pool2d(m.a(x), 3, 1, 1)], 1)),
            a=conv(3, 4),
            b=conv(8, 2, 1),
        ),
        normal(2, 3, 6, 6),
    )
    yield Network(
        "cat_of_input_and_constant",
        "cat",
        module(
            lambda m, x: m.b(torch.cat([m.a(x), m.c.expand(3, 2)], 1)),
            a=linear(4, 5),
            b=linear(7, 3),
            c=lambda: torch.randn(1, 2),
        ),
        normal(3, 4),
    )
    yield Network(
        "cat_activations",
        "cat",
        module(
            lambda m, x: torch.cat((torch.sigmoid(m.a(x)), torch.tanh(m.b(x)), F.relu(m.c(x))), -1),
            a=linear(4, 3),
            b=linear(4, 3),
            c=linear(4, 3),
        ),
        normal(3, 4),
    )
    yield Network(
        "cat_nested",
        "cat",
        module(
            lambda m, x: torch.cat([torch.cat([m.a(x), m.b(x)], 1), torch.cat([m.b(x), m.a(x)], 1)], 0),
            a=linear(4, 3),
            b=linear(4, 3),
        ),
        normal(3, 4),
    )
    yield Network(
        "cat_residual_chain",
        "cat",
        module(dense, a=conv(3, 2, padding=1), b=conv(5, 2, padding=1), c=conv(7, 2, padding=1)),
        normal(1, 3, 5, 5),
        engine="fbgemm",
    )


def dense(m, x):
    y = torch.cat([x, F.relu(m.a(x))], 1)
    z = torch.cat([y, F.relu(m.b(y))], 1)
    return m.c(z)


def applied(f):
    return lambda m, x: f(m.a(x))


def between(f):
    return lambda m, x: m.b(f(m.a(x)))

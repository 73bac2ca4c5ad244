"""Convolutions: dimensions, groups, dilation, paddings, fused or not, transposed, functional."""

import torch
import torch.nn.functional as F
from torch import nn

from models import batch_norm, chain, conv, module, normal
from network import Network

SIZES = {1: (12,), 2: (9, 7), 3: (5, 6, 4)}
SETTINGS = {
    "stride": dict(stride=2),
    "pads": dict(padding=2),
    "dilated": dict(dilation=2, padding=1),
    "grouped": dict(groups=2),
    "depthwise": dict(groups=4, padding=1),
    "no_bias": dict(bias=False),
    "pointwise": dict(k=1),
    "reflect": dict(padding=1, padding_mode="reflect"),
    "replicate": dict(padding=1, padding_mode="replicate"),
}


def networks():
    yield from plain()
    yield from fused()
    yield from uneven()
    yield from transposed()
    yield from functional()


def plain():
    for d in (1, 2, 3):
        for name, given in SETTINGS.items():
            if d == 3 and name == "reflect":
                continue
            kwargs = dict(given)
            k = kwargs.pop("k", 3)
            engine = ("x86", "qnnpack", "fbgemm", "onednn")[(d + len(name)) % 4]
            if d == 3 and engine == "qnnpack":
                engine = "fbgemm"
            backend = {"qnnpack": "qnnpack", "onednn": "onednn"}.get(engine)
            yield Network(
                f"conv{d}d_{name}_{engine}",
                "conv",
                module(lambda m, x: m.c(x), c=conv(4, 8, k, d, **kwargs)),
                normal(2, 4, *SIZES[d]),
                engine=engine,
                backend=backend,
            )


def fused():
    for d in (1, 2, 3):
        for bias in (True, False):
            tag = "bias" if bias else "no_bias"
            yield Network(
                f"conv{d}d_bn_only_{tag}",
                "conv",
                chain(conv(3, 6, 3, d, bias=bias), batch_norm(6, d)),
                normal(2, 3, *SIZES[d]),
            )
            yield Network(
                f"conv{d}d_bn_relu_chain_{tag}",
                "conv",
                chain(
                    conv(3, 6, 3, d, bias=bias, padding=1),
                    batch_norm(6, d),
                    nn.ReLU,
                    conv(6, 4, 1, d),
                    batch_norm(4, d, affine=False),
                    lambda: nn.ReLU(inplace=True),
                ),
                normal(2, 3, *SIZES[d]),
            )
        yield Network(
            f"conv{d}d_functional_relu_in_place",
            "conv",
            module(lambda m, x: F.relu(m.b(F.relu(m.a(x), inplace=True))), a=conv(3, 5, 3, d), b=conv(5, 4, 2, d)),
            normal(2, 3, *SIZES[d]),
        )
        yield Network(
            f"bn{d}d_relu_conv" if d > 1 else "bn1d_relu_conv1d",
            "conv",
            chain(batch_norm(3, d), nn.ReLU, conv(3, 4, 3, d)),
            normal(2, 3, *SIZES[d]),
        )


def uneven():
    yield Network(
        "conv2d_uneven",
        "conv",
        module(lambda m, x: m.c(x), c=conv(3, 5, (3, 2), stride=(2, 1), padding=(1, 0), dilation=(1, 2))),
        normal(2, 3, 9, 8),
    )
    yield Network(
        "conv2d_uneven_reflect",
        "conv",
        module(lambda m, x: m.c(x), c=conv(3, 5, (3, 5), padding=(1, 2), padding_mode="reflect")),
        normal(1, 3, 9, 8),
    )
    yield Network(
        "conv2d_circular_uneven",
        "conv",
        module(lambda m, x: m.c(x), c=conv(3, 5, (3, 5), padding=(1, 2), padding_mode="circular")),
        normal(1, 3, 9, 8),
    )
    for name, engine in (("valid", "fbgemm"), ("same", "qnnpack")):
        yield Network(
            f"conv1d_padding_{name}",
            "conv",
            module(lambda m, x: m.c(x), c=conv(3, 5, 3, 1, padding=name)),
            normal(2, 3, 9),
            engine=engine,
        )
    yield Network("conv2d_unbatched", "conv", module(lambda m, x: m.c(x), c=conv(3, 5, 3)), normal(3, 6, 6))
    yield Network(
        "conv2d_bn_without_statistics",
        "conv",
        chain(conv(3, 5, 3), batch_norm(5, track_running_stats=False)),
        normal(2, 3, 6, 6),
    )
    yield Network(
        "conv2d_bn_relu6", "conv", chain(conv(3, 5, 3), batch_norm(5, eps=1e-2), nn.ReLU6), normal(2, 3, 6, 6)
    )
    yield Network(
        "conv2d_method_relu_then_module",
        "conv",
        module(lambda m, x: m.r(m.b(m.a(x).relu_())), a=conv(3, 4), b=conv(4, 4), r=nn.ReLU),
        normal(2, 3, 7, 7),
    )
    yield Network(
        "conv2d_bn_functional",
        "conv",
        module(
            lambda m, x: F.relu(F.batch_norm(m.c(x), m.mean, m.var, m.w, m.b)),
            c=conv(3, 4),
            mean=lambda: torch.randn(4) * 0.1,
            var=lambda: torch.rand(4) + 0.5,
            w=lambda: torch.rand(4) + 0.5,
            b=lambda: torch.randn(4),
        ),
        normal(2, 3, 7, 7),
    )


def transposed():
    kinds = {1: nn.ConvTranspose1d, 2: nn.ConvTranspose2d, 3: nn.ConvTranspose3d}
    for d, kind in kinds.items():
        for name, kwargs in {
            "output_padding": dict(stride=2, output_padding=1),
            "dilated": dict(dilation=2),
            "grouped": dict(groups=2),
            "no_bias": dict(bias=False, padding=1),
        }.items():
            engine = ("fbgemm", "qnnpack", "x86")[(d + len(name)) % 3] if name != "output_padding" else "x86"
            if d == 3 and engine == "qnnpack":
                engine = "fbgemm"
            yield Network(
                f"conv_transpose{d}d_{name}",
                "conv",
                module(lambda m, x: m.c(x), c=lambda kind=kind, kwargs=kwargs: kind(4, 6, 3, **kwargs)),
                normal(2, 4, *SIZES[d]),
                engine=engine,
            )
        yield Network(
            f"conv_transpose{d}d_relu_conv",
            "conv",
            module(
                lambda m, x: m.b(m.r(m.a(x))),
                a=lambda kind=kind: kind(3, 4, 2, stride=2, output_padding=1),
                r=nn.ReLU,
                b=conv(4, 3, 3, d),
            ),
            normal(1, 3, *[s // 2 + 1 for s in SIZES[d]]),
        )
    yield Network(
        "conv_transpose1d_bn",
        "conv",
        chain(lambda: nn.ConvTranspose1d(3, 4, 3), batch_norm(4, 1)),
        normal(2, 3, 7),
        engine="fbgemm",
    )


def convolution(f, stride, ones, groups, then=lambda x: x):
    return lambda m, x: then(f(x, m.w, m.b, stride, ones, ones, groups))


def functional():
    for d, f in ((1, F.conv1d), (2, F.conv2d), (3, F.conv3d)):
        one, two = (1,) * d, (2,) * d
        k = (3,) * d
        yield Network(
            f"functional_conv{d}d_full",
            "conv",
            module(convolution(f, two, one, 1), w=lambda k=k: torch.randn(4, 3, *k) / 5, b=lambda: torch.randn(4)),
            normal(2, 3, *SIZES[d]),
            engine="fbgemm",
        )
        yield Network(
            f"functional_conv{d}d_relu_grouped",
            "conv",
            module(convolution(f, one, one, 2, F.relu), w=lambda k=k: torch.randn(4, 2, *k) / 5, b=None),
            normal(2, 4, *SIZES[d]),
        )
    yield Network(
        "functional_conv2d_kwargs",
        "conv",
        module(
            lambda m, x: F.conv2d(x, m.w, bias=m.b, stride=(1, 1), padding=(0, 1), dilation=(1, 1), groups=1),
            w=lambda: torch.randn(4, 3, 3, 3) / 5,
            b=lambda: torch.randn(4),
        ),
        normal(2, 3, 6, 6),
    )
    yield Network(
        "functional_conv2d_torch_relu",
        "conv",
        module(
            lambda m, x: torch.relu(F.conv2d(x, m.w, m.b, (1, 1), (1, 1), (1, 1), 1)),
            w=lambda: nn.Parameter(torch.randn(4, 3, 3, 3) / 5),
            b=lambda: nn.Parameter(torch.randn(4)),
        ),
        normal(2, 3, 6, 6),
    )
    yield Network(
        "functional_conv_transpose1d_full",
        "conv",
        module(
            lambda m, x: F.conv_transpose1d(x, m.w, m.b, (2,), (1,), (1,), 1, (1,)),
            w=lambda: torch.randn(3, 4, 3) / 4,
            b=lambda: torch.randn(4),
        ),
        normal(2, 3, 6),
        engine="fbgemm",
    )

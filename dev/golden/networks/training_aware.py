"""Quantization-aware training: layers with batch norm, toggles, presets and their fake quantizes."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.ao.quantization import (
    FakeQuantize,
    FusedMovingAvgObsFakeQuantize,
    MinMaxObserver,
    MovingAverageMinMaxObserver,
    MovingAveragePerChannelMinMaxObserver,
    QConfig,
    QConfigMapping,
    default_embedding_qat_qconfig,
    default_qat_qconfig,
    get_default_qat_qconfig,
    get_default_qat_qconfig_mapping,
)

from models import batch_norm, chain, conv, linear, module, normal
from network import Network

SHORT = ("forward:0", "forward:1")
TOGGLED = (
    "disable_fake_quant",
    "forward:0",
    "enable_fake_quant",
    "forward:1",
    "disable_observer",
    "forward:0",
    "eval",
    "forward:1",
)
TRAINED = ("forward:0", "sgd:0:0.05", "sgd:1:0.05", "disable_observer", "freeze_bn_stats", "sgd:0:0.02", "forward:1")
FROZEN = ("freeze_bn_stats", "forward:0", "update_bn_stats", "forward:1", "disable_fake_quant", "forward:0")
STEPS = (SHORT, TOGGLED, TRAINED, FROZEN)
SIZES = {1: (9,), 2: (6, 6), 3: (4, 4, 4)}


def networks():
    yield from convolutions()
    yield from linears()
    yield from configurations()
    yield from blocks()


def qat(name, net, shape, steps=SHORT, **kwargs):
    return Network("qat_" + name, "qat", net, normal(*shape), training=True, steps=steps, **kwargs)


def convolutions():
    i = 0
    for d in (1, 2, 3):
        for name, parts in {
            "bn": [batch_norm(4, d)],
            "bn_relu": [batch_norm(4, d), nn.ReLU],
            "relu": [nn.ReLU],
            "plain": [],
        }.items():
            for bias in (True, False):
                i += 1
                yield qat(
                    f"conv{d}d_{name}_{'bias' if bias else 'no_bias'}",
                    chain(conv(3, 4, 3, d, bias=bias, padding=i % 2), *parts),
                    (3, 3, *SIZES[d]),
                    STEPS[i % 4],
                )
    yield qat(
        "conv2d_bn_functional_relu",
        module(lambda m, x: F.relu(m.n(m.c(x))), c=conv(3, 4), n=batch_norm(4)),
        (2, 3, 6, 6),
        TRAINED,
        engine="fbgemm",
    )
    yield qat(
        "conv2d_grouped_bn",
        chain(conv(4, 4, 3, groups=2, dilation=2), batch_norm(4, momentum=0.4, eps=1e-2)),
        (2, 4, 8, 8),
        TOGGLED,
    )
    yield qat("conv2d_bn_no_momentum", chain(conv(3, 4), batch_norm(4, momentum=None)), (2, 3, 6, 6), SHORT)
    yield qat(
        "conv2d_bn_relu_in_place_chain",
        chain(conv(3, 4), batch_norm(4), lambda: nn.ReLU(True), conv(4, 3, 1), batch_norm(3), conv(3, 2, 1)),
        (2, 3, 6, 6),
        TRAINED,
    )
    yield qat("bn2d_alone", chain(batch_norm(3), nn.ReLU, conv(3, 4)), (2, 3, 6, 6))
    yield qat(
        "conv_transpose_plain",
        chain(lambda: nn.ConvTranspose2d(3, 4, 2, stride=2, output_padding=1), nn.ReLU),
        (2, 3, 4, 4),
    )


def linears():
    for i, (name, parts) in enumerate(
        {
            "bn": [batch_norm(4, 1)],
            "bn_relu": [batch_norm(4, 1), nn.ReLU],
            "relu": [nn.ReLU],
            "relu6": [nn.ReLU6],
        }.items()
    ):
        for bias in (True, False):
            yield qat(
                f"linear_{name}_{'bias' if bias else 'no_bias'}",
                chain(linear(5, 4, bias=bias), *parts),
                (6, 5),
                STEPS[(i + bias) % 4],
            )
    yield qat(
        "functional_linear",
        module(
            lambda m, x: F.relu(F.linear(x, m.w, m.b)),
            w=lambda: nn.Parameter(torch.randn(4, 5)),
            b=lambda: nn.Parameter(torch.randn(4)),
        ),
        (6, 5),
        SHORT,
    )
    yield qat(
        "functional_conv2d",
        module(
            lambda m, x: F.conv2d(x, m.w, m.b, (1, 1), (0, 0), (1, 1), 1),
            w=lambda: nn.Parameter(torch.randn(4, 3, 2, 2)),
            b=lambda: nn.Parameter(torch.randn(4)),
        ),
        (2, 3, 5, 5),
        TOGGLED,
    )


def configurations():
    net = chain(linear(5, 6), nn.ReLU, linear(6, 4))
    for engine in ("x86", "fbgemm", "qnnpack", "onednn"):
        for version in (0, 1):
            yield qat(
                f"preset_{engine}_{version}",
                net,
                (6, 5),
                STEPS[version],
                engine=engine,
                mapping=get_default_qat_qconfig_mapping(engine, version=version),
            )
    weight = MovingAveragePerChannelMinMaxObserver.with_args
    kinds = {
        "default": default_qat_qconfig,
        "fused_per_tensor": QConfig(
            FusedMovingAvgObsFakeQuantize.with_args(observer=MovingAverageMinMaxObserver, quant_min=0, quant_max=127),
            FusedMovingAvgObsFakeQuantize.with_args(
                observer=MovingAverageMinMaxObserver,
                quant_min=-128,
                quant_max=127,
                dtype=torch.qint8,
                qscheme=torch.per_tensor_symmetric,
            ),
        ),
        "narrow": QConfig(
            FakeQuantize.with_args(observer=MinMaxObserver, quant_min=0, quant_max=127),
            FakeQuantize.with_args(
                observer=weight(ch_axis=0),
                quant_min=-127,
                quant_max=127,
                dtype=torch.qint8,
                qscheme=torch.per_channel_symmetric,
            ),
        ),
        "averaging": QConfig(
            FakeQuantize.with_args(
                observer=MovingAverageMinMaxObserver, averaging_constant=0.5, quant_min=0, quant_max=255
            ),
            default_qat_qconfig.weight,
        ),
        "no_averaging": QConfig(
            FusedMovingAvgObsFakeQuantize.with_args(
                observer=MovingAverageMinMaxObserver,
                averaging_constant=1.0,
                reduce_range=True,
                quant_min=0,
                quant_max=255,
            ),
            default_qat_qconfig.weight,
        ),
    }
    for i, (name, q) in enumerate(kinds.items()):
        yield qat(f"config_{name}", net, (6, 5), STEPS[i % 4], mapping=QConfigMapping().set_global(q))
        yield qat(
            f"config_{name}_conv",
            chain(conv(3, 4), batch_norm(4), nn.ReLU),
            (2, 3, 6, 6),
            STEPS[(i + 1) % 4],
            mapping=QConfigMapping().set_global(q),
            engine="fbgemm",
        )
    yield qat(
        "mapping_none_name", net, (6, 5), mapping=get_default_qat_qconfig_mapping("x86").set_module_name("0", None)
    )
    yield qat(
        "mapping_type_only",
        net,
        (6, 5),
        mapping=QConfigMapping()
        .set_object_type(nn.Linear, get_default_qat_qconfig("x86"))
        .set_object_type(nn.ReLU, get_default_qat_qconfig("x86")),
    )
    yield Network(
        "qat_embedding_and_linear",
        "qat",
        module(lambda m, i: m.f(m.e(i)), e=lambda: nn.Embedding(10, 6), f=linear(6, 3)),
        lambda k: (torch.randint(0, 10, (5,)),),
        training=True,
        steps=TRAINED,
        mapping=get_default_qat_qconfig_mapping("x86").set_object_type(nn.Embedding, default_embedding_qat_qconfig),
    )
    yield Network(
        "qat_embedding_bag",
        "qat",
        module(lambda m, i, o: m.e(i, o), e=lambda: nn.EmbeddingBag(10, 6, mode="sum")),
        lambda k: (torch.randint(0, 10, (5,)), torch.tensor([0, 2])),
        training=True,
        steps=SHORT,
        mapping=QConfigMapping().set_object_type(nn.EmbeddingBag, default_embedding_qat_qconfig),
    )


def blocks():
    yield qat(
        "activations",
        chain(linear(5, 4), nn.Sigmoid, linear(4, 4), nn.Hardswish, linear(4, 4), nn.Tanh, linear(4, 2)),
        (6, 5),
        TOGGLED,
    )
    yield qat(
        "residual",
        module(
            lambda m, x: F.relu(m.n(m.b(m.r(m.m(m.a(x))))) + x),
            a=conv(3, 3, padding=1),
            m=batch_norm(3),
            r=nn.ReLU,
            b=conv(3, 3, padding=1),
            n=batch_norm(3),
        ),
        (2, 3, 5, 5),
        TRAINED,
    )
    yield qat(
        "cat_pool",
        module(
            lambda m, x: m.f(F.adaptive_avg_pool2d(torch.cat([m.a(x), F.relu(m.b(x))], 1), 1).flatten(1)),
            a=conv(3, 2),
            b=conv(3, 2),
            f=linear(4, 3),
        ),
        (2, 3, 6, 6),
        TRAINED,
    )
    yield qat(
        "layer_norm_leaky",
        chain(linear(5, 4), lambda: nn.LayerNorm(4), lambda: nn.LeakyReLU(0.2), linear(4, 2)),
        (6, 5),
        TOGGLED,
    )
    yield qat("dropout_eval", chain(linear(5, 4), nn.Dropout, linear(4, 2)), (6, 5), ("eval", "forward:0", "forward:1"))
    yield qat(
        "mul_scalar_mean",
        module(lambda m, x: (m.a(x) * 0.5).mean(1, keepdim=True) + m.b(x), a=linear(5, 4), b=linear(5, 4)),
        (6, 5),
        TRAINED,
    )

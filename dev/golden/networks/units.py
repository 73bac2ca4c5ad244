"""Modules that are called as one unit: standalone, non-traceable, custom; equalization; shared modules."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.ao.quantization import QConfigMapping, default_qconfig, get_default_qconfig_mapping
from torch.ao.quantization.fx._equalize import (
    EqualizationQConfig,
    default_equalization_qconfig,
    input_equalization_observer,
    weight_equalization_observer,
)
from torch.ao.quantization.fx.custom_config import ConvertCustomConfig, PrepareCustomConfig

from models import batch_norm, chain, conv, drawn, linear, module, normal
from network import Network


class Standalone(nn.Module):
    """Convolution and ReLU, seen as one call."""

    def __init__(self, i, o, more=None):
        super().__init__()
        self.conv, self.relu, self.more = nn.Conv2d(i, o, 3), nn.ReLU(), more or nn.Identity()

    def forward(self, x):
        return self.more(self.relu(self.conv(x)))


class StandaloneLinear(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.fc = nn.Linear(i, o)

    def forward(self, x):
        return torch.sigmoid(self.fc(x)) + 0.5


class NonTraceable(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.fc = nn.Linear(n, n)

    def forward(self, x):
        return F.relu(self.fc(x)) - x


def networks():
    yield from standalone()
    yield from non_traceable()
    yield from recurrent_customs()
    yield from equalized()
    yield from shared()


def standalone():
    example = (torch.randn(1, 4, 7, 7),)
    parent = module(
        lambda m, x: m.tail(m.unit(m.head(x))),
        head=conv(3, 4),
        unit=lambda: drawn(Standalone(4, 5)),
        tail=conv(5, 2, 1),
    )
    plain = PrepareCustomConfig
    io = lambda: PrepareCustomConfig().set_input_quantized_indexes([0]).set_output_quantized_indexes([0])
    kinds = {
        "name_output_only": plain().set_standalone_module_name(
            "unit", None, example, PrepareCustomConfig().set_output_quantized_indexes([0]), None
        ),
        "name_input_only": plain().set_standalone_module_name(
            "unit", None, example, PrepareCustomConfig().set_input_quantized_indexes([0]), None
        ),
        "name_io_own_qconfig": plain().set_standalone_module_name(
            "unit", QConfigMapping().set_global(default_qconfig), example, io(), None
        ),
        "class_output_only": plain().set_standalone_module_class(
            Standalone, None, example, PrepareCustomConfig().set_output_quantized_indexes([0]), None
        ),
        "class_own_none": plain().set_standalone_module_class(Standalone, QConfigMapping(), example, None, None),
        "class_backend": plain().set_standalone_module_class(
            Standalone, get_default_qconfig_mapping("fbgemm"), example, None, None
        ),
    }
    for name, custom in kinds.items():
        yield Network(f"standalone_{name}", "standalone", parent, normal(1, 3, 9, 9), prepare_custom=custom)
    yield Network(
        "standalone_two",
        "standalone",
        module(
            lambda m, x: m.b(m.a(x)),
            a=lambda: drawn(Standalone(3, 4)),
            b=lambda: drawn(Standalone(4, 3, nn.BatchNorm2d(3))),
        ),
        normal(1, 3, 9, 9),
        prepare_custom=plain()
        .set_standalone_module_name("a", None, example, PrepareCustomConfig().set_output_quantized_indexes([0]), None)
        .set_standalone_module_name("b", None, example, io(), None),
    )
    yield Network(
        "standalone_first_io",
        "standalone",
        module(lambda m, x: m.tail(m.unit(x)), unit=lambda: Standalone(3, 4), tail=conv(4, 2)),
        normal(1, 3, 9, 9),
        prepare_custom=plain().set_standalone_module_name("unit", None, example, io(), None),
        engine="fbgemm",
    )
    yield Network(
        "standalone_last",
        "standalone",
        module(lambda m, x: m.unit(m.head(x)), head=linear(5, 4), unit=lambda: StandaloneLinear(4, 3)),
        normal(3, 5),
        prepare_custom=plain().set_standalone_module_class(StandaloneLinear, None, (torch.randn(1, 4),), None, None),
    )
    yield Network(
        "standalone_in_container",
        "standalone",
        module(lambda m, x: m.body(m.head(x)), head=linear(5, 4), body=chain(lambda: StandaloneLinear(4, 3), nn.ReLU)),
        normal(3, 5),
        prepare_custom=plain().set_standalone_module_name("body.0", None, (torch.randn(1, 4),), io(), None),
    )


def non_traceable():
    nets = {
        "middle": module(lambda m, x: m.b(m.n(m.a(x))), a=linear(5, 4), n=lambda: NonTraceable(4), b=linear(4, 2)),
        "first": module(lambda m, x: m.b(m.n(x)), n=lambda: NonTraceable(5), b=linear(5, 2)),
        "last": module(lambda m, x: m.n(m.a(x)), a=linear(5, 4), n=lambda: NonTraceable(4)),
        "added": module(lambda m, x: m.n(m.a(x)) + m.a2(x), a=linear(5, 4), a2=linear(5, 4), n=lambda: NonTraceable(4)),
    }
    for name, net in nets.items():
        yield Network(
            f"non_traceable_{name}",
            "custom_config",
            net,
            normal(3, 5),
            prepare_custom=PrepareCustomConfig().set_non_traceable_module_classes([NonTraceable]),
        )
    yield Network(
        "non_traceable_nested_name",
        "custom_config",
        module(lambda m, x: m.body(x), body=chain(linear(5, 4), lambda: NonTraceable(4), linear(4, 2))),
        normal(3, 5),
        prepare_custom=PrepareCustomConfig().set_non_traceable_module_names(["body.1"]),
    )


def recurrent_customs():
    observed, quantized = torch.ao.nn.quantizable.LSTM, torch.ao.nn.quantized.LSTM
    prepare = PrepareCustomConfig().set_float_to_observed_mapping(nn.LSTM, observed)
    convert = ConvertCustomConfig().set_observed_to_quantized_mapping(observed, quantized)
    settings = {
        "batch_first": dict(batch_first=True),
        "two_layers": dict(num_layers=2),
        "bidirectional": dict(bidirectional=True),
        "no_bias": dict(bias=False),
    }
    for name, kwargs in settings.items():
        yield Network(
            f"static_lstm_{name}",
            "custom_module",
            module(lambda m, x: m.r(x)[0], r=lambda kwargs=kwargs: nn.LSTM(4, 5, **kwargs)),
            normal(3, 2, 4),
            prepare_custom=prepare,
            convert_custom=convert,
        )
    yield Network(
        "static_lstm_then_linear",
        "custom_module",
        module(lambda m, x: m.f(m.r(x)[0]), r=lambda: nn.LSTM(4, 5), f=linear(5, 2)),
        normal(3, 2, 4),
        prepare_custom=prepare,
        convert_custom=convert,
    )
    yield Network(
        "static_lstm_hidden_state",
        "custom_module",
        module(last_state, r=lambda: nn.LSTM(4, 5)),
        normal(3, 2, 4),
        prepare_custom=prepare,
        convert_custom=convert,
    )


def last_state(m, x):
    y, (h, c) = m.r(x)
    return h


def equalized():
    mapping = QConfigMapping().set_global(default_qconfig)
    everywhere = QConfigMapping().set_global(default_equalization_qconfig)
    per_tensor = EqualizationQConfig(input_activation=input_equalization_observer, weight=weight_equalization_observer)
    nets = {
        "mlp_three": (chain(linear(5, 6), nn.ReLU, linear(6, 4), nn.ReLU, linear(4, 3)), (6, 5)),
        "mlp_no_bias": (chain(linear(5, 6, bias=False), linear(6, 4, bias=False)), (6, 5)),
        "conv_bn_relu": (chain(conv(3, 4), batch_norm(4), nn.ReLU, conv(4, 3)), (2, 3, 7, 7)),
        "conv1d": (chain(conv(3, 4, 3, 1), conv(4, 3, 2, 1)), (2, 3, 9)),
        "conv_then_pool": (chain(conv(3, 4), lambda: nn.MaxPool2d(2), conv(4, 3, 1)), (2, 3, 8, 8)),
        "linear_sigmoid": (chain(linear(5, 4), nn.Sigmoid, linear(4, 3)), (4, 5)),
        "branches": (module(lambda m, x: m.a(x) + m.b(x), a=linear(5, 4), b=linear(5, 4)), (4, 5)),
        "residual": (module(lambda m, x: m.b(F.relu(m.a(x))) + x, a=linear(5, 6), b=linear(6, 5)), (4, 5)),
        "conv_flatten_linear": (
            module(lambda m, x: m.f(m.c(x).flatten(1)), c=conv(3, 4), f=linear(64, 3)),
            (2, 3, 6, 6),
        ),
        "grouped": (chain(conv(4, 4, 3, groups=2), conv(4, 3, 1)), (2, 4, 7, 7)),
    }
    for name, (net, shape) in nets.items():
        yield Network(
            f"equalize_{name}", "equalization", net, normal(*shape, scale=2.0), mapping=mapping, equalization=everywhere
        )
    by_type = QConfigMapping().set_object_type(nn.Linear, per_tensor)
    yield Network(
        "equalize_by_type",
        "equalization",
        chain(linear(5, 6), nn.ReLU, linear(6, 4)),
        normal(6, 5),
        mapping=mapping,
        equalization=by_type,
    )
    yield Network(
        "equalize_not_second",
        "equalization",
        chain(linear(5, 6), nn.ReLU, linear(6, 4), linear(4, 4)),
        normal(6, 5),
        mapping=mapping,
        equalization=QConfigMapping().set_global(default_equalization_qconfig).set_module_name("2", None),
    )
    yield Network(
        "equalize_functional_mlp",
        "equalization",
        module(
            lambda m, x: F.linear(F.relu(F.linear(x, m.w, m.bias)), m.v),
            w=lambda: torch.randn(4, 5),
            bias=lambda: torch.randn(4),
            v=lambda: torch.randn(3, 4),
        ),
        normal(6, 5),
        mapping=mapping,
        equalization=everywhere,
    )
    yield Network(
        "equalize_default_mapping",
        "equalization",
        chain(conv(3, 4), nn.ReLU, conv(4, 3), nn.ReLU),
        normal(2, 3, 8, 8),
        equalization=everywhere,
        engine="fbgemm",
    )


def shared():
    nets = {
        "linear_twice_relu_both": module(lambda m, x: F.relu(m.a(F.relu(m.a(x)))), a=linear(4, 4)),
        "linear_three_times": module(lambda m, x: m.a(m.a(m.a(x))), a=linear(4, 4)),
        "conv_then_other": module(lambda m, x: m.b(m.a(x)) + m.a(x), a=linear(4, 4), b=linear(4, 4)),
        "activation": module(lambda m, x: m.s(m.b(m.s(m.a(x)))), a=linear(4, 4), b=linear(4, 3), s=nn.Sigmoid),
        "pool": module(lambda m, x: m.p(m.a(m.p(x))), a=conv(3, 4, 2), p=lambda: nn.MaxPool2d(2, 1)),
        "hardswish": module(lambda m, x: m.s(m.b(m.s(m.a(x)))), a=linear(4, 4), b=linear(4, 3), s=nn.Hardswish),
        "two_names": module(lambda m, x: m.b(m.a(x)), **(lambda l: dict(a=l, b=l))(nn.Linear(4, 4))),
        "layer_norm": module(
            lambda m, x: m.n(m.b(m.n(m.a(x)))), a=linear(4, 4), b=linear(4, 4), n=lambda: nn.LayerNorm(4)
        ),
        "dropout": module(lambda m, x: m.d(m.b(m.d(m.a(x)))), a=linear(4, 4), b=linear(4, 3), d=nn.Dropout),
    }
    for name, net in nets.items():
        yield Network(f"shared_{name}", "scopes", net, normal(2, 3, 7, 7) if name == "pool" else normal(3, 4))

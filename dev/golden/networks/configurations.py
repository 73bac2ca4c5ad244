"""QConfig mappings, observers and backends."""

import operator

import torch
import torch.nn.functional as F
from torch import nn
from torch.ao.quantization import (
    HistogramObserver,
    MinMaxObserver,
    MovingAverageMinMaxObserver,
    MovingAveragePerChannelMinMaxObserver,
    PerChannelMinMaxObserver,
    QConfig,
    QConfigMapping,
    default_per_channel_qconfig,
    default_qconfig,
    default_symmetric_qnnpack_qconfig,
    get_default_qconfig,
    get_default_qconfig_mapping,
)
from torch.ao.quantization.backend_config import (
    BackendConfig,
    BackendPatternConfig,
    DTypeConfig,
    DTypeWithConstraints,
    ObservationType,
)
from torch.ao.quantization.qconfig_mapping import _get_symmetric_qnnpack_qconfig_mapping

from models import batch_norm, chain, conv, linear, module, normal
from network import Network

SMALL = QConfig(
    MinMaxObserver.with_args(quant_min=0, quant_max=127),
    MinMaxObserver.with_args(dtype=torch.qint8, qscheme=torch.per_tensor_symmetric),
)
AFFINE_WEIGHT = QConfig(MinMaxObserver, MinMaxObserver.with_args(dtype=torch.qint8, qscheme=torch.per_tensor_affine))
AFFINE_CHANNELS = QConfig(
    HistogramObserver.with_args(reduce_range=True),
    PerChannelMinMaxObserver.with_args(dtype=torch.qint8, qscheme=torch.per_channel_affine),
)
NARROW_WEIGHT = QConfig(
    MovingAverageMinMaxObserver.with_args(averaging_constant=0.3),
    PerChannelMinMaxObserver.with_args(
        dtype=torch.qint8, qscheme=torch.per_channel_symmetric, quant_min=-127, quant_max=127
    ),
)
MOVING_CHANNELS = QConfig(
    MovingAverageMinMaxObserver.with_args(dtype=torch.quint8, reduce_range=True),
    MovingAveragePerChannelMinMaxObserver.with_args(dtype=torch.qint8, qscheme=torch.per_channel_symmetric),
)
SYMMETRIC_ACTIVATION = QConfig(
    MinMaxObserver.with_args(qscheme=torch.per_tensor_symmetric, reduce_range=True),
    MinMaxObserver.with_args(dtype=torch.qint8, qscheme=torch.per_tensor_symmetric),
)
COARSE_HISTOGRAM = QConfig(
    HistogramObserver.with_args(bins=64, reduce_range=True),
    MinMaxObserver.with_args(dtype=torch.qint8, qscheme=torch.per_tensor_symmetric),
)
SIGNED = QConfig(
    HistogramObserver.with_args(dtype=torch.qint8, quant_min=-128, quant_max=127),
    PerChannelMinMaxObserver.with_args(dtype=torch.qint8, qscheme=torch.per_channel_symmetric),
)
LARGE_EPS = QConfig(
    MinMaxObserver.with_args(eps=0.05),
    MinMaxObserver.with_args(dtype=torch.qint8, qscheme=torch.per_tensor_symmetric, eps=2**-10),
)
QCONFIGS = {
    "small": SMALL,
    "affine_weight": AFFINE_WEIGHT,
    "affine_channels": AFFINE_CHANNELS,
    "narrow_weight": NARROW_WEIGHT,
    "moving_channels": MOVING_CHANNELS,
    "symmetric_activation": SYMMETRIC_ACTIVATION,
    "coarse_histogram": COARSE_HISTOGRAM,
    "large_eps": LARGE_EPS,
    "default": default_qconfig,
    "per_channel": default_per_channel_qconfig,
    "signed": SIGNED,
}


def networks():
    yield from qconfigs()
    yield from mappings()
    yield from backends()


def qconfigs():
    for i, (name, q) in enumerate(QCONFIGS.items()):
        mapping = QConfigMapping().set_global(q)
        engine = ("fbgemm", "x86", "onednn")[i % 3] if name != "affine_weight" else "fbgemm"
        yield Network(
            f"qconfig_{name}_mlp",
            "config",
            chain(linear(6, 8), nn.ReLU, linear(8, 4), nn.Sigmoid),
            normal(3, 6),
            mapping=mapping,
            engine=engine,
            batches=3,
        )
        yield Network(f"qconfig_{name}_block", "config", residual(), normal(2, 3, 6, 6), mapping=mapping, engine=engine)
    yield Network(
        "qconfig_qnnpack_symmetric_mlp",
        "config",
        chain(linear(6, 8), nn.ReLU, linear(8, 4)),
        normal(3, 6),
        mapping=QConfigMapping().set_global(default_symmetric_qnnpack_qconfig),
        engine="qnnpack",
        backend="qnnpack",
    )
    yield Network(
        "qconfig_constant_input", "config", chain(linear(4, 4), linear(4, 3)), lambda i: (torch.full((2, 4), 0.5),)
    )
    yield Network(
        "qconfig_zero_input", "config", chain(linear(4, 4), nn.ReLU, linear(4, 3)), lambda i: (torch.zeros(2, 4),)
    )
    yield Network(
        "qconfig_positive_input",
        "config",
        chain(linear(4, 4), linear(4, 3)),
        lambda i: (torch.rand(5, 4) + 2.0,),
        mapping="qnnpack",
        engine="qnnpack",
    )
    yield Network(
        "qconfig_tiny_input", "config", chain(linear(4, 4), linear(4, 3)), lambda i: (torch.randn(5, 4) * 1e-6,)
    )
    yield Network(
        "qconfig_growing_batches",
        "config",
        chain(linear(4, 4), linear(4, 3)),
        lambda i: (torch.randn(5, 4) * (1.0 + max(i, 0)),),
        batches=5,
    )
    yield Network(
        "qconfig_shrinking_batches",
        "config",
        chain(linear(4, 4), linear(4, 3)),
        lambda i: (torch.randn(5, 4) * 8.0 / (1.0 + max(i, 0)),),
        batches=4,
    )


def residual():
    return module(
        lambda m, x: m.f(torch.flatten(F.relu(m.b(m.r(m.n(m.a(x)))) + m.c(x)), 1)),
        a=conv(3, 4),
        n=batch_norm(4),
        r=nn.ReLU,
        b=conv(4, 4, 1),
        c=conv(3, 4),
        f=linear(64, 3),
    )


def named():
    """Names of several depths."""
    return module(
        lambda m, x: m.head(m.body(m.stem(x)).mean((2, 3))),
        stem=chain(conv(3, 4), nn.ReLU),
        body=chain(chain(conv(4, 4), nn.ReLU), chain(conv(4, 5, 1), nn.Hardswish)),
        head=module(lambda m, x: m.fc(x) * 2.0 + m.other(x), fc=linear(5, 3), other=linear(5, 3)),
    )


def mappings():
    default, per_channel = get_default_qconfig("x86"), default_per_channel_qconfig
    kinds = {
        "name_parent": QConfigMapping()
        .set_global(default)
        .set_module_name("body.0", SMALL)
        .set_module_name("body", None),
        "name_child_none": QConfigMapping()
        .set_global(default)
        .set_module_name("body", SMALL)
        .set_module_name("body.1.0", None),
        "regex_prefix": QConfigMapping()
        .set_global(default)
        .set_module_name_regex("body\\.[01]", SMALL)
        .set_module_name_regex("body.*", None),
        "regex_none_name_given": QConfigMapping()
        .set_global(default)
        .set_module_name_regex(".*", None)
        .set_module_name("head.fc", per_channel),
        "type_none": QConfigMapping().set_global(default).set_object_type(nn.Linear, None),
        "type_function": QConfigMapping()
        .set_global(default)
        .set_object_type(torch.mul, None)
        .set_object_type("mean", None),
        "only_linear": QConfigMapping().set_object_type(nn.Linear, per_channel),
        "only_name": QConfigMapping().set_module_name("head", SMALL),
        "order": QConfigMapping().set_global(default).set_module_name_object_type_order("head", nn.Linear, 0, None),
        "order_function": QConfigMapping()
        .set_global(default)
        .set_module_name_object_type_order("head", nn.Linear, 1, SMALL),
        "fused_types": QConfigMapping()
        .set_global(default)
        .set_object_type(nn.Conv2d, SMALL)
        .set_object_type(nn.ReLU, SMALL),
        "conflict": QConfigMapping().set_global(default).set_object_type(nn.Conv2d, None),
        "everything_none": QConfigMapping().set_global(None),
        "two_precisions": QConfigMapping()
        .set_global(SMALL)
        .set_module_name("stem", default)
        .set_module_name("head", AFFINE_CHANNELS),
    }
    for name, mapping in kinds.items():
        yield Network(f"mapping_{name}", "config", named(), normal(2, 3, 7, 7), mapping=mapping)
    added = module(lambda m, x: (m.a(x) + m.b(x)) + m.c(x), a=linear(4, 3), b=linear(4, 3), c=linear(4, 3))
    for i in (0, 1):
        yield Network(
            f"mapping_order_add_{i}",
            "config",
            added,
            normal(3, 4),
            mapping=QConfigMapping().set_global(default).set_module_name_object_type_order("", operator.add, i, None),
        )
    yield Network(
        "mapping_add_none",
        "config",
        added,
        normal(3, 4),
        mapping=QConfigMapping().set_global(default).set_object_type(operator.add, None),
    )
    yield Network(
        "mapping_default_fbgemm_then_none",
        "config",
        named(),
        normal(2, 3, 7, 7),
        mapping=get_default_qconfig_mapping("fbgemm").set_module_name("stem", None),
        engine="fbgemm",
    )
    yield Network(
        "mapping_method_none",
        "config",
        module(lambda m, x: m.b(m.a(x).reshape(-1, 2)), a=linear(4, 4), b=linear(2, 3)),
        normal(3, 4),
        mapping=QConfigMapping().set_global(default).set_object_type("reshape", None),
    )
    yield Network(
        "mapping_relu_none",
        "config",
        module(lambda m, x: F.relu(m.a(x) + x), a=linear(4, 4)),
        normal(3, 4),
        mapping=QConfigMapping().set_global(default).set_object_type(F.relu, None),
    )
    yield Network(
        "mapping_different_consumers",
        "config",
        module(lambda m, x: m.b(m.a(x)) + m.c(m.a(x)), a=linear(4, 4), b=linear(4, 3), c=linear(4, 3)),
        normal(3, 4),
        mapping=QConfigMapping().set_global(default).set_module_name("b", None),
    )
    yield Network(
        "mapping_float_island",
        "config",
        chain(linear(4, 4), nn.ReLU, linear(4, 4), nn.Sigmoid, linear(4, 2)),
        normal(3, 4),
        mapping=get_default_qconfig_mapping("x86").set_module_name("2", None),
    )


def backends():
    for backend in ("native", "x86", "fbgemm", "qnnpack", "onednn", "tensorrt", "executorch"):
        engine = (
            backend
            if backend in ("x86", "fbgemm", "qnnpack", "onednn")
            else "qnnpack" if backend == "executorch" else "x86"
        )
        mapping = (
            QConfigMapping().set_global(
                QConfig(
                    HistogramObserver.with_args(dtype=torch.qint8, qscheme=torch.per_tensor_symmetric),
                    MinMaxObserver.with_args(dtype=torch.qint8, qscheme=torch.per_tensor_symmetric),
                )
            )
            if backend == "tensorrt"
            else None
        )
        yield Network(
            f"backend_{backend}_block",
            "config",
            residual(),
            normal(2, 3, 6, 6),
            engine=engine,
            backend=backend,
            mapping=mapping,
        )
        yield Network(
            f"backend_{backend}_activations",
            "config",
            chain(
                linear(5, 5),
                lambda: nn.LeakyReLU(0.1),
                linear(5, 5),
                nn.Sigmoid,
                linear(5, 4),
                nn.Hardswish,
                nn.Dropout,
                linear(4, 4),
                lambda: nn.LayerNorm(4),
            ),
            normal(3, 5),
            engine=engine,
            backend=backend,
            mapping=mapping,
        )
    yield Network(
        "backend_qnnpack_symmetric_mapping",
        "config",
        chain(linear(6, 8), nn.ReLU, linear(8, 4)),
        normal(3, 6),
        engine="qnnpack",
        backend="qnnpack",
        mapping=_get_symmetric_qnnpack_qconfig_mapping(),
    )
    yield Network(
        "backend_executorch_symmetric",
        "config",
        named(),
        normal(2, 3, 7, 7),
        engine="qnnpack",
        backend="executorch",
        mapping=_get_symmetric_qnnpack_qconfig_mapping(),
    )
    weighted = DTypeConfig(torch.quint8, torch.quint8, torch.qint8, torch.float)
    plain = DTypeConfig(torch.quint8, torch.quint8)
    bounded = DTypeConfig(
        DTypeWithConstraints(torch.quint8, 0, 127),
        DTypeWithConstraints(torch.quint8, 0, 127),
        DTypeWithConstraints(torch.qint8, -127, 127),
        torch.float,
    )
    reference = torch.ao.nn.quantized.reference.Linear
    custom = {
        "shared_tanh": [
            BackendPatternConfig(nn.Linear)
            .set_observation_type(ObservationType.OUTPUT_USE_DIFFERENT_OBSERVER_AS_INPUT)
            .add_dtype_config(weighted)
            .set_root_module(nn.Linear)
            .set_reference_quantized_module(reference),
            BackendPatternConfig(nn.Tanh)
            .set_observation_type(ObservationType.OUTPUT_SHARE_OBSERVER_WITH_INPUT)
            .add_dtype_config(plain),
        ],
        "bounded": [
            BackendPatternConfig(nn.Linear)
            .set_observation_type(ObservationType.OUTPUT_USE_DIFFERENT_OBSERVER_AS_INPUT)
            .add_dtype_config(bounded)
            .set_root_module(nn.Linear)
            .set_reference_quantized_module(reference)
        ],
        "linear_tanh_pattern": [
            BackendPatternConfig((nn.Linear, nn.Tanh))
            .set_observation_type(ObservationType.OUTPUT_USE_DIFFERENT_OBSERVER_AS_INPUT)
            .add_dtype_config(weighted)
        ],
        "not_observed": [
            BackendPatternConfig(nn.Linear)
            .set_observation_type(ObservationType.OUTPUT_USE_DIFFERENT_OBSERVER_AS_INPUT)
            .add_dtype_config(weighted)
            .set_root_module(nn.Linear)
            .set_reference_quantized_module(reference),
            BackendPatternConfig(nn.Tanh)
            .set_observation_type(ObservationType.INPUT_OUTPUT_NOT_OBSERVED)
            .add_dtype_config(plain),
        ],
    }
    for name, configs in custom.items():
        backend = BackendConfig(name).set_backend_pattern_configs(configs)
        for tag, q in (("small", SMALL), ("narrow", QConfig(SMALL.activation, NARROW_WEIGHT.weight))):
            yield Network(
                f"custom_backend_{name}_{tag}",
                "custom_backend",
                chain(linear(5, 4), nn.Tanh, linear(4, 3)),
                normal(3, 5),
                backend=backend,
                mapping=QConfigMapping().set_global(q),
            )

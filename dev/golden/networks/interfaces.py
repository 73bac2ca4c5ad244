"""What goes into and out of a network, preserved attributes and convert options."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.ao.quantization import QConfigMapping, default_qconfig
from torch.ao.quantization.fx.custom_config import ConvertCustomConfig, PrepareCustomConfig

from models import chain, conv, linear, module, normal, normals
from network import Network
from networks.configurations import SMALL, named


def networks():
    yield from interfaces()
    yield from options()


def quantized(*shape):
    return lambda i: (torch.quantize_per_tensor(torch.randn(*shape), 0.04, 70, torch.quint8),)


def interfaces():
    two = module(lambda m, x, y: (m.a(x) + y, m.b(x)), a=linear(4, 4), b=linear(4, 4))
    yield Network(
        "input_second_quantized",
        "interface",
        two,
        normals((3, 4), (3, 4)),
        prepare_custom=PrepareCustomConfig().set_input_quantized_indexes([1]),
        converted_inputs=lambda i: (
            torch.randn(3, 4),
            torch.quantize_per_tensor(torch.randn(3, 4), 0.03, 60, torch.quint8),
        ),
    )
    yield Network(
        "input_and_output_quantized",
        "interface",
        chain(linear(4, 4), nn.ReLU),
        normal(3, 4),
        prepare_custom=PrepareCustomConfig().set_input_quantized_indexes([0]).set_output_quantized_indexes([0]),
        converted_inputs=quantized(3, 4),
    )
    yield Network(
        "input_quantized_conv",
        "interface",
        module(lambda m, x: F.relu(m.a(x)) + m.b(x), a=conv(3, 4), b=conv(3, 4)),
        normal(2, 3, 5, 5),
        prepare_custom=PrepareCustomConfig().set_input_quantized_indexes([0]),
        converted_inputs=quantized(2, 3, 5, 5),
        engine="fbgemm",
    )
    yield Network(
        "input_quantized_pool_first",
        "interface",
        module(lambda m, x: m.a(F.max_pool2d(x, 2)), a=conv(3, 4)),
        normal(2, 3, 8, 8),
        prepare_custom=PrepareCustomConfig().set_input_quantized_indexes([0]),
        converted_inputs=quantized(2, 3, 8, 8),
    )
    yield Network(
        "output_quantized_tuple",
        "interface",
        two,
        normals((3, 4), (3, 4)),
        prepare_custom=PrepareCustomConfig().set_output_quantized_indexes([0]),
    )
    yield Network(
        "output_quantized_float_op",
        "interface",
        module(lambda m, x: torch.sin(m.a(x)), a=linear(4, 4)),
        normal(3, 4),
        prepare_custom=PrepareCustomConfig().set_output_quantized_indexes([0]),
    )
    outputs = {
        "list": lambda m, x: [m.a(x), x],
        "dict_nested": lambda m, x: {"a": m.a(x), "rest": (m.b(x), {"x": x})},
        "same_twice": lambda m, x: (m.a(x), m.a(x)),
        "chunks": lambda m, x: m.a(x).chunk(2, 1),
        "none_and_tuple": lambda m, x: (m.a(x), None, (m.b(x), None)),
        "inner": lambda m, x: (m.b(m.a(x)), m.a(x)),
        "shape": lambda m, x: (m.a(x), x.size(0)),
    }
    for name, f in outputs.items():
        yield Network(f"output_{name}_of_linear", "interface", module(f, a=linear(4, 4), b=linear(4, 4)), normal(3, 4))
    yield Network(
        "input_optional",
        "interface",
        module(lambda m, x, y=None: m.a(x) if y is None else m.a(x + y), a=linear(4, 4)),
        normal(3, 4),
    )
    yield Network(
        "input_list",
        "interface",
        module(lambda m, xs: m.a(xs[0]) + m.a(xs[1]), a=linear(4, 4)),
        lambda i: ([torch.randn(3, 4), torch.randn(3, 4)],),
    )
    yield Network(
        "input_dict",
        "interface",
        module(lambda m, d: m.a(d["left"]) * d["right"], a=linear(4, 4)),
        lambda i: ({"left": torch.randn(3, 4), "right": torch.randn(3, 4)},),
    )
    yield Network(
        "input_unused_and_passed",
        "interface",
        module(lambda m, x, y, z: (m.a(x), z), a=linear(4, 4)),
        normals((3, 4), (2, 2), (1, 3)),
    )
    yield Network(
        "input_used_by_many",
        "interface",
        module(lambda m, x: m.a(x) + m.b(x) + x * m.a(x), a=linear(4, 4), b=linear(4, 4)),
        normal(3, 4),
    )
    yield Network(
        "scalar_input",
        "interface",
        module(lambda m, x, s: m.a(x) * s, a=linear(4, 4)),
        lambda i: (torch.randn(3, 4), 2.5),
    )


def options():
    skip = QConfigMapping().set_global(default_qconfig)
    for part in ("stem", "body", "head"):
        given = QConfigMapping().set_global(default_qconfig).set_module_name(part, None)
        yield Network(
            f"convert_skip_{part}",
            "convert_options",
            named(),
            normal(2, 3, 7, 7),
            mapping=QConfigMapping().set_global(default_qconfig).set_module_name(part, default_qconfig),
            convert_mapping=given,
        )
    yield Network(
        "convert_skip_linear_type",
        "convert_options",
        named(),
        normal(2, 3, 7, 7),
        mapping=QConfigMapping().set_global(default_qconfig).set_object_type(nn.Linear, default_qconfig),
        convert_mapping=QConfigMapping().set_global(default_qconfig).set_object_type(nn.Linear, None),
    )
    yield Network(
        "convert_changed_mapping",
        "convert_options",
        named(),
        normal(2, 3, 7, 7),
        mapping=skip,
        convert_mapping=QConfigMapping().set_global(SMALL),
    )
    yield Network(
        "keep_weights_mlp",
        "convert_options",
        chain(linear(4, 5), nn.ReLU, linear(5, 3, bias=False)),
        normal(3, 4),
        convert_options={"keep_original_weights": True},
    )
    yield Network(
        "keep_weights_functional",
        "convert_options",
        module(lambda m, x: F.linear(x, m.w, m.b), w=lambda: torch.randn(3, 4), b=lambda: torch.randn(3)),
        normal(3, 4),
        convert_options={"keep_original_weights": True},
    )
    yield Network(
        "keep_qconfigs_named",
        "convert_options",
        named(),
        normal(2, 3, 7, 7),
        convert_options={"_remove_qconfig": False},
    )
    preserved = module(lambda m, x: m.a(x), a=linear(4, 3))

    def attributed():
        out = preserved()
        out.first, out.second = "first", "second"
        return out

    yield Network(
        "preserved_two",
        "attributes",
        attributed,
        normal(3, 4),
        prepare_custom=PrepareCustomConfig().set_preserved_attributes(["first", "second"]),
        convert_custom=ConvertCustomConfig().set_preserved_attributes(["second"]),
    )
    yield Network(
        "preserved_until_prepare",
        "attributes",
        attributed,
        normal(3, 4),
        prepare_custom=PrepareCustomConfig().set_preserved_attributes(["second"]),
    )

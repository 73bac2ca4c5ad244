"""Linear layers, norms, embeddings, recurrent layers and attention; static, dynamic, weight-only and float16."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.ao.quantization import (
    MinMaxObserver,
    PlaceholderObserver,
    QConfig,
    QConfigMapping,
    default_dynamic_qconfig,
    float16_dynamic_qconfig,
    float16_static_qconfig,
    float_qparams_weight_only_qconfig,
    float_qparams_weight_only_qconfig_4bit,
    get_default_qconfig_mapping,
    per_channel_dynamic_qconfig,
)

from models import batch_norm, chain, conv, linear, module, normal, normals
from network import Network


def networks():
    yield from linears()
    yield from norms()
    yield from dynamic()
    yield from recurrent()
    yield from embeddings()
    yield from attention()


def linears():
    for i, engine in enumerate(("x86", "fbgemm", "qnnpack", "onednn")):
        backend = engine if i > 1 else None
        yield Network(
            f"linear_three_dimensions_{engine}",
            "linear",
            module(lambda m, x: m.a(x), a=linear(6, 5)),
            normal(2, 3, 6),
            engine=engine,
            backend=backend,
        )
        yield Network(
            f"linear_relu_chain_{engine}",
            "linear",
            chain(linear(6, 8), nn.ReLU, linear(8, 5, bias=False), lambda: nn.ReLU(True), linear(5, 2)),
            normal(3, 6),
            engine=engine,
            backend=backend,
        )
        yield Network(
            f"linear_functional_full_{engine}",
            "linear",
            module(
                lambda m, x: F.relu(F.linear(x, m.w, m.b)),
                w=lambda: torch.randn(4, 6),
                b=lambda: nn.Parameter(torch.randn(4)),
            ),
            normal(3, 6),
            engine=engine,
            backend=backend,
        )
        yield Network(
            f"linear_functional_no_bias_{engine}",
            "linear",
            module(
                lambda m, x: F.linear(F.linear(x, m.w), m.v), w=lambda: torch.randn(4, 6), v=lambda: torch.randn(3, 4)
            ),
            normal(3, 6),
            engine=engine,
            backend=backend,
        )
    yield Network(
        "linear_bn1d_relu_linear",
        "linear",
        chain(linear(6, 5), batch_norm(5, 1), nn.ReLU, linear(5, 3, bias=False), batch_norm(3, 1)),
        normal(4, 6),
    )
    yield Network(
        "linear_bn1d_functional_relu",
        "linear",
        module(lambda m, x: F.relu(m.n(m.a(x))), a=linear(6, 5), n=batch_norm(5, 1)),
        normal(4, 6),
        engine="fbgemm",
    )
    yield Network(
        "linear_functional_kwargs_all",
        "linear",
        module(
            lambda m, x: F.linear(input=x, weight=m.w, bias=m.b), w=lambda: torch.randn(4, 6), b=lambda: torch.randn(4)
        ),
        normal(3, 6),
    )
    yield Network(
        "linear_functional_bias_keyword",
        "linear",
        module(lambda m, x: F.linear(x, m.w, bias=m.b), w=lambda: torch.randn(4, 6), b=lambda: torch.randn(4)),
        normal(3, 6),
    )
    yield Network(
        "linear_leaky_functional_onednn",
        "linear",
        module(lambda m, x: F.leaky_relu(m.a(x), 0.2), a=linear(6, 5)),
        normal(3, 6),
        engine="onednn",
        backend="onednn",
    )
    yield Network(
        "linear_bn_leaky_onednn",
        "linear",
        chain(linear(6, 5), batch_norm(5, 1), lambda: nn.LeakyReLU(0.1)),
        normal(3, 6),
        engine="onednn",
        backend="onednn",
    )
    yield Network("linear_vector", "linear", module(lambda m, x: m.a(x), a=linear(6, 5)), normal(6))
    yield Network("linear_identity_chain", "linear", chain(linear(6, 5), nn.Identity, nn.ReLU), normal(3, 6))
    yield Network("linear_dropout_relu", "linear", chain(linear(6, 5), nn.Dropout, nn.ReLU, linear(5, 2)), normal(3, 6))
    yield Network(
        "linear_bilinear_stays_float",
        "linear",
        module(lambda m, x: m.b(m.a(x).abs().sqrt()), a=linear(6, 5), b=linear(5, 2)),
        normal(3, 6),
    )


def norms():
    kinds = {
        "layer_norm_no_affine": (lambda: nn.LayerNorm(4, elementwise_affine=False), linear(6, 4), (3, 6)),
        "layer_norm_two_axes": (lambda: nn.LayerNorm((5, 4)), linear(6, 4), (3, 5, 6)),
        "layer_norm_no_bias": (lambda: nn.LayerNorm(4, bias=False), linear(6, 4), (3, 6)),
        "group_norm": (lambda: nn.GroupNorm(2, 4, eps=1e-3), conv(3, 4), (2, 3, 6, 6)),
        "group_norm_no_affine": (lambda: nn.GroupNorm(4, 4, affine=False), conv(3, 4), (2, 3, 6, 6)),
        "instance_norm1d": (lambda: nn.InstanceNorm1d(4), conv(3, 4, 3, 1), (2, 3, 9)),
        "instance_norm2d": (lambda: nn.InstanceNorm2d(4, affine=True), conv(3, 4), (2, 3, 6, 6)),
        "instance_norm3d": (lambda: nn.InstanceNorm3d(4, affine=True), conv(3, 4, 2, 3), (2, 3, 4, 4, 4)),
        "instance_norm_statistics": (
            lambda: nn.InstanceNorm2d(4, affine=True, track_running_stats=True),
            conv(3, 4),
            (2, 3, 6, 6),
        ),
        "batch_norm1d_of_linear_3d": (lambda: nn.BatchNorm1d(5), linear(6, 4), (3, 5, 6)),
        "batch_norm3d": (lambda: nn.BatchNorm3d(4), lambda: nn.Hardswish(), (2, 4, 3, 4, 4)),
        "batch_norm2d_first": (lambda: nn.BatchNorm2d(4), lambda: nn.MaxPool2d(2), (2, 4, 6, 6)),
    }
    for i, (name, (norm, layer, shape)) in enumerate(kinds.items()):
        yield Network(
            f"norm_{name}",
            "norm",
            module(lambda m, x: m.n(m.a(x)), a=layer, n=norm),
            normal(*shape),
            engine=("x86", "fbgemm")[i % 2],
        )
    functions = {
        "layer_norm": lambda m, x: F.layer_norm(m.a(x), (4,), m.w, m.b, 1e-4),
        "layer_norm_plain": lambda m, x: F.layer_norm(m.a(x), [4]),
        "layer_norm_keywords": lambda m, x: F.layer_norm(m.a(x), normalized_shape=(4,), weight=m.w, bias=m.b),
    }
    for name, f in functions.items():
        yield Network(
            f"norm_function_{name}",
            "norm",
            module(f, a=linear(6, 4), w=lambda: torch.rand(4) + 0.5, b=lambda: torch.randn(4)),
            normal(3, 6),
        )
    yield Network(
        "norm_function_instance",
        "norm",
        module(
            lambda m, x: F.instance_norm(m.a(x), weight=m.w, bias=m.b),
            a=conv(3, 4),
            w=lambda: torch.rand(4),
            b=lambda: torch.randn(4),
        ),
        normal(2, 3, 6, 6),
    )
    yield Network(
        "norm_function_group",
        "norm",
        module(
            lambda m, x: F.group_norm(m.a(x), 2, m.w, m.b),
            a=conv(3, 4),
            w=lambda: torch.rand(4),
            b=lambda: torch.randn(4),
        ),
        normal(2, 3, 6, 6),
    )
    yield Network("norm_bn3d_relu", "norm", chain(batch_norm(3, 3), nn.ReLU), normal(2, 3, 4, 4, 4))
    yield Network(
        "norm_bn2d_functional_relu_add",
        "norm",
        module(lambda m, x: F.relu(m.n(x)) + x, n=batch_norm(3, 2)),
        normal(2, 3, 4, 4),
    )


def dynamic():
    global_dynamic = QConfigMapping().set_global(default_dynamic_qconfig)
    kinds = {
        "default": default_dynamic_qconfig,
        "per_channel": per_channel_dynamic_qconfig,
        "float16": float16_dynamic_qconfig,
    }
    for name, q in kinds.items():
        for engine in ("x86", "qnnpack"):
            if name == "per_channel" and engine == "qnnpack":
                continue
            mapping = QConfigMapping().set_global(q)
            yield Network(
                f"dynamic_mlp_{name}_{engine}",
                "dynamic",
                chain(linear(6, 8), nn.ReLU, linear(8, 4, bias=False)),
                normal(3, 6),
                engine=engine,
                mapping=mapping,
            )
            yield Network(
                f"dynamic_functional_{name}_{engine}",
                "dynamic",
                module(
                    lambda m, x: F.linear(F.relu(F.linear(x, m.w, m.b)), m.v),
                    w=lambda: torch.randn(5, 6),
                    b=lambda: torch.randn(5),
                    v=lambda: torch.randn(3, 5),
                ),
                normal(2, 3, 6),
                engine=engine,
                mapping=mapping,
            )
    for d in (1, 2, 3):
        yield Network(
            f"dynamic_conv{d}d",
            "dynamic",
            module(lambda m, x: m.b(m.a(x)), a=conv(3, 4, 2, d), b=conv(4, 2, 2, d)),
            normal(1, 3, *(5,) * d),
            mapping=global_dynamic,
        )
    yield Network(
        "dynamic_two_users",
        "dynamic",
        module(lambda m, x: m.a(x) + m.b(x), a=linear(6, 4), b=linear(6, 4)),
        normal(3, 6),
        mapping=global_dynamic,
    )
    yield Network(
        "dynamic_by_name",
        "dynamic",
        chain(linear(6, 5), linear(5, 4)),
        normal(3, 6),
        mapping=QConfigMapping().set_module_name("1", per_channel_dynamic_qconfig),
    )
    yield Network(
        "dynamic_and_none",
        "dynamic",
        chain(linear(6, 5), linear(5, 4)),
        normal(3, 6),
        mapping=QConfigMapping().set_object_type(nn.Linear, default_dynamic_qconfig).set_module_name("0", None),
    )
    reduced = QConfig(
        PlaceholderObserver.with_args(dtype=torch.quint8, is_dynamic=True, quant_min=0, quant_max=127),
        MinMaxObserver.with_args(dtype=torch.qint8, qscheme=torch.per_tensor_symmetric),
    )
    yield Network(
        "dynamic_seven_bits",
        "dynamic",
        chain(linear(6, 5), linear(5, 4)),
        normal(3, 6),
        mapping=QConfigMapping().set_global(reduced),
        engine="fbgemm",
    )
    yield Network(
        "dynamic_large_inputs", "dynamic", chain(linear(6, 5)), normal(3, 6, scale=50.0), mapping=global_dynamic
    )
    yield Network(
        "float16_static_mlp",
        "float16",
        chain(linear(6, 5), nn.ReLU, linear(5, 2)),
        normal(3, 6),
        mapping=QConfigMapping().set_global(float16_static_qconfig),
    )


def recurrent():
    q = {"qint8": default_dynamic_qconfig, "float16": float16_dynamic_qconfig}
    settings = {
        "plain": dict(),
        "two_layers": dict(num_layers=2),
        "bidirectional": dict(bidirectional=True),
        "batch_first": dict(batch_first=True),
        "all": dict(
            num_layers=2, bidirectional=True, batch_first=True
        ),  # reference forms of PyTorch never stop dropping out
    }
    for kind in (nn.LSTM, nn.GRU):
        for name, kwargs in settings.items():
            for tag, qconfig in q.items():
                if tag == "float16" and name in ("plain", "batch_first"):
                    continue
                yield Network(
                    f"dynamic_{kind.__name__.lower()}_{name}_{tag}",
                    "dynamic",
                    module(lambda m, x: m.r(x), r=made(kind, 4, 5, **kwargs)),
                    normal(3, 2, 4),
                    mapping=QConfigMapping().set_global(qconfig),
                    engine="x86" if name != "all" else "fbgemm",
                )
    for kind in (nn.LSTM, nn.GRU):
        for layers in (1, 2):
            yield Network(
                f"dynamic_{kind.__name__.lower()}_no_bias_{layers}",
                "dynamic",
                module(lambda m, x: m.r(x), r=made(kind, 4, 8, num_layers=layers, bias=False)),
                normal(6, 2, 4),
                mapping=QConfigMapping().set_global(default_dynamic_qconfig),
            )
    yield Network(
        "dynamic_lstm_given_state",
        "dynamic",
        module(lambda m, x, h, c: m.r(x, (h, c)), r=made(nn.LSTM, 4, 5)),
        normals((3, 2, 4), (1, 2, 5), (1, 2, 5)),
        mapping=QConfigMapping().set_global(default_dynamic_qconfig),
    )
    yield Network(
        "dynamic_gru_given_state",
        "dynamic",
        module(lambda m, x, h: m.r(x, h)[0], r=made(nn.GRU, 4, 5)),
        normals((3, 2, 4), (1, 2, 5)),
        mapping=QConfigMapping().set_global(default_dynamic_qconfig),
    )
    yield Network(
        "dynamic_lstm_last_step",
        "dynamic",
        module(lambda m, x: m.f(m.r(x)[0][:, -1]), r=made(nn.LSTM, 4, 5, batch_first=True), f=linear(5, 2)),
        normal(2, 3, 4),
        mapping=QConfigMapping()
        .set_object_type(nn.LSTM, default_dynamic_qconfig)
        .set_object_type(nn.Linear, per_channel_dynamic_qconfig),
    )
    for kind in (nn.LSTMCell, nn.GRUCell, nn.RNNCell):
        name = kind.__name__.lower()
        yield Network(
            f"dynamic_{name}_no_state",
            "dynamic",
            module(lambda m, x: m.r(x), r=made(kind, 4, 5)),
            normal(3, 4),
            mapping=QConfigMapping().set_global(default_dynamic_qconfig),
        )
        yield Network(
            f"dynamic_{name}_qnnpack",
            "dynamic",
            module(lambda m, x: m.r(x), r=made(kind, 4, 5)),
            normal(3, 4),
            mapping=QConfigMapping().set_global(default_dynamic_qconfig),
            engine="qnnpack",
        )
        yield Network(
            f"dynamic_{name}_float16",
            "dynamic",
            module(lambda m, x: m.r(x), r=made(kind, 4, 5)),
            normal(3, 4),
            mapping=QConfigMapping().set_global(float16_dynamic_qconfig),
        )
    yield Network(
        "dynamic_rnncell_relu",
        "dynamic",
        module(lambda m, x: m.r(x), r=made(nn.RNNCell, 4, 5, nonlinearity="relu")),
        normal(3, 4),
        mapping=QConfigMapping().set_global(default_dynamic_qconfig),
    )
    yield Network(
        "static_default_with_lstm",
        "dynamic",
        module(lambda m, x: m.f(m.r(x)[0]), r=made(nn.LSTM, 4, 5), f=linear(5, 2)),
        normal(3, 2, 4),
    )


def made(kind, *args, **kwargs):
    return lambda: kind(*args, **kwargs)


def embeddings():
    for bits, q in (("8bit", float_qparams_weight_only_qconfig), ("4bit", float_qparams_weight_only_qconfig_4bit)):
        mapping = QConfigMapping().set_object_type(nn.Embedding, q).set_object_type(nn.EmbeddingBag, q)
        yield Network(
            f"embedding_two_axes_{bits}",
            "embedding",
            module(lambda m, i: m.e(i), e=made(nn.Embedding, 12, 6)),
            indices(12, 3, 4),
            mapping=mapping,
        )
        yield Network(
            f"embedding_padding_{bits}",
            "embedding",
            module(lambda m, i: m.f(m.e(i)), e=made(nn.Embedding, 12, 8, padding_idx=0), f=linear(8, 3)),
            indices(12, 5),
            mapping=mapping,
            engine="fbgemm",
        )
        yield Network(
            f"embedding_bag_offsets_{bits}",
            "embedding",
            module(lambda m, i, o: m.e(i, o), e=made(nn.EmbeddingBag, 12, 8, mode="sum")),
            offsets(12, 0, 2, 5),
            mapping=mapping,
        )
        yield Network(
            f"embedding_bag_last_offset_{bits}",
            "embedding",
            module(lambda m, i, o: m.e(i, o), e=made(nn.EmbeddingBag, 12, 16, mode="sum", include_last_offset=True)),
            offsets(12, 0, 3, 3, 7),
            mapping=mapping,
            engine="fbgemm",
        )
    both = (
        QConfigMapping()
        .set_global(default_dynamic_qconfig)
        .set_object_type(nn.Embedding, float_qparams_weight_only_qconfig)
    )
    yield Network(
        "embedding_and_dynamic_linear",
        "embedding",
        module(lambda m, i: m.f(m.e(i).mean(1)), e=made(nn.Embedding, 12, 6), f=linear(6, 3)),
        indices(12, 3, 4),
        mapping=both,
    )
    yield Network(
        "embedding_shared",
        "embedding",
        module(lambda m, i, j: m.e(i) + m.e(j), e=made(nn.Embedding, 12, 6)),
        lambda k: (torch.randint(0, 12, (4,)), torch.randint(0, 12, (4,))),
        mapping=both,
    )
    yield Network(
        "embedding_static_qnnpack",
        "embedding",
        module(lambda m, i: m.f(m.e(i)), e=made(nn.Embedding, 12, 6), f=linear(6, 3)),
        indices(12, 4),
        engine="qnnpack",
        backend="qnnpack",
    )
    yield Network(
        "embedding_4bit_beyond_range",  # evaluation values beyond the calibrated ones, in a decomposed form that does not run
        "embedding",
        module(lambda m, i, x: m.f(x) + m.e(i).mean(), e=made(nn.Embedding, 12, 6), f=linear(6, 3)),
        lambda k: (torch.randint(0, 12, (3,)), torch.randn(3, 6) * (1 if k < 2 else 4)),
        mapping=get_default_qconfig_mapping("x86").set_object_type(nn.Embedding, float_qparams_weight_only_qconfig_4bit),
    )
    yield Network(
        "embedding_functional",
        "embedding",
        module(lambda m, i: m.f(F.embedding(i, m.w)), w=lambda: torch.randn(12, 6), f=linear(6, 3)),
        indices(12, 4),
    )


def indices(n, *shape):
    return lambda k: (torch.randint(0, n, shape),)


def offsets(n, *starts):
    return lambda k: (torch.randint(0, n, (7,)), torch.tensor(starts))


def attention():
    def heads(m, x):
        b, n, c = x.shape
        q, k, v = m.qkv(x).reshape(b, n, 3, 2, c // 2).permute(2, 0, 3, 1, 4).unbind(0)
        a = F.softmax(torch.matmul(q, k.transpose(-2, -1)) * (c // 2) ** -0.5, dim=-1)
        return m.p(torch.matmul(a, v).transpose(1, 2).reshape(b, n, c))

    def fixed(m, x):
        q, k, v = m.q(x), m.k(x), m.v(x)
        return m.o(m.s(torch.bmm(q, k.transpose(1, 2)) / 2.0) @ v)

    yield Network("attention_by_hand", "block", module(heads, qkv=linear(8, 24), p=linear(8, 8)), normal(2, 5, 8))
    yield Network(
        "attention_softmax_module",
        "block",
        module(fixed, q=linear(6, 4), k=linear(6, 4), v=linear(6, 4), s=lambda: nn.Softmax(-1), o=linear(4, 6)),
        normal(2, 5, 6),
        engine="fbgemm",
    )

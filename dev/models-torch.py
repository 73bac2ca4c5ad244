#!/usr/bin/env python3
"""Exports a network as people do: dev/models-torch.py NETWORK ts|dynamo FILE, or --list for the names of the networks.

ts is PyTorch's TorchScript exporter with operator set 17, dynamo the other one as it is by default, with external data where it writes them;
the batch is open. Weights are random with a fixed seed, statistics of batch norms those of smooth random images, gains differ between channels:
activations have ordinary ranges, predictions mean nothing. Prints operator set, size, the most frequent operators, and how far ONNX Runtime is
from PyTorch at another batch size. Needs torch, torchvision, timm, onnx, onnxscript and onnxruntime.
"""
import collections
import logging
import math
import re
import sys
import warnings
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

SEED = 0
LAYERS_THAT_START_AT_ZERO = ("gamma", "head.weight", "heads.head.weight", "layer_scale", "layer_scale1.scale", "layer_scale2.scale")


def load_torchvision():
    """torchvision, also where its compiled operators do not load: the networks here use none"""
    library = torch.library.Library("torchvision", "DEF")
    while True:
        try:
            import torchvision

            return torchvision, library
        except RuntimeError as error:
            missing = re.match(r"operator torchvision::(\w+) does not exist", str(error))
            if not missing:
                raise
            library.define(missing.group(1) + "(Tensor x) -> Tensor")
            for name in [name for name in sys.modules if name.startswith("torchvision")]:
                del sys.modules[name]


torchvision, _library = load_torchvision()
import timm  # noqa: E402  it reads torchvision


class Image:
    """a network of images: how it is made, and the width of its images"""

    names = ["input"]

    def __init__(self, make, size=224):
        self.make, self.size = make, size

    def inputs(self, batch, generator):
        sizes = (4, 14, 56, self.size)
        noise = [torch.randn(batch, 3, s, s, generator=generator) for s in sizes]
        return (sum(F.interpolate(n, self.size, mode="bilinear") for n in noise) / 2,)


class Tokens:
    """a network of token ids with BERT's three inputs"""

    names = ["input_ids", "attention_mask", "token_type_ids"]

    def __init__(self, make, length=64, words=30522):
        self.make, self.length, self.words = make, length, words

    def inputs(self, batch, generator):
        ids = torch.randint(0, self.words, (batch, self.length), generator=generator)
        lengths = torch.randint(self.length // 4, self.length + 1, (batch, 1), generator=generator)
        mask = (torch.arange(self.length)[None] < lengths).long()
        return ids * mask, mask, torch.zeros_like(ids)


class Sequence:
    """a network of sequences of numbers"""

    names = ["input"]

    def __init__(self, make, length=50, width=40):
        self.make, self.length, self.width = make, length, width

    def inputs(self, batch, generator):
        return (torch.randn(batch, self.length, self.width, generator=generator),)


class Bert(nn.Module):
    """BERT's encoder: GELU, layer norm behind every sum, tanh pooler"""

    def __init__(self, vocabulary=30522, width=768, layers=12, heads=12, hidden=3072, positions=512):
        super().__init__()
        self.width, self.heads = width, heads
        self.word, self.position, self.kind = (nn.Embedding(n, width) for n in (vocabulary, positions, 2))
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.layers = nn.ModuleList(
            nn.ModuleDict(
                dict(
                    query=nn.Linear(width, width),
                    key=nn.Linear(width, width),
                    value=nn.Linear(width, width),
                    out=nn.Linear(width, width),
                    norm1=nn.LayerNorm(width, eps=1e-12),
                    up=nn.Linear(width, hidden),
                    down=nn.Linear(hidden, width),
                    norm2=nn.LayerNorm(width, eps=1e-12),
                )
            )
            for _ in range(layers)
        )
        self.pool = nn.Linear(width, width)
        for module in self.modules():
            if isinstance(module, (nn.Linear, nn.Embedding)):
                nn.init.normal_(module.weight, std=0.02)
                if isinstance(module, nn.Linear):
                    nn.init.normal_(module.bias, std=0.02)

    def forward(self, input_ids, attention_mask, token_type_ids):
        batch, length = input_ids.shape
        places = self.position(torch.arange(length, device=input_ids.device))[None]
        state = self.norm(self.word(input_ids) + places + self.kind(token_type_ids))
        mask = (1.0 - attention_mask[:, None, None, :].float()) * -10000.0
        shape = (batch, length, self.heads, self.width // self.heads)
        for layer in self.layers:
            query, key, value = (layer[n](state).reshape(shape).transpose(1, 2) for n in ("query", "key", "value"))
            scores = torch.matmul(query, key.transpose(-1, -2)) / math.sqrt(shape[3]) + mask
            mixed = torch.matmul(torch.softmax(scores, -1), value).transpose(1, 2).reshape(batch, length, self.width)
            state = layer["norm1"](state + layer["out"](mixed))
            state = layer["norm2"](state + layer["down"](F.gelu(layer["up"](state))))
        return state, torch.tanh(self.pool(state[:, 0]))


def block(inputs, outputs, stride=1, act=nn.ReLU):
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), act())


class UNet(nn.Module):
    """three levels; transposed convolution and bilinear interpolation on the way up"""

    def __init__(self, width=16, classes=4):
        super().__init__()
        self.down1, self.down2, self.down3 = block(3, width), block(width, 2 * width), block(2 * width, 4 * width)
        self.up2, self.merge2 = nn.ConvTranspose2d(4 * width, 2 * width, 2, 2), block(4 * width, 2 * width)
        self.up1 = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True)
        self.merge1, self.head = block(3 * width, width), nn.Conv2d(width, classes, 1)

    def forward(self, x):
        one = self.down1(x)
        two = self.down2(F.max_pool2d(one, 2))
        three = self.down3(F.max_pool2d(two, 2))
        two = self.merge2(torch.cat([self.up2(three), two], 1))
        return self.head(self.merge1(torch.cat([self.up1(two), one], 1)))


class Yolo(nn.Module):
    """split and joined blocks, pooled pyramid, nearest neighbours, boxes by a softmax over distances, as YOLO's later versions have them"""

    class Split(nn.Module):
        def __init__(self, width):
            super().__init__()
            self.enter, self.inner = block(width, width, act=nn.SiLU), block(width // 2, width // 2, act=nn.SiLU)
            self.leave = block(width + width // 2, width, act=nn.SiLU)

        def forward(self, x):
            parts = list(self.enter(x).chunk(2, 1))
            parts.append(parts[-1] + self.inner(parts[-1]))
            return self.leave(torch.cat(parts, 1))

    def __init__(self, width=16, classes=5, bins=16):
        super().__init__()
        self.classes, self.bins = classes, bins
        self.stem = nn.Sequential(block(3, width, 2, nn.SiLU), block(width, 2 * width, 2, nn.SiLU))
        self.one = nn.Sequential(block(2 * width, 2 * width, 2, nn.SiLU), Yolo.Split(2 * width))
        self.two = nn.Sequential(block(2 * width, 4 * width, 2, nn.SiLU), Yolo.Split(4 * width))
        self.pool, self.mix = nn.MaxPool2d(5, 1, 2), block(16 * width, 4 * width, act=nn.SiLU)
        self.join = block(6 * width, 2 * width, act=nn.SiLU)
        self.heads = nn.ModuleList(nn.Conv2d(n, 4 * bins + classes, 1) for n in (2 * width, 4 * width))
        self.register_buffer("steps", torch.arange(bins, dtype=torch.float32))

    def forward(self, x):
        one = self.one(self.stem(x))
        two = self.two(one)
        pooled = [two]
        for _ in range(3):
            pooled.append(self.pool(pooled[-1]))
        two = self.mix(torch.cat(pooled, 1))
        one = self.join(torch.cat([F.interpolate(two, scale_factor=2.0, mode="nearest"), one], 1))
        maps = [head(level) for head, level in zip(self.heads, (one, two))]
        raw = torch.cat([m.view(m.shape[0], 4 * self.bins + self.classes, -1) for m in maps], 2)
        boxes, scores = raw.split((4 * self.bins, self.classes), 1)
        boxes = boxes.view(boxes.shape[0], 4, self.bins, -1).permute(0, 1, 3, 2).softmax(-1) @ self.steps
        centers, strides = [], []
        for m, stride in zip(maps, (8, 16)):
            rows, columns = torch.meshgrid(torch.arange(m.shape[2]) + 0.5, torch.arange(m.shape[3]) + 0.5, indexing="ij")
            centers.append(torch.stack((columns, rows)).view(2, -1))
            strides.append(torch.full((1, m.shape[2] * m.shape[3]), float(stride)))
        centers, strides = torch.cat(centers, 1), torch.cat(strides, 1)
        low, high = boxes.chunk(2, 1)
        low, high = centers - low, centers + high
        return torch.cat(((low + high) / 2 * strides, (high - low) * strides, scores.sigmoid()), 1)


class Segments(nn.Module):
    """a backbone whose last map is classified and stretched to the size of the image"""

    def __init__(self):
        super().__init__()
        self.net = torchvision.models.segmentation.lraspp_mobilenet_v3_large(weights=None, weights_backbone=None, num_classes=6)

    def forward(self, x):
        return self.net(x)["out"]


class Encoder(nn.Module):
    """torch.nn.TransformerEncoder over vectors, averaged"""

    def __init__(self, width=40, classes=6):
        super().__init__()
        layer = nn.TransformerEncoderLayer(width, 4, 80, activation="gelu", batch_first=True, norm_first=True)
        self.encoder, self.head = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False), nn.Linear(width, classes)

    def forward(self, x):
        return self.head(self.encoder(x).mean(1))


class Recurrent(nn.Module):
    """a recurrent layer between two linear ones; the last state of every direction is classified"""

    def __init__(self, kind, width=40, hidden=32, classes=6, **options):
        super().__init__()
        self.enter = nn.Linear(width, width)
        self.layer = kind(width, hidden, batch_first=True, **options)
        self.head = nn.Linear(hidden * (2 if options.get("bidirectional") else 1), classes)

    def forward(self, x):
        out, _ = self.layer(torch.relu(self.enter(x)))
        return self.head(out[:, -1])


def tv(name):
    return lambda: getattr(torchvision.models, name)(weights=None)


def ti(name, **options):
    return lambda: timm.create_model(name, pretrained=False, **options)


NETWORKS = {
    **{
        n: Image(tv(n))
        for n in """resnet18 resnet50 mobilenet_v2 mobilenet_v3_large efficientnet_b0 regnet_y_800mf densenet121 squeezenet1_1
        shufflenet_v2_x1_0 vit_b_16 swin_t convnext_tiny""".split()
    },
    "googlenet": Image(lambda: torchvision.models.googlenet(weights=None, aux_logits=False, init_weights=True)),
    "bert": Tokens(Bert),
    "bert_base": Tokens(Bert, length=128),
    "minilm": Tokens(lambda: Bert(width=384, layers=6, hidden=1536), length=128),
    "mobilenetv4": Image(ti("mobilenetv4_conv_small")),
    "efficientvit": Image(ti("efficientvit_b0")),
    "levit": Image(ti("levit_128s")),
    "poolformer": Image(ti("poolformer_s12")),
    "unet": Image(UNet, 64),
    "yolo": Image(Yolo, 128),
    "segments": Image(Segments),
    "encoder": Sequence(Encoder),
    "lstm": Sequence(lambda: Recurrent(nn.LSTM, num_layers=2, bidirectional=True)),
    "gru": Sequence(lambda: Recurrent(nn.GRU)),
}


def realistic(net, images):
    """gains and shifts a little different in every channel, and batch norms that know their inputs' statistics"""
    generator = torch.Generator().manual_seed(SEED)
    for name, weight in net.named_parameters():
        if name.endswith(LAYERS_THAT_START_AT_ZERO):
            noise = torch.randn(weight.shape, generator=generator)
            weight.data = 0.02 * noise if name.endswith(".weight") else 0.2 + 0.05 * noise
    norms = [m for m in net.modules() if isinstance(m, (nn.BatchNorm1d, nn.BatchNorm2d))]
    for norm in norms:
        norm.weight.data = 1 + 0.25 * torch.randn(norm.weight.shape, generator=generator)
        norm.bias.data = 0.2 * torch.randn(norm.bias.shape, generator=generator)
        norm.momentum = None
        norm.reset_running_stats()
    if norms:
        net.train()
        for module in net.modules():
            if isinstance(module, nn.Dropout) or type(module).__name__ in ("StochasticDepth", "DropPath"):
                module.eval()
        with torch.no_grad():
            net(*images.inputs(8, generator))
    return net.eval()


def build(name):
    """the network with its weights; dev/models-peers.py quantizes it"""
    torch.manual_seed(SEED)
    kind = NETWORKS[name]
    net = kind.make().eval()
    return realistic(net, kind) if isinstance(kind, Image) else net


def export(name, exporter, file):
    import onnx
    import onnxruntime

    kind = NETWORKS[name]
    net = build(name)
    generator = torch.Generator().manual_seed(SEED + 1)
    arguments, others = kind.inputs(2, generator), kind.inputs(3, generator)
    with torch.no_grad():
        expected = net(*others)
    expected = expected if isinstance(expected, tuple) else (expected,)
    outputs = ["output"] if len(expected) == 1 else [f"output{i}" for i in range(len(expected))]
    options = dict(input_names=kind.names, output_names=outputs)
    if exporter == "ts":
        options |= dict(dynamo=False, opset_version=17, dynamic_axes={n: {0: "batch"} for n in kind.names + outputs})
    else:
        options |= dict(dynamo=True, verbose=False, dynamic_shapes=tuple({0: torch.export.Dim("batch")} for _ in kind.names))
    with torch.no_grad():
        torch.onnx.export(net, arguments, file, **options)
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    got = session.run(None, {n: o.numpy() for n, o in zip(kind.names, others)})
    error = max(float(abs(g - e.numpy()).max() / max(e.abs().max(), 1e-9)) for g, e in zip(got, expected))
    model = onnx.load(file, load_external_data=False)
    common = ", ".join(f"{n} {c}" for n, c in collections.Counter(n.op_type for n in model.graph.node).most_common(8))
    size = sum(f.stat().st_size for f in file.parent.glob(file.name + "*"))
    print(f"{name} by {exporter}: opset {model.opset_import[0].version}, {size:,} bytes, error {error:.1e}, {common}")


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    torch.set_num_threads(1)
    torch.backends.mha.set_fastpath_enabled(False)  # the fused attention does not export
    if sys.argv[1:] == ["--list"]:
        print("\n".join(NETWORKS))
    elif len(sys.argv) == 4 and sys.argv[1] in NETWORKS and sys.argv[2] in ("ts", "dynamo"):
        export(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
    else:
        sys.exit(__doc__.splitlines()[0])

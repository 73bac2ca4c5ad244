"""python generate.py   Writes what ONNX Runtime's optimizer (level EXTENDED) and quantizer make of a small BERT and a small convolutional
network into this folder: NAME/{model.onnx, in.K.npy, out.K.npy}, outputs by ONNX Runtime without optimizations. Written with torch 2.13,
onnx 1.23.1 and onnxruntime 1.30."""
import logging, math, pathlib, warnings

import numpy as np, onnx, onnxruntime as ort, torch
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_dynamic, quantize_static
from torch import nn

HERE = pathlib.Path(__file__).parent
warnings.simplefilter("ignore")
logging.disable(logging.WARNING)
torch.manual_seed(22)


class Layer(nn.Module):
    def __init__(self, width=16, heads=2):
        super().__init__()
        self.q, self.k, self.v, self.o = (nn.Linear(width, width) for _ in range(4))
        self.up, self.down = nn.Linear(width, 32), nn.Linear(32, width)
        self.n1, self.n2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.heads = heads

    def forward(self, x, mask):
        split = lambda t: t.view(t.size(0), t.size(1), self.heads, 8).permute(0, 2, 1, 3)
        q, k, v = split(self.q(x)), split(self.k(x)), split(self.v(x))
        w = torch.softmax(torch.matmul(q, k.transpose(-1, -2)) / math.sqrt(8) + mask, dim=-1)
        y = torch.matmul(w, v).permute(0, 2, 1, 3).contiguous()
        x = self.n1(x + self.o(y.view(y.size(0), y.size(1), 16)))
        return self.n2(x + self.down(nn.functional.gelu(self.up(x))))


class Bert(nn.Module):
    def __init__(self):
        super().__init__()
        self.words, self.positions, self.kinds = nn.Embedding(30, 16), nn.Embedding(8, 16), nn.Embedding(2, 16)
        self.norm, self.layers = nn.LayerNorm(16), nn.ModuleList([Layer(), Layer()])
        self.register_buffer("ids", torch.arange(8).expand(1, -1))

    def forward(self, words, mask, kinds):
        x = self.norm(self.words(words) + self.kinds(kinds) + self.positions(self.ids[:, : words.size(1)]))
        hidden = (1.0 - mask[:, None, None, :].to(torch.float32)) * -10000.0
        for layer in self.layers:
            x = layer(x, hidden)
        return x


class Convolutional(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.c = nn.Conv2d(3, 8, 3, padding=1), nn.Conv2d(8, 8, 3, padding=1, groups=8), nn.Conv2d(8, 8, 1)
        self.end = nn.Linear(16, 5)

    def forward(self, x):
        x = torch.relu(self.a(x))
        y = nn.functional.leaky_relu(self.c(self.b(x)), 0.1)
        x = nn.functional.avg_pool2d(nn.functional.max_pool2d(x + y, 2), 2)
        x = torch.cat([x * torch.sigmoid(y[:, :, ::4, ::4]), x], 1)
        return torch.softmax(self.end(x.mean((2, 3))), -1)


class Samples(CalibrationDataReader):
    def __init__(self, batches):
        self.batches = iter(batches)

    def get_next(self):
        return next(self.batches, None)


def export(model, name, args, names):
    path = HERE / (name + ".float.onnx")
    torch.onnx.export(model.eval(), args, path, input_names=names, output_names=["y"], opset_version=14, dynamo=False,
                      dynamic_axes={n: {0: "batch"} for n in names})
    return path


def optimized(source, name, level=ort.GraphOptimizationLevel.ORT_ENABLE_EXTENDED):
    options = ort.SessionOptions()
    options.graph_optimization_level = level
    options.optimized_model_filepath = str(HERE / (name + ".tmp.onnx"))
    ort.InferenceSession(source, options, providers=["CPUExecutionProvider"])
    return pathlib.Path(options.optimized_model_filepath)


def record(path, name, feed):
    folder = HERE / name
    folder.mkdir(exist_ok=True)
    model = onnx.load(path)
    onnx.save(model, folder / "model.onnx")
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    out = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"]).run(None, feed)
    for i, v in enumerate(feed.values()):
        np.save(folder / f"in.{i}.npy", v)
    for i, v in enumerate(out):
        np.save(folder / f"out.{i}.npy", v)
    print(name, sorted({(n.domain + ":" if n.domain else "") + n.op_type for n in model.graph.node}))


def main():
    words = torch.randint(0, 30, (2, 8))
    mask = torch.tensor([[1] * 8, [1] * 5 + [0] * 3])
    kinds = torch.tensor([[0] * 4 + [1] * 4, [0] * 8])
    names = ["words", "mask", "kinds"]
    feed = {n: t.numpy() for n, t in zip(names, (words, mask, kinds))}
    bert = export(Bert(), "bert", (words, mask, kinds), names)
    record(optimized(bert, "a"), "bert_optimized", feed)
    quantize_dynamic(bert, HERE / "b.tmp.onnx", weight_type=QuantType.QInt8)
    record(HERE / "b.tmp.onnx", "bert_dynamic", feed)
    record(optimized(HERE / "b.tmp.onnx", "c"), "bert_dynamic_optimized", feed)
    images = torch.randn(2, 3, 16, 16)
    net = export(Convolutional(), "conv", (images,), ["x"])
    batches = lambda: Samples([{"x": torch.randn(4, 3, 16, 16).numpy()} for _ in range(8)])
    for form in (QuantFormat.QOperator, QuantFormat.QDQ):
        for per_channel in (False, True):
            name = f"conv_{form.name.lower()}" + ("_channels" if per_channel else "")
            quantize_static(net, HERE / "d.tmp.onnx", batches(), quant_format=form, per_channel=per_channel,
                            activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8)
            if form == QuantFormat.QOperator:
                record(HERE / "d.tmp.onnx", name, {"x": images.numpy()})
            elif not per_channel:
                record(optimized(HERE / "d.tmp.onnx", "e"), name + "_optimized", {"x": images.numpy()})
    for f in HERE.glob("*.onnx"):
        f.unlink()


main()

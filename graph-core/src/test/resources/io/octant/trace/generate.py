"""Records what torch.fx traces for the functions and methods that Octant's values have; PyTorch 2.13.

python generate.py > traced-calls.txt
"""
import operator

import torch
import torch.nn.functional as F


def text(value):
    if isinstance(value, torch.fx.Node):
        return "%" + value.name
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return "1.0E-5" if value == 1e-5 else str(value)
    if isinstance(value, str):
        return f"'{value}'"
    if isinstance(value, (list, tuple)):
        inside = ", ".join(map(text, value))
        if isinstance(value, list):
            return f"[{inside}]"
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    if isinstance(value, slice):
        return f"{value.start}:{value.stop}:{value.step}"
    return str(value)


def target(node):
    if node.op != "call_function":
        return node.target
    name = node.target.__name__
    if name == "getattr":
        return "builtins.getattr"
    for prefix, place in (("operator.", operator), ("torch.nn.functional.", F), ("torch.", torch)):
        if getattr(place, name, None) is node.target:
            return prefix + name
    # pooling functions are closures over their module's name
    return "torch.nn.functional." + node.name.rsplit("_", 1)[0] if name == "fn" else name


def calls(x, y, w, b):
    return [
        F.relu(x), F.relu6(x), F.hardswish(x), F.silu(x), F.mish(x), F.hardsigmoid(x), F.gelu(x),
        F.leaky_relu(x, 0.2), F.elu(x, 0.5), F.hardtanh(x, -2.0, 2.0), F.threshold(x, 0.1, 20.0),
        F.softmax(x, 1), F.log_softmax(x, 1), F.linear(x, w), F.linear(x, w, b),
        F.conv1d(x, w, b, (1,), (0,)), F.conv2d(x, w, b, (1, 2), (0, 1)),
        F.conv3d(x, w, b, (1, 1, 1), (0, 0, 0)),
        F.max_pool1d(x, 2), F.max_pool2d(x, 2), F.max_pool3d(x, 2),
        F.avg_pool1d(x, 2), F.avg_pool2d(x, 2), F.avg_pool3d(x, 2),
        F.adaptive_avg_pool1d(x, 2), F.adaptive_avg_pool2d(x, (2, 3)), F.adaptive_avg_pool3d(x, 2),
        F.layer_norm(x, (4,), w, b, 1e-5), F.dropout(x, 0.3, False),
        F.interpolate(x, scale_factor=2.0, mode="nearest"), F.pixel_shuffle(x, 2), F.embedding(x, w),
        torch.add(x, y), torch.sub(x, y), torch.mul(x, y), torch.div(x, 2.0), torch.matmul(x, y),
        torch.bmm(x, y), torch.relu(x), torch.sigmoid(x), torch.tanh(x), torch.sin(x), torch.cos(x),
        torch.exp(x), torch.sqrt(x), torch.abs(x), torch.softmax(x, dim=1), torch.cat([x, y], 1),
        torch.stack([x, y], 1), torch.chunk(x, 2, 1), torch.split(x, 2, 1), torch.flatten(x, 1),
        torch.reshape(x, (2, -1)), torch.permute(x, (1, 0)), torch.transpose(x, 0, 1),
        torch.squeeze(x, 1), torch.unsqueeze(x, 1), torch.clamp(x, -1.0, 1.0), torch.mean(x, (0, 1)),
        torch.ones_like(x), torch.zeros_like(x),
        x + y, x - y, x * 2.0, x / 2.0, x // 2, x**2, x @ y, -x, x[0],
        x.add(y), x.sub(y), x.mul(y), x.div(y), x.matmul(y), x.relu(), x.sigmoid(), x.tanh(),
        x.clamp(-1.0, 1.0), x.reshape(2, -1), x.view(2, -1), x.flatten(1), x.permute(1, 0),
        x.transpose(0, 1), x.squeeze(1), x.unsqueeze(1), x.expand(2, 4), x.repeat(2, 1),
        x.contiguous(), x.size(), x.size(1), x.mean((0, 1)), x.sum((0, 1)), x.softmax(1), x.chunk(2, 1),
        x.shape,
    ]


for node in torch.fx.symbolic_trace(calls).graph.nodes:
    if node.op.startswith("call"):
        args = [text(a) for a in node.args] + [f"{k}={text(v)}" for k, v in node.kwargs.items()]
        line = f"%{node.name} = {node.op} {target(node)}({', '.join(args)})"
        print(line.replace("_threshold", "threshold"))  # it hands itself on under a private name

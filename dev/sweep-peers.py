"""Accuracy of the files of conf/examples/digits-sweep.conf on all 1,000 test images by ONNX Runtime and PyTorch, beside Octant's: see docs/sweeps.md.

    ./octant sweep conf/examples/digits-sweep.conf --set data.evaluation.split=null -o out/digits-all
    dev/sweep-peers.py out/digits-all/leaderboard.json

Ends with 1 if two differ by more than 0.2 points. Run in the repository's root with torch, safetensors, onnxruntime, numpy and pyarrow."""
import json
import sys
import warnings
from pathlib import Path

import numpy as np
import onnxruntime
import pyarrow.parquet as pq
import torch
from safetensors.torch import load_file
from torch import nn
from torch.ao.quantization import get_default_qat_qconfig_mapping
from torch.ao.quantization.quantize_fx import convert_fx, prepare_qat_fx

FOLDER = Path("examples/models/digits-resnet")
POINTS = 0.2


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.relu1 = nn.ReLU()
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.down = None
        if inputs != outputs:
            self.down = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))
        self.relu2 = nn.ReLU()

    def forward(self, x):
        y = self.bn2(self.conv2(self.relu1(self.bn1(self.conv1(x)))))
        return self.relu2(y + (x if self.down is None else self.down(x)))


class Network(nn.Module):
    """examples/models/digits-resnet"""

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(1, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU())
        self.layer1 = nn.Sequential(Block(16, 16, 1))
        self.layer2 = nn.Sequential(Block(16, 32, 2), Block(32, 32, 1))
        self.layer3 = nn.Sequential(Block(32, 64, 2), Block(64, 64, 1))
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(64, 10)

    def forward(self, x):
        return self.fc(torch.flatten(self.pool(self.layer3(self.layer2(self.layer1(self.stem(x))))), 1))


def by_onnxruntime(file, pixels):
    session = onnxruntime.InferenceSession(str(FOLDER / file), providers=["CPUExecutionProvider"])
    return np.concatenate([session.run(None, {"input": part})[0] for part in np.split(pixels, 10)])


def by_pytorch(pixels):
    """the checkpoint, loaded into what prepare_qat_fx makes, and converted to int8"""
    torch.backends.quantized.engine = "x86"
    images = torch.from_numpy(pixels)
    prepared = prepare_qat_fx(Network().train(), get_default_qat_qconfig_mapping("x86"), (images[:1],))
    state = load_file(FOLDER / "qat_state.safetensors")
    # Ranges by channel have no channel yet; loading sets them as PyTorch's own modules do.
    prepared.load_state_dict(state)
    with torch.no_grad():
        return convert_fx(prepared.eval())(images).numpy()


def main():
    warnings.simplefilter("ignore")
    rows = {row["name"]: row for row in json.loads(Path(sys.argv[1]).read_text())["candidates"]}
    table = pq.read_table("examples/digits/test.parquet")
    pixels = np.array(table["image"].to_pylist(), np.float32).reshape(-1, 1, 28, 28)
    labels = np.array(table["label"].to_pylist())
    peers = {
        "float": ("ONNX Runtime", by_onnxruntime("model.onnx", pixels)),
        "ort": ("ONNX Runtime", by_onnxruntime("ort_qdq.onnx", pixels)),
        "qat-export": ("ONNX Runtime", by_onnxruntime("qat_qdq.onnx", pixels)),
        "qat": ("PyTorch", by_pytorch(pixels)),
    }
    apart = False
    print("| model | by | theirs | Octant's |\n|---|---|---|---|")
    for name, (peer, logits) in peers.items():
        theirs = 100 * np.mean(logits.argmax(1) == labels)
        ours = 100 * rows[name]["accuracy"]["value"]
        apart |= abs(theirs - ours) > POINTS + 1e-9
        print(f"| {name} | {peer} | {theirs:.1f} % | {ours:.1f} % |")
    return int(apart)


if __name__ == "__main__":
    sys.exit(main())

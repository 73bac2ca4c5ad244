"""Writes names.json: node names that torch.fx gives to a sequence of targets in one graph.

Run with torch 2.13: python names.py
"""

import json
import pathlib

import torch
from torch.fx.graph import Graph

SEQUENCES = {
    "modules": ["layer1.0.conv1", "layer1.0.conv1", "layer1_0_conv1", "layer1.0.conv1_1", "layer1.0.conv1"],
    "suffixes": ["a_1", "a_1", "a", "a", "a_0", "a_01", "a_1_2", "a_1_2", "a_10", "a_9", "a"],
    "keywords": ["sum", "sum", "in", "class", "float", "getattr", "max", "input", "id", "torch", "inf"],
    "symbols": ["0", "0", "1.2", "a-b c", "a/b", "", "_", "__x__", "9lives"],
    "case": ["avgPool", "AvgPool2D", "HTMLParser", "camelCaseName", "already_snake", "X", "conv2dRelu"],
    "magic": ["__add__", "__getitem__", "add", "__add__"],
    "mixed": ["relu", "relu_1", "relu", "relu_2", "relu", "relu_1_1", "relu_1"],
}


def names(targets):
    graph = Graph()
    return [graph.create_node("call_module", t).name for t in targets]


recorded = {k: {"targets": v, "names": names(v)} for k, v in SEQUENCES.items()}
path = pathlib.Path(__file__).parent / "names.json"
path.write_text(json.dumps(recorded, indent=1) + "\n")
print(path.name, {k: v["names"] for k, v in recorded.items()})

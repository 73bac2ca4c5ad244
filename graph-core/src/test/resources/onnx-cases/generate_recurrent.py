#!/usr/bin/env python3
"""Writes the cases torch_{lstm,gru,rnn}_* (both exporters of PyTorch 2.13, outputs by ONNX Runtime 1.30) and onnx_*_batchwise (of ONNX 1.23's
backend tests with their outputs, as ONNX Runtime has no layout 1).

    python3 graph-core/src/test/resources/onnx-cases/generate_recurrent.py
"""
import pathlib

import numpy as np
import onnx
import onnxruntime
import torch
from onnx.backend.test.case.node import collect_testcases

HERE = pathlib.Path(__file__).parent


class Tagger(torch.nn.Module):
    """A recurrent network over [batch, time, 4] that is given its first state or not, and a layer on its outputs and last states."""

    def __init__(self, layer):
        super().__init__()
        self.rnn = layer
        self.head = torch.nn.Linear(layer.hidden_size * (2 if layer.bidirectional else 1), 2)

    def forward(self, x):
        outputs, states = self.rnn(x)
        hidden = states[0] if isinstance(states, tuple) else states
        return self.head(outputs), hidden.transpose(0, 1)


def write(folder, proto, inputs, outputs):
    folder.mkdir(exist_ok=True)
    (folder / "model.onnx").write_bytes(proto.SerializeToString())
    for kind, arrays in (("in", inputs), ("out", outputs)):
        for k, array in enumerate(arrays):
            np.save(folder / f"{kind}.{k}.npy", array)


def exported(name, layer, dynamo):
    path = HERE / "exported.onnx"
    x = torch.randn(3, 5, 4)
    batch = (
        {"dynamic_shapes": {"x": {0: torch.export.Dim("batch")}}, "external_data": False}
        if dynamo
        else {"dynamic_axes": {"x": {0: "batch"}, "y": {0: "batch"}, "last": {0: "batch"}}}
    )
    model = Tagger(layer).eval()
    torch.onnx.export(
        model, (x,), str(path), dynamo=dynamo, input_names=["x"], output_names=["y", "last"], **batch
    )
    proto = onnx.load(path)
    path.unlink()
    for node in proto.graph.node:  # stack traces name files
        kept = [p for p in node.metadata_props if "stack_trace" not in p.key and "fx_node" not in p.key]
        del node.metadata_props[:]
        node.metadata_props.extend(kept)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(proto.SerializeToString(), options)
    write(HERE / f"torch_{name}_{'dyn' if dynamo else 'ts'}", proto, [x.numpy()], session.run(None, {"x": x.numpy()}))


def main():
    torch.manual_seed(0)
    for dynamo in (False, True):
        exported("lstm", torch.nn.LSTM(4, 3, 2, bidirectional=True, batch_first=True), dynamo)
        exported("gru", torch.nn.GRU(4, 3, batch_first=True), dynamo)
        exported("rnn", torch.nn.RNN(4, 3, nonlinearity="relu", batch_first=True), dynamo)
    for case in collect_testcases(None):
        if case.name in ("test_lstm_batchwise", "test_gru_batchwise", "test_simple_rnn_batchwise"):
            inputs, outputs = case.data_sets[0]
            write(HERE / case.name.replace("test_", "onnx_"), case.model, inputs, outputs)


main()

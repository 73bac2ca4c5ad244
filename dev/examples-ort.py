"""Writes examples/models/digits-resnet/ort_qdq.onnx: model_bn17.onnx as ONNX Runtime quantizes it (quantize_static to QDQ, MinMax of the first 128
training images, uint8 activations, int8 weights per channel), and prints its accuracy on the test images in ONNX Runtime.

Run in the repository's root with onnx, onnxruntime, numpy and pyarrow."""
import tempfile
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pyarrow.parquet as pq
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

FOLDER = Path("examples/models/digits-resnet")
OUT = FOLDER / "ort_qdq.onnx"


def images(name, count):
    table = pq.read_table(f"examples/digits/{name}.parquet").slice(0, count)
    pixels = np.array(table["image"].to_pylist(), np.float32).reshape(-1, 1, 28, 28)
    return pixels, np.array(table["label"].to_pylist())


class Reader(CalibrationDataReader):
    def __init__(self):
        self.batches = iter(np.split(images("train", 128)[0], 4))

    def get_next(self):
        batch = next(self.batches, None)
        return None if batch is None else {"input": batch}


options = ort.SessionOptions()
options.intra_op_num_threads = 1
with tempfile.TemporaryDirectory() as folder:
    ready = f"{folder}/ready.onnx"
    quant_pre_process(str(FOLDER / "model_bn17.onnx"), ready)
    quantize_static(
        ready,
        str(OUT),
        Reader(),
        quant_format=QuantFormat.QDQ,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        per_channel=True,
        calibrate_method=CalibrationMethod.MinMax,
    )
session = ort.InferenceSession(str(OUT), options, providers=["CPUExecutionProvider"])
pixels, labels = images("test", 1000)
logits = np.concatenate([session.run(None, {"input": p})[0] for p in np.split(pixels, 10)])
print(f"{OUT}: {OUT.stat().st_size} bytes, {100 * np.mean(logits.argmax(1) == labels):.1f} % of {len(labels)} test images")

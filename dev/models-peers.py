"""What other quantizers make of a model: models-peers.py ort FOLDER.

dev/models calls it with a folder that has task.json (the model, its inputs, calibration data in Parquet), where
it leaves the quantized models and ort.json, which names them and their settings. Versions: onnxruntime 1.30, onnx 1.23.

ONNX Runtime: quantize_static to QDQ, int8 weights per channel, uint8 activations, its own pre-processing, calibrated by
MinMax on all samples that dev/models calibrates on; and, as its documentation advises for transformers, quantize_dynamic
with int8 weights per channel, of products only.
"""

import json
import os
import sys

import numpy as np
import onnx
import onnxruntime
import pyarrow.parquet as pq
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType
from onnxruntime.quantization import quantize_dynamic, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

TYPES = {"torch.float32": np.float32, "torch.int64": np.int64, "torch.int32": np.int32}


class Samples(CalibrationDataReader):
    """Batches of the calibration data; the columns hold little-endian elements of one sample."""

    def __init__(self, task):
        table = pq.read_table(task["calibration"])
        rows = min(table.num_rows, task["limit"])
        self.batches = []
        for first in range(0, rows - task["batch"] + 1, task["batch"]):
            feed = {k: np.array(v, dtype=np.int64) for k, v in task["constants"].items()}
            for field in task["inputs"]:
                cells = table.column(field["name"])[first : first + task["batch"]].to_pylist()
                values = np.stack([np.frombuffer(c, TYPES[field["type"]]) for c in cells])
                axis = max(field["batchAxis"], 0)
                shape = [task["batch"]] + [d for i, d in enumerate(field["shape"]) if i != axis]
                feed[field["name"]] = np.moveaxis(values.reshape(shape), 0, axis)
            self.batches.append(feed)
        self.next = iter(self.batches)

    def get_next(self):
        return next(self.next, None)


def ort(task, folder):
    prepared = os.path.join(folder, "prepared.onnx")
    try:
        quant_pre_process(task["model"], prepared, skip_symbolic_shape=True)
    except Exception as e:  # what it cannot prepare is quantized as it is
        print("not prepared:", e)
        prepared = task["model"]
    operators = {n.op_type for n in onnx.load(prepared).graph.node}
    version = onnxruntime.__version__
    forms = []
    static = os.path.join(folder, "ort-static.onnx")
    quantize_static(
        prepared, static, Samples(task), quant_format=QuantFormat.QDQ, per_channel=True,
        activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8, calibrate_method=CalibrationMethod.MinMax)
    forms.append({"file": "ort-static.onnx", "settings": "static"})
    if "Conv" not in operators:
        dynamic = os.path.join(folder, "ort-dynamic.onnx")
        quantize_dynamic(prepared, dynamic, per_channel=True, weight_type=QuantType.QInt8)
        forms.append({"file": "ort-dynamic.onnx", "settings": "dynamic"})
    return {"onnxruntime": version, "forms": forms}


def main():
    peer, folder = sys.argv[1:]
    if peer != "ort":
        sys.exit(f"no {peer} here: PyTorch quantizes its own modules, expected ort")
    with open(os.path.join(folder, "task.json")) as f:
        task = json.load(f)
    result = ort(task, folder)
    with open(os.path.join(folder, peer + ".json"), "w") as f:
        json.dump(result, f)


main()

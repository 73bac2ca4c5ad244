"""What other quantizers make of a model: models-peers.py ort|torch FOLDER.

dev/models calls it with a folder that has task.json (the model, its inputs, calibration and evaluation data in Parquet), where it leaves
ort.json or torch.json, which name the forms, their settings, and the file of each: a quantized model, or the outputs for the evaluation data
(float32, one sample behind the other). Versions: onnxruntime 1.30, onnx 1.23, torch 2.13.

ONNX Runtime: quantize_static to QDQ, int8 weights per channel, uint8 activations, its own pre-processing, calibrated by
MinMax on all samples that dev/models calibrates on; and, as its documentation advises for transformers, quantize_dynamic
with int8 weights per channel, of products only.

PyTorch, for the networks of dev/models-torch.py: prepare_fx and convert_fx with the default mapping of x86, which has histogram observers,
calibrated on the same samples. The network is built anew and has to agree with the exported one.
"""

import importlib.util
import json
import os
import sys

import numpy as np
import onnx
import onnx.version_converter
import onnxruntime
import pyarrow.parquet as pq
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType
from onnxruntime.quantization import quantize_dynamic, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

TYPES = {"torch.float32": np.float32, "torch.int64": np.int64, "torch.int32": np.int32}


class Samples(CalibrationDataReader):
    """Batches of a part of the data; the columns hold little-endian elements of one sample."""

    def __init__(self, task, part, limit=None):
        table = pq.read_table(task[part])
        # what is calibrated on comes in whole batches: a model may have a fixed one
        rows = table.num_rows if limit is None else min(table.num_rows, limit) // task["batch"] * task["batch"]
        self.batches = []
        for first in range(0, rows, task["batch"]):
            feed = {k: np.array(v, dtype=np.int64) for k, v in task["constants"].items()}
            for field in task["inputs"]:
                cells = table.column(field["name"])[first : first + task["batch"]].to_pylist()
                values = np.stack([np.frombuffer(c, TYPES[field["type"]]) for c in cells])
                axis = max(field["batchAxis"], 0)
                shape = [len(cells)] + [d for i, d in enumerate(field["shape"]) if i != axis]
                feed[field["name"]] = np.moveaxis(values.reshape(shape), 0, axis)
            self.batches.append(feed)
        self.next = iter(self.batches)

    def get_next(self):
        return next(self.next, None)


def in_float32(file, folder):
    """the model with numbers of half precision widened: quantize_static takes their type for scales, which no operator set before 19 has"""
    model = onnx.load(file)
    graph, half, whole = model.graph, onnx.TensorProto.FLOAT16, onnx.TensorProto.FLOAT
    constants = [a.t for n in graph.node for a in n.attribute if a.type == onnx.AttributeProto.TENSOR]
    tensors = [t for t in [*graph.initializer, *constants] if t.data_type == half]
    if not tensors:
        return file
    for t in tensors:
        t.CopyFrom(onnx.numpy_helper.from_array(onnx.numpy_helper.to_array(t).astype(np.float32), t.name))
    for value in [*graph.input, *graph.output]:
        if value.type.tensor_type.elem_type == half:
            value.type.tensor_type.elem_type = whole
    del graph.value_info[:]
    for cast in [a for n in graph.node if n.op_type == "Cast" for a in n.attribute if a.name == "to" and a.i == half]:
        cast.i = whole
    onnx.save(model, os.path.join(folder, "float32.onnx"))
    return os.path.join(folder, "float32.onnx")


def ort(task, folder):
    prepared = os.path.join(folder, "prepared.onnx")
    original = in_float32(task["model"], folder)
    try:
        quant_pre_process(original, prepared, skip_symbolic_shape=True)
    except Exception as e:  # what it cannot prepare is quantized as it is
        print("not prepared:", e)
        prepared = original
    model = onnx.load(prepared)
    if model.opset_import[0].version < 13:  # DequantizeLinear has no axis before
        model = onnx.version_converter.convert_version(model, 13)
        prepared = os.path.join(folder, "upgraded.onnx")
        onnx.save(model, prepared)
    operators = {n.op_type for n in model.graph.node}
    version = onnxruntime.__version__
    forms = []
    static = os.path.join(folder, "ort-static.onnx")
    quantize_static(
        prepared, static, Samples(task, "calibration", task["limit"]), quant_format=QuantFormat.QDQ, per_channel=True,
        activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8, calibrate_method=CalibrationMethod.MinMax)
    forms.append({"file": "ort-static.onnx", "settings": "static"})
    if "Conv" not in operators:
        dynamic = os.path.join(folder, "ort-dynamic.onnx")
        quantize_dynamic(prepared, dynamic, per_channel=True, weight_type=QuantType.QInt8)
        forms.append({"file": "ort-dynamic.onnx", "settings": "dynamic"})
    return {"onnxruntime": version, "forms": forms}


def networks():
    """dev/models-torch.py as a module"""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "models-torch.py")
    spec = importlib.util.spec_from_file_location("models_torch", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pytorch(task, folder):
    import torch
    from torch.ao.quantization import get_default_qconfig_mapping
    from torch.ao.quantization.quantize_fx import convert_fx, prepare_fx

    torch.set_num_threads(1)
    torch.backends.mha.set_fastpath_enabled(False)  # it leaves the modules that are quantized
    torch.backends.quantized.engine = "x86"
    net = networks().build(task["network"])

    def outputs(form, batch):
        out = form(*(torch.from_numpy(batch[i["name"]]) for i in task["inputs"]))
        return (out if isinstance(out, tuple) else (out,))[task["output"]]

    evaluation = Samples(task, "evaluation").batches
    calibration = Samples(task, "calibration", task["limit"]).batches
    with torch.no_grad():
        float32 = outputs(net, evaluation[0]).numpy()
        exported = onnxruntime.InferenceSession(task["model"]).run(None, evaluation[0])[task["output"]]
        error = np.abs(float32 - exported).max() / np.abs(exported).max()
        if error > 1e-2:  # rounding alone is 2e-3 in efficientnet_b0, whose random weights enlarge it
            sys.exit(f"the network built is {error:.1e} from the exported one")
        arguments = tuple(torch.from_numpy(calibration[0][i["name"]]) for i in task["inputs"])
        observed = prepare_fx(net, get_default_qconfig_mapping("x86"), arguments)
        for batch in calibration:
            outputs(observed, batch)
        int8 = convert_fx(observed)
        made = [outputs(int8, batch) for batch in evaluation]
    made = [m.dequantize() if m.is_quantized else m for m in made]
    np.concatenate([m.numpy() for m in made]).astype("<f4").tofile(os.path.join(folder, "torch-fx.bin"))
    return {"torch": torch.__version__, "forms": [{"outputs": "torch-fx.bin", "settings": "fx"}]}


def main():
    peer, folder = sys.argv[1:]
    with open(os.path.join(folder, "task.json")) as f:
        task = json.load(f)
    result = {"ort": ort, "torch": pytorch}[peer](task, folder)
    with open(os.path.join(folder, peer + ".json"), "w") as f:
        json.dump(result, f)


main()

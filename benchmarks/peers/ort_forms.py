"""ONNX Runtime's forms of a network: ort_forms.py NETWORK MODEL BATCH THREADS FOLDER; requests by standard input, see forms.py.

float: the file, all optimizations. int8: quantize_static to QDQ (its own pre-processing, MinMax of 32 samples, u8 activations, s8 weights per
channel). dynamic: quantize_dynamic of products, s8 weights per channel, where there is no convolution.
"""

import os
import sys

import forms
import onnx
import onnxruntime
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_dynamic, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

name, model, batch, threads, folder = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
kind = forms.networks().NETWORKS[name]
inputs = forms.arrays(kind, batch, 1)


class Samples(CalibrationDataReader):
    def __init__(self):
        self.left = iter([inputs] * max(1, forms.SAMPLES_OF_CALIBRATION // batch))

    def get_next(self):
        return next(self.left, None)


def session(file):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    opened = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    return lambda: opened.run(None, inputs)


def prepared():
    file = os.path.join(folder, name + ".prepared.onnx")
    quant_pre_process(model, file, skip_symbolic_shape=True)
    return file


def int8():
    file = os.path.join(folder, name + ".qdq.onnx")
    quantize_static(
        prepared(), file, Samples(), quant_format=QuantFormat.QDQ, per_channel=True, activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8, calibrate_method=CalibrationMethod.MinMax)
    return session(file)


def dynamic():
    file = os.path.join(folder, name + ".dynamic.onnx")
    quantize_dynamic(prepared(), file, per_channel=True, weight_type=QuantType.QInt8)
    return session(file)


makers = {"float": lambda: session(model), "int8": int8}
if "Conv" not in {node.op_type for node in onnx.load(model, load_external_data=False).graph.node}:
    makers["dynamic"] = dynamic
forms.serve(makers, batch, {"onnxruntime": onnxruntime.__version__, "onnx": onnx.__version__})

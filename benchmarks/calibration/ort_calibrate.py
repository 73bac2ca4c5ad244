"""One of ONNX Runtime's calibrators over images: ort_calibrate.py METHOD MODEL INPUT IMAGES.npy BATCH THREADS. Ends with the ranges found, unused."""

import os
import sys
import tempfile

import numpy as np
import onnxruntime
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod
from onnxruntime.quantization.calibrate import create_calibrator
from onnxruntime.quantization.shape_inference import quant_pre_process

method, model, name, images, batch, threads = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5]), int(sys.argv[6])
images = np.load(images, mmap_mode="r")


class Batches(CalibrationDataReader):
    def __init__(self):
        self.next = 0

    def get_next(self):
        begin, self.next = self.next, self.next + batch
        return {name: np.ascontiguousarray(images[begin : self.next])} if begin < len(images) else None


with tempfile.TemporaryDirectory() as folder:
    prepared = os.path.join(folder, "prepared.onnx")
    quant_pre_process(model, prepared, skip_symbolic_shape=True)
    calibrator = create_calibrator(prepared, augmented_model_path=os.path.join(folder, "augmented.onnx"), calibrate_method=CalibrationMethod[method])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL  # as create_inference_session() sets it
    calibrator.infer_session = onnxruntime.InferenceSession(calibrator.augmented_model_path, options, providers=["CPUExecutionProvider"])
    calibrator.collect_data(Batches())
    print(len(calibrator.compute_data().data), "ranges")

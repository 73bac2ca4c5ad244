"""What a peer process shares: it measures one form of one network for every line of standard input, see bench_peers.py."""

import importlib.util
import json
import sys
import time
import traceback
from pathlib import Path

import numpy as np

SAMPLES_OF_CALIBRATION = 32


def networks():
    """dev/models-torch.py as a module"""
    path = Path(__file__).resolve().parents[2] / "dev" / "models-torch.py"
    spec = importlib.util.spec_from_file_location("models_torch", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rates(run, batch, seconds):
    """samples a second, by the clock and of this process' processor time, of whole batches for at least so many seconds"""
    run()
    batches, cpu, begin = 0, time.process_time(), time.perf_counter()
    while True:
        run()
        batches += 1
        elapsed = time.perf_counter() - begin
        if elapsed >= seconds:
            break
    return {"samplesPerSecond": batches * batch / elapsed, "samplesPerCpuSecond": batches * batch / (time.process_time() - cpu)}


def serve(makers, batch, versions):
    """Makes the forms, names those that fail, and answers requests `FORM SECONDS` with a line of JSON each."""
    runs, failures = {}, {}
    for form, make in makers.items():
        try:
            runs[form] = make()
            runs[form]()
        except Exception as error:  # a peer that cannot is a line of the table
            traceback.print_exc()
            runs.pop(form, None)
            failures[form] = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
    answer({"forms": list(runs), "failures": failures, "versions": versions})
    for line in sys.stdin:
        form, seconds = line.split()
        answer(rates(runs[form], batch, float(seconds)))


def answer(line):
    print("=" + json.dumps(line), flush=True)


def arrays(kind, batch, seed):
    """a batch of inputs by name"""
    import torch

    generator = torch.Generator().manual_seed(seed)
    return {n: np.ascontiguousarray(a.numpy()) for n, a in zip(kind.names, kind.inputs(batch, generator))}

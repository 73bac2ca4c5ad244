"""Calibrating the same images with Octant and with ONNX Runtime's three calibrators, in turn: see docs/performance.md.

Time is that of the whole command, its start included; memory is the most that its largest process held (resident).
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[2]
METHODS = ("MinMax", "Percentile", "Entropy")
HISTOGRAMS = ("Percentile", "Entropy")


def measured(command, limit):
    """seconds, bytes, and what went wrong of a command; the memory that it may ask for is bounded, if a limit is given"""

    def bound():
        if limit:
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))

    print("+", *command, file=sys.stderr)
    begin = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, preexec_fn=bound)
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return time.monotonic() - begin, usage.ru_maxrss * 1024, None if process.returncode == 0 else said[-2000:]


def exported(options):
    file = options.cache / (options.model + ".onnx")
    if not file.exists():
        subprocess.run([sys.executable, str(ROOT / "dev" / "models-torch.py"), options.model, "ts", str(file)], check=True)
    return file


def written(options):
    """the images as an array and as Parquet, of the normal distribution"""
    array, table = options.cache / f"images-{options.images}.npy", options.cache / f"images-{options.images}.parquet"
    if not table.exists():
        values = np.random.default_rng(0).standard_normal((options.images, 3, 224, 224), dtype=np.float32)
        np.save(array, values)
        column = pa.FixedSizeListArray.from_arrays(pa.array(values.ravel()), values[0].size)
        part = table.with_suffix(".part")
        pq.write_table(pa.table({"image": column}), part, row_group_size=64, write_page_checksum=True)
        part.rename(table)
    return array, table


def main():
    parser = argparse.ArgumentParser(prog="dev/bench-calibration", description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="resnet18", help="of dev/models-torch.py, of one input of 3x224x224")
    parser.add_argument("--input", default="input", help="the model's input")
    parser.add_argument("--images", type=int, default=512)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--heap", default="1g", help="of Octant's JVM")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--limit", type=float, default=0.8, help="share of the machine's memory that a calibrator of ONNX Runtime may ask for")
    parser.add_argument("--cache", type=Path, default=ROOT / "benchmarks" / "target" / "calibration", help="where the model and data are kept")
    parser.add_argument("--json", type=Path, help="writes the figures of every round there")
    options = parser.parse_args()
    options.cache = options.cache.resolve()
    options.cache.mkdir(parents=True, exist_ok=True)
    model = exported(options)
    array, table = written(options)
    configuration, out = options.cache / "calibration.conf", options.cache / "out"
    configuration.write_text(
        f'model.path = "{model}"\ndata {{ batch = {options.batch}, partitions = {4 * options.threads}\n'
        f'  calibration {{ path = "{table}", columns {{ "{options.input}" = image }} }} }}\noutput.path = "{out}"\n')
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    here = str(Path(__file__).resolve().parent / "ort_calibrate.py")
    forms = {"octant": ([str(ROOT / "octant"), "calibrate", str(configuration), "--overwrite", "--master", f"local[{options.threads}]"], None)}
    for method in METHODS:
        arguments = [method, str(model), options.input, str(array), str(options.batch), str(options.threads)]
        forms["ort " + method] = ([sys.executable, here, *arguments], int(physical * options.limit))
    os.environ["OCTANT_JAVA_OPTS"] = "-Xmx" + options.heap

    rounds = {name: [] for name in forms}
    failed = {}
    for i in range(options.rounds):
        for name, (command, limit) in forms.items() if i % 2 == 0 else reversed(forms.items()):
            if name in failed:
                continue
            seconds, memory, wrong = measured(command, limit)
            print(f"round {i + 1} of {options.rounds}: {name} {seconds:.1f} s, {memory / 2**20:.0f} MB{', failed' if wrong else ''}", file=sys.stderr)
            rounds[name].append({"seconds": seconds, "bytes": memory})
            if wrong:
                failed[name] = wrong
                print(wrong, file=sys.stderr)
    if "octant" in failed:
        sys.exit("bench-calibration: Octant failed")
    isa = json.loads((out / "result.json").read_text())["executors"][0]["isa"]
    took = {name: statistics.median(r["seconds"] for r in rs) for name, rs in rounds.items()}
    most = {name: max(r["bytes"] for r in rs) for name, rs in rounds.items()}
    print(f"{options.model}, {options.images} images, {options.threads} thread(s), {isa}, {options.rounds} round(s)")
    for name in forms:
        print(f"  {name:16} {took[name]:7.1f} s {most[name] / 2**20:9.0f} MB{'  failed' if name in failed else ''}")
    below = [f"slower than {name}" for name in forms if name != "octant" and name not in failed and took["octant"] >= took[name]]
    below += [f"memory above a quarter of {name}'s" for name in map("ort {}".format, HISTOGRAMS) if most["octant"] > most[name] / 4]
    print("below target: " + ("; ".join(below) or "none"))
    if options.json:
        options.json.write_text(json.dumps({"isa": isa, "rounds": rounds, "failed": failed, "below": below}, indent=2) + "\n")


main()

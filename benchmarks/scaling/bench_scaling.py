"""What a calibration job loses against the engine alone, and what a second worker brings: see docs/performance.md.

A job's rate is that of the samples between two runs, one over a part of the data and one over all of it, so that what happens once (starting
Spark, compiling the session) is not in it. The forms are measured in turn, round by round; wants a machine that does nothing else.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[2]
FILE_BATCHES = 6  # of a file, which is a split, and a task
TARGETS = {"local[2]/bench": 0.95, "2 workers/1": 1.85}


def run(command):
    print("+", *command, file=sys.stderr)
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"bench-scaling: exit code {done.returncode} of {' '.join(command)}\n{done.stderr[-2000:]}")
    return done.stdout


def exported(options):
    model = options.cache / "resnet18.onnx"
    if not model.exists():
        run([sys.executable, str(ROOT / "dev" / "models-torch.py"), "resnet18", "ts", str(model)])
    return model


def written(options, samples):
    """a folder of files that hold the same samples under names of their own"""
    rows = options.batch * FILE_BATCHES
    folder = options.cache / f"data-{'x'.join(map(str, options.shape))}-{rows}-{samples}"
    if not folder.exists():
        new = folder.with_suffix(".new")
        new.mkdir(parents=True, exist_ok=True)
        values = np.random.default_rng(0).standard_normal((rows, int(np.prod(options.shape))), dtype=np.float32)
        column = pa.FixedSizeListArray.from_arrays(pa.array(values.ravel()), values.shape[1])
        first = new / "0.parquet"
        pq.write_table(pa.table({"sample": column}), first, write_page_checksum=True)
        for i in range(1, samples // rows):
            link = new / f"{i}.parquet"
            link.unlink(missing_ok=True)
            os.link(first, link)
        new.rename(folder)
    return folder


class Job:
    """calibration on a master; answers with samples a second once started"""

    def __init__(self, options, master, settings):
        self.options, self.master, self.settings = options, master, settings

    def seconds(self, samples):
        options, out = self.options, self.options.cache / "out"
        conf = options.cache / "scaling.conf"
        conf.write_text(
            f'model.path = "{options.model}"\n'
            f'data {{ batch = {options.batch}, partitions = {samples // options.batch // FILE_BATCHES}\n'
            f'  calibration {{ path = "{written(options, samples)}", columns {{ "{options.input}" = sample }} }} }}\n'
            f'output.path = "{out}"\n')
        command = [str(ROOT / "octant"), "calibrate", str(conf), "--overwrite", "--master", self.master]
        for setting in self.settings:
            command += ["--set", setting]
        run(command)
        return json.loads((out / "result.json").read_text())["seconds"]["calibrate"]

    def rate(self):
        few, all_ = self.options.samples // 4, self.options.samples
        return (all_ - few) / (self.seconds(all_) - self.seconds(few))


def bench(options):
    command = [str(ROOT / "octant"), "bench", "--model", str(options.model), "--mode", "observed", "--threads", "2"]
    line = json.loads(run(command + ["--batch", str(options.batch), "--seconds", str(options.seconds)]).splitlines()[-1])
    return line["samplesPerSecond"], line["isa"]


def cluster(options, what):
    command = [str(ROOT / "dev" / "cluster"), what, "--folder", str(options.cache / "cluster"), "--workers", "2", "--memory", "3g"]
    return run(command + (["--while", str(os.getpid())] if what == "up" else []))


def main():
    parser = argparse.ArgumentParser(prog="dev/bench-scaling", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one round over a quarter of the samples")
    parser.add_argument("--model", type=Path, help="an ONNX model of one float input instead of a resnet18")
    parser.add_argument("--input", default="input", help="the model's input")
    parser.add_argument("--shape", type=int, nargs="+", default=[3, 224, 224], help="of a sample")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--samples", type=int, default=6144, help="a multiple of 48 batches")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=10, help="of the engine alone")
    parser.add_argument("--no-cluster", action="store_true", help="local[2] alone")
    parser.add_argument("--cache", type=Path, default=ROOT / "benchmarks" / "target" / "scaling", help="where the model and data are kept")
    parser.add_argument("--json", type=Path, help="writes the figures of every round there")
    options = parser.parse_args()
    if options.quick:
        options.samples, options.rounds = options.samples // 4, 1
    if options.samples % (8 * FILE_BATCHES * options.batch) != 0:
        parser.error(f"--samples {options.samples}, expected a multiple of {8 * FILE_BATCHES * options.batch}")
    options.cache = options.cache.resolve()
    options.cache.mkdir(parents=True, exist_ok=True)
    options.model = options.model.resolve() if options.model else exported(options)

    isa = None
    figures = {"bench": [], "local[2]": []}
    jobs = {"local[2]": Job(options, "local[2]", [])}
    if not options.no_cluster:
        master = next(l.split()[1] for l in cluster(options, "up").splitlines() if l.startswith("master "))
        for n in (1, 2):
            figures[f"{n} workers"] = []
            jobs[f"{n} workers"] = Job(options, master, [f"spark.cores.max={n}", "spark.executor.cores=1", "spark.executor.memory=1g"])
    try:
        for round_ in range(options.rounds):
            for name in figures if round_ % 2 == 0 else reversed(figures):
                if name == "bench":
                    rate, isa = bench(options)
                else:
                    rate = jobs[name].rate()
                figures[name].append(rate)
                print(f"round {round_ + 1} of {options.rounds}: {name} {rate:.1f}", file=sys.stderr)
    finally:
        if not options.no_cluster:
            cluster(options, "down")

    medians = {name: statistics.median(rates) for name, rates in figures.items()}
    ratios = {"local[2]/bench": medians["local[2]"] / medians["bench"]}
    if not options.no_cluster:
        ratios["2 workers/1"] = medians["2 workers"] / medians["1 workers"]
    below = [f"{name} {value:.2f} < {TARGETS[name]}" for name, value in ratios.items() if value < TARGETS[name]]
    print(f"{options.model.name}, observed, {isa}, batch {options.batch}, {options.samples} samples, {options.rounds} round(s), samples a second")
    for name, rates in figures.items():
        print(f"  {name:16} {medians[name]:9.1f}  ({min(rates):.1f}–{max(rates):.1f})")
    for name, value in ratios.items():
        print(f"  {name:16} {value:9.2f}  target {TARGETS[name]}")
    print("below target: " + ("; ".join(below) or "none"))
    if options.json:
        document = {"isa": isa, "batch": options.batch, "samples": options.samples, "rounds": figures, "ratios": ratios, "below": below}
        options.json.write_text(json.dumps(document, indent=2) + "\n")


main()

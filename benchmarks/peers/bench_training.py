"""A step of quantization-aware training, Octant and PyTorch in turn: see docs/performance.md and dev/bench-training --help.

Both are processes that measure when they are asked; a round asks one behind the other, so that what the machine does meanwhile meets both.
Figures are medians over the rounds; the ratio is that of the medians, with the lowest and highest of a round.
"""

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path

from bench_peers import CLOCKS, HERE, Peer, python

TARGETS = {"resnet18": 1.2, "mobilenet_v2": 2.0}


def octant(name, options, folder):
    command = ["java", "-Xmx6g", "-XX:+UseSerialGC", "-cp", os.environ["OCTANT_CLASSPATH"], "io.octant.benchmarks.TrainingStep", name, str(options.batch)]
    return Peer(command, folder / f"octant-{name}.log", "=")


def measured(name, options, folder):
    peers = {"octant": octant(name, options, folder), "torch": python("torch_training.py", [name, options.batch, 1], folder / f"torch-{name}.log")}
    rates = {p: [] for p in peers}
    for peer, process in peers.items():
        ready = process.ask(None)
        if ready["failures"]:
            sys.exit(f"bench-training: {peer} cannot train {name}: {ready['failures']}")
    for _ in range(options.rounds):
        for peer, process in peers.items():
            rates[peer].append(process.ask(f"train {options.seconds}")[CLOCKS[options.clock]])
    for process in peers.values():
        process.close()
    return rates


def main():
    parser = argparse.ArgumentParser(prog="dev/bench-training", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", nargs="+", default=list(TARGETS), choices=list(TARGETS))
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=10, help="of each measurement")
    parser.add_argument("--clock", choices=list(CLOCKS), default="wall", help="cpu: processor time, for a machine with other work")
    options = parser.parse_args()
    print(f"samples a second ({options.clock}), batch {options.batch}, 1 thread, median of {options.rounds} rounds\n")
    print("| network | Octant | PyTorch | ratio | of a round | target |\n|---|---|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory(prefix="bench-training-") as folder:
        for name in options.models:
            rates = measured(name, options, Path(folder))
            ours, theirs = (statistics.median(rates[p]) for p in ("octant", "torch"))
            rounds = [a / b for a, b in zip(rates["octant"], rates["torch"])]
            print(
                f"| {name} | {ours:.1f} | {theirs:.1f} | {ours / theirs:.2f} | {min(rounds):.2f} to {max(rounds):.2f} | {TARGETS[name]} |",
                flush=True,
            )


if __name__ == "__main__":
    main()

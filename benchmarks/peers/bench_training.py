"""A step of quantization-aware training, Octant and PyTorch in turn: see docs/performance.md and dev/bench-training --help.

Both are processes that measure when they are asked; a round asks one behind the other, so that what the machine does meanwhile meets both.
Figures are medians over the rounds; the ratio is that of the medians, with the lowest and highest of a round.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
CLOCKS = {"wall": "samplesPerSecond", "cpu": "samplesPerCpuSecond"}
TARGETS = {"resnet18": 1.2, "mobilenet_v2": 2.0}


class Peer:
    """a process that answers each line of standard input with a line of JSON behind `=`"""

    def __init__(self, command, log):
        self.log = log
        with open(log, "w") as errors:
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True)

    def ask(self, request):
        if request is not None:
            self.process.stdin.write(request + "\n")
            self.process.stdin.flush()
        for line in self.process.stdout:
            if line.startswith("="):
                return json.loads(line[1:])
        sys.exit(f"bench-training: a peer ended with {self.process.wait()}: {self.log.read_text()[-2000:]}")

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def octant(name, options, folder):
    command = ["java", "-Xmx6g", "-XX:+UseSerialGC", "-cp", os.environ["OCTANT_CLASSPATH"], "io.octant.benchmarks.TrainingStep", name, str(options.batch)]
    return Peer(command, folder / f"octant-{name}.log")


def torch(name, options, folder):
    return Peer([sys.executable, str(HERE / "torch_training.py"), name, str(options.batch), "1"], folder / f"torch-{name}.log")


def measured(name, options, folder):
    peers = {"octant": octant(name, options, folder), "torch": torch(name, options, folder)}
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

"""Octant, PyTorch and ONNX Runtime in turn on the same networks: see docs/performance.md and dev/bench-peers --help.

Every form of a network is a process that measures when it is asked; a round asks all of them once, one behind the other, so that what the
machine does meanwhile meets all alike. Figures are medians over the rounds, ratios are of medians.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from pathlib import Path

import isa
import plot

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TARGETS = json.loads((HERE / "targets.json").read_text())
CLOCKS = {"wall": "samplesPerSecond", "cpu": "samplesPerCpuSecond"}


class Peer:
    """a process that answers each line of standard input with a line of JSON behind `start`"""

    def __init__(self, command, log, start, environment=None):
        self.log, self.start = log, start
        with open(log, "w") as errors:
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment)

    def ask(self, request):
        if request is not None:
            self.process.stdin.write(request + "\n")
            self.process.stdin.flush()
        for line in self.process.stdout:
            if line.startswith(self.start):
                return json.loads(line[1:] if self.start == "=" else line)
        raise RuntimeError(f"exit code {self.process.wait()}, see {self.log}")

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Form:
    """one form of one peer: its name in the table and the figures of every round"""

    def __init__(self, name, ask):
        self.name, self.ask, self.figures, self.failure = name, ask, [], None

    def measure(self):
        try:
            if self.failure is None:
                self.figures.append(self.ask())
        except (RuntimeError, OSError, ValueError) as error:
            self.failure = str(error)

    def rates(self, clock):
        return [f[CLOCKS[clock]] for f in self.figures]


def octant(model, mode, options, folder):
    command = [str(ROOT / "octant"), "bench", "--model", str(model), "--mode", mode, "--batch", str(options.batch)]
    command += ["--threads", str(options.threads), "--seconds", str(options.seconds), "--on-request"]
    environment = {**os.environ, "ONEDNN_MAX_CPU_ISA": options.isa} if options.isa else None
    return Peer(command, folder / f"octant-{mode}.log", "{", environment)


def python(script, arguments, log, environment):
    return Peer([sys.executable, str(HERE / script), *map(str, arguments)], log, "=", environment)


def exported(name, folder):
    model = folder / f"{name}.onnx"
    if not model.exists():
        part = folder / f"{name}.part.onnx"  # an export that is cut off must not pass for one
        export = subprocess.run([sys.executable, str(ROOT / "dev" / "models-torch.py"), name, "ts", str(part)], stdout=sys.stderr)
        if export.returncode != 0:
            sys.exit(f"bench-peers: Cannot export {name}: dev/models-torch.py ended with {export.returncode}")
        part.rename(model)
    return model


def measured(name, options, versions):
    """all forms of a network with their figures, and the peers' processes ended"""
    folder = options.cache
    model = exported(name, folder)
    peers, forms = [], []
    for mode in ("float", "observed", "int8"):
        peer = octant(model, mode, options, folder)
        peers.append(peer)
        forms.append(Form(f"octant {mode}", lambda peer=peer: peer.ask("")))
    for kind, script, arguments in (
        ("torch", "torch_forms.py", [name, options.batch, options.threads]),
        ("ort", "ort_forms.py", [name, model, options.batch, options.threads, folder]),
    ):
        peer = python(script, arguments, folder / f"{kind}.log", options.environment)
        peers.append(peer)
        try:
            hello = peer.ask(None)
        except RuntimeError as error:
            hello = {"forms": [], "failures": {"all": str(error)}, "versions": {}}
        versions.update(hello["versions"])
        for form in hello["forms"]:
            forms.append(Form(f"{kind} {form}", lambda peer=peer, form=form: peer.ask(f"{form} {options.seconds}")))
        for form, failure in hello["failures"].items():
            failed = Form(f"{kind} {form}", None)
            failed.failure = failure
            forms.append(failed)
    try:
        for round_ in range(options.rounds):
            for form in forms if round_ % 2 == 0 else reversed(forms):
                form.measure()
                print(f"{name}, round {round_ + 1} of {options.rounds}: {form.name} {form.failure or form.figures[-1][CLOCKS[options.clock]]:}", file=sys.stderr)
    finally:
        for peer in peers:
            peer.close()
    return {form.name: form for form in forms}


def ratios(forms, clock):
    def median(name):
        form = forms.get(name)
        return statistics.median(form.rates(clock)) if form and form.figures else None

    def ratio(name, *others):
        mine, best = median(name), max((m for m in map(median, others) if m), default=None)
        return mine / best if mine and best else None

    return {
        "observed/torch": ratio("octant observed", "torch observed"),
        "observed/float": ratio("octant observed", "octant float"),
        "float/ort": ratio("octant float", "ort float"),
        "int8/peers": ratio("octant int8", "torch int8", "ort int8", "ort dynamic"),
        "int8/float": ratio("octant int8", "octant float"),
    }


def target(name, ratio, reported):
    wanted = TARGETS.get(name, {}).get(ratio, 1.0 if ratio == "int8/float" else None)
    if isinstance(wanted, dict):
        wanted = wanted["vnni" if any(feature in reported for feature in ("vnni", "bf16", "fp16", "amx")) else "avx2"]
    return wanted


def cpu():
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def report(results, options, versions):
    """the JSON document and the lines of the table; the last line names what is below its target"""
    reported = next((f["isa"] for forms in results.values() for m in forms.values() for f in m.figures if "isa" in f), "unknown")
    heading = f"{cpu()}, {reported}, {options.threads} thread(s), batch {options.batch}, {options.rounds} rounds of {options.seconds} s, by {options.clock} time"
    lines = [heading, ", ".join(f"{k} {v}" for k, v in sorted(versions.items())), ""]
    if options.isa:
        lines.insert(1, f"all three capped to {options.isa}")
    document = {"cpu": cpu(), "isa": reported, "cap": options.isa, "threads": options.threads, "batch": options.batch,
                "rounds": options.rounds, "seconds": options.seconds, "clock": options.clock, "versions": versions, "networks": {}}
    below = []
    for name, forms in results.items():
        network = document["networks"][name] = {"forms": {}, "ratios": {}}
        lines.append(name)
        for form in forms.values():
            if form.failure:
                lines.append(f"  {form.name:16} –  {form.failure}")
                network["forms"][form.name] = {"failure": form.failure}
            else:
                rates = form.rates(options.clock)
                lines.append(f"  {form.name:16} {statistics.median(rates):9.1f}  ({min(rates):.1f}–{max(rates):.1f})")
                network["forms"][form.name] = {"median": statistics.median(rates), "rounds": form.figures if "isa" not in form.figures[0] else [
                    {k: f[k] for k in (*CLOCKS.values(), "compileSeconds")} for f in form.figures]}
        for ratio, value in ratios(forms, options.clock).items():
            wanted = target(name, ratio, reported)
            network["ratios"][ratio] = {"value": value, "target": wanted}
            lines.append(f"  {ratio:16} {'–' if value is None else format(value, '9.2f')}" + ("" if wanted is None else f"  target {wanted}"))
            if wanted is not None and value is None:
                below.append(f"{name} {ratio} not measured")
            elif wanted is not None and value < wanted:
                below.append(f"{name} {ratio} {value:.2f} < {wanted}")
    lines += ["", "below target: " + ("; ".join(below) or "none")]
    document["below"] = below
    return document, lines


def positive(kind):
    def parse(text):
        value = kind(text)
        if value <= 0:
            raise argparse.ArgumentTypeError(f"{text}, expected more than 0")
        return value

    parse.__name__ = kind.__name__
    return parse


def main():
    parser = argparse.ArgumentParser(prog="dev/bench-peers", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="3 rounds of a second instead of 5 of 3")
    parser.add_argument("--models", nargs="+", default=list(TARGETS), choices=list(TARGETS), metavar="NAME", help=", ".join(TARGETS))
    parser.add_argument("--threads", type=positive(int), default=1)
    parser.add_argument("--batch", type=positive(int), default=8)
    parser.add_argument("--rounds", type=positive(int))
    parser.add_argument("--seconds", type=positive(float))
    parser.add_argument("--clock", choices=list(CLOCKS), default="wall", help="cpu: processor time, for a machine that is not idle")
    parser.add_argument("--isa", choices=isa.NAMES, default=os.environ.get("ONEDNN_MAX_CPU_ISA"), help="caps all three, as a lesser processor would run them")
    parser.add_argument("--cache", type=Path, default=ROOT / "benchmarks" / "target" / "peers", help="where exports and logs are kept")
    parser.add_argument("--json", type=Path, help="writes the figures of every round there")
    parser.add_argument("--plot", type=Path, metavar="SVG", help="draws the table there")
    options = parser.parse_args()
    if options.isa not in (None, *isa.NAMES):
        parser.error(f"ONEDNN_MAX_CPU_ISA={options.isa}, expected one of {', '.join(isa.NAMES)}")
    options.rounds = options.rounds or (3 if options.quick else 5)
    options.seconds = options.seconds or (1 if options.quick else 3)
    options.cache.mkdir(parents=True, exist_ok=True)
    options.environment = isa.environment(options.isa, options.cache) if options.isa else None
    results, versions = {}, {}
    for name in options.models:
        results[name] = measured(name, options, versions)
    document, lines = report(results, options, versions)
    if options.json:
        options.json.write_text(json.dumps(document, indent=2) + "\n")
    if options.plot:
        options.plot.write_text(plot.svg(document, CLOCKS[options.clock]))
    print("\n".join(lines))


main()

"""Records conformance cases of everything below graphs: python dev/golden/record_arithmetic.py OUT_DIR [--area NAME] [--seed N]

Observers, fake quantizes, quantize operations, quantized operators, configurations and constructor errors. See docs/conformance.md.
Existing cases in OUT_DIR stay; index.json is written anew.
"""
import argparse
import pathlib
import sys
import warnings

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import torch  # noqa: E402

import config_cases  # noqa: E402
import error_cases  # noqa: E402
import fake_quantize_cases  # noqa: E402
import observer_cases  # noqa: E402
import operator_cases  # noqa: E402
import quantize_cases  # noqa: E402
from encoding import write_index  # noqa: E402

AREAS = {
    "observers": [observer_cases], "quantize": [quantize_cases, fake_quantize_cases, operator_cases], "config": [config_cases],
    "errors": [error_cases],
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder")
    parser.add_argument("--area", choices=AREAS)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    for area in [arguments.area] if arguments.area else AREAS:
        for module in AREAS[area]:
            torch.manual_seed(arguments.seed)
            module.record_all(arguments.folder, arguments.seed)
    write_index(arguments.folder)


if __name__ == "__main__":
    main()

"""Records conformance cases with PyTorch: python dev/golden/record.py OUT_DIR [--only PREFIX]

See docs/conformance.md. Existing cases in OUT_DIR stay; index.json is written anew.
"""

import argparse
import importlib
import pathlib
import pkgutil
import sys
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import torch  # noqa: E402

import networks  # noqa: E402
from encoding import write_case, write_index  # noqa: E402
from stages import Recording  # noqa: E402


def all_networks():
    for module in pkgutil.iter_modules(networks.__path__):
        yield from importlib.import_module("networks." + module.name).networks()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder")
    parser.add_argument("--only", default="", help="cases whose area/name starts so")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    failed, recorded, known = 0, 0, set()
    for network in all_networks():
        if network.name in known:
            raise ValueError(f"Cannot record case: {network.name} is there twice")
        known.add(network.name)
        if not f"{network.area}/{network.name}".startswith(arguments.only):
            continue
        try:
            recording = Recording(network)
            write_case(arguments.folder, network.area, network.name, recording.document(), recording.encoder)
            recorded += 1
        except Exception:
            failed += 1
            print("cannot record", network.name, file=sys.stderr)
            traceback.print_exc()
    write_index(arguments.folder)
    print(f"{recorded} recorded, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

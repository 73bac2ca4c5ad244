"""Records the networks of an existing suite again and compares documents: python dev/golden/check.py SUITE [--only PREFIX]

Tells what differs by its path in the document; stages that the suite leaves out are no difference. Scopes are not compared, as a reloaded network has one flat forward.
"""

import argparse
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import torch  # noqa: E402

from reload import Reloaded  # noqa: E402
from stages import Recording  # noqa: E402

IGNORED = {"name", "notes", "tensors", "node_name_to_scope", "recipe", "target", "label", "state_dict_keys"}


def differences(want, have, tensors, path=""):
    """Paths at which documents differ; tensors compare by value."""
    if isinstance(want, str) and isinstance(have, str) and want in tensors[0] and have in tensors[1]:
        a, b = tensors[0][want], tensors[1][have]
        if a.shape != b.shape or a.dtype != b.dtype or not same(a, b):
            yield f"{path}: tensors differ"
    elif isinstance(want, dict) and isinstance(have, dict):
        for k in list(want) + [k for k in have if k not in want]:
            left_out = k not in want and path in ("/expected", "/expected/outputs")
            if k not in IGNORED and not left_out:
                yield from differences(want.get(k, "<none>"), have.get(k, "<none>"), tensors, f"{path}/{k}")
        if list(want) != list(have) and set(want) == set(have):
            yield f"{path}: order {list(want)} {list(have)}"
    elif isinstance(want, list) and isinstance(have, list) and len(want) == len(have):
        for i, (a, b) in enumerate(zip(want, have)):
            yield from differences(a, b, tensors, f"{path}/{i}")
    elif isinstance(want, float) and isinstance(have, (int, float)):
        if abs(want - have) > 1e-5 * abs(want):
            yield f"{path}: {want} {have}"
    elif want != have or type(want) is not type(have):
        yield f"{path}: {str(want)[:300]} {str(have)[:300]}"


def same(a, b):
    if a.is_floating_point():
        return torch.allclose(a, b, rtol=1e-5, atol=1e-6, equal_nan=True)
    return bool((a.to(torch.int64) - b.to(torch.int64)).abs().max() <= 1) if a.numel() else True


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("suite")
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    equal = different = left = 0
    suite = pathlib.Path(arguments.suite)
    for path in sorted(suite.glob("graphs/*.json")) + sorted(suite.glob("models/*.json")):
        if not path.relative_to(suite).as_posix().startswith(arguments.only):
            continue
        reloaded = Reloaded(path)
        try:
            network = reloaded.network()
        except NotImplementedError:
            left += 1
            continue
        recording = Recording(network)
        document = recording.document()
        rows = recording.encoder.tensors.rows
        have = {k: decoded(*row) for k, row in rows.items()}
        found = list(differences(reloaded.document, document, (reloaded.tensors, have)))
        equal, different = equal + (not found), different + bool(found)
        for line in found[:4]:
            print(path.name, line)
    print(f"{equal} equal, {different} different, {left} left out")


def decoded(dtype, shape, data):
    from safetensors_file import DTYPES

    kind = {v: k for k, v in DTYPES.items()}[dtype]
    return (torch.frombuffer(bytearray(data), dtype=kind) if data else torch.empty(0, dtype=kind)).reshape(shape)


if __name__ == "__main__":
    main()

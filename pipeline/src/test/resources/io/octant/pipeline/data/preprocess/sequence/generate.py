"""What NumPy makes of lists of different lengths: pad with a constant, and a slice.

Writes cases.json. Run in this folder:

    python generate.py

Recorded with numpy 2.4.6.
"""

import json

import numpy as np


def fitted(a, axis, length, value, side, cut):
    """Along one axis: the first or last entries of what is too long, a constant beside what is too short."""
    n = a.shape[axis]
    if n > length:
        a = np.take(a, range(length) if cut == "right" else range(n - length, n), axis)
    rest = [(0, 0)] * a.ndim
    missing = max(0, length - n)
    rest[axis] = (missing, 0) if side == "left" else (0, missing)
    return np.pad(a, rest, constant_values=value)


def main():
    rng = np.random.default_rng(1)
    cases = []
    for shape, axis in (((5,), 0), ((1, 5), 1), ((4, 3), 0), ((3, 4), 1), ((2, 3, 4), 1)):
        for side, cut, value in (("right", "right", 0), ("left", "left", -2), ("right", "left", 7), ("left", "right", 1)):
            length = shape[axis]
            samples = []
            for n in (length - 2, length, length + 3, 1):
                a = rng.integers(-90, 90, [n if i == axis else d for i, d in enumerate(shape)])
                samples.append({"values": a.tolist(), "expected": fitted(a, axis, length, value, side, cut).ravel().tolist()})
            cases.append(
                {"shape": shape, "axis": axis, "side": side, "cut": cut, "value": value, "samples": samples}
            )
    json.dump(cases, open("cases.json", "w"))


if __name__ == "__main__":
    main()

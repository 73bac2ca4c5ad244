"""Writes ranges.json: ranges that PyTorch's histogram observer searches, and those of Octant's own range methods,
computed here from their description in docs/quantization-model.md.

Run with torch 2.13: python ranges.py
"""

import math
import random

import numpy as np
import torch
from torch.ao.quantization.observer import HistogramObserver

from fixtures import write

random.seed(3)
CASES = []
TARGETS = ((0, 255, "AFFINE"), (-128, 127, "SYMMETRIC"), (0, 15, "AFFINE"), (-8, 7, "SYMMETRIC"))


# ---- PyTorch's search

def observer(histogram, low, high, levels):
    o = HistogramObserver(bins=len(histogram))
    o.histogram = torch.tensor(histogram, dtype=torch.float32)
    o.min_val, o.max_val, o.dst_nbins = torch.tensor(low), torch.tensor(high), levels
    return o


def bell(bins, tail):
    return [float(round(1000 * math.exp(-((i - bins / 3) / (bins / 9)) ** 2)) + (1 if i % tail == 0 else 0)) for i in range(bins)]


HISTOGRAMS = ([1.0, 0, 0, 7, 20, 41, 22, 5, 0, 0, 0, 1], [40.0] + [3.0] * 20 + [0.0] * 10 + [1.0], bell(64, 5), bell(200, 17),
              [5.0] * 32, [0.0] * 31 + [9.0], [9.0] + [0.0] * 31, [1.0] + [0.0] * 40 + [1.0])
for histogram in HISTOGRAMS:
    for low, high in ((-1.0, 2.0), (0.0, 6.0), (-1e-3, 7.5)):
        for levels in (256, 16, 4):
            o = observer(histogram, low, high, levels)
            n = len(histogram)
            spans = [(0, n - 1), (n // 4, n // 2), (1, n - 2), (n // 2, n // 2)]
            errors = [float(o._compute_quantization_error(a, b)) for a, b in spans]
            a, b = o._non_linear_param_search()
            CASES.append({"kind": "l2_search", "histogram": histogram, "min": low, "max": high, "levels": levels,
                          "spans": spans, "errors": errors, "range": [float(a), float(b)]})


# ---- Octant's grid and its methods

def edges(v):
    """The bin of a value: sign, exponent and ten bits of the mantissa."""
    bits = int(np.float32(v).view(np.uint32)) & 0xFFFFE000
    inner = float(np.uint32(bits).view(np.float32))
    step = 2.0 ** (((bits >> 23) & 255) - 127 - 10)
    return (inner, inner + step) if v > 0 else (inner - step, inner)


def grid(weighted):
    """Bins in ascending order, and how many zeros there are."""
    bins, zeros = {}, 0
    for v, n in weighted:
        if v == 0:
            zeros += n
        else:
            bins[edges(v)] = bins.get(edges(v), 0) + n
    return sorted((a, b, n) for (a, b), n in bins.items()), zeros


def projection(weighted, bins):
    low, high = min(v for v, _ in weighted), max(v for v, _ in weighted)
    grid_bins, zeros = grid(weighted)
    width = (high - low) / bins
    out = np.zeros(bins)
    if zeros:
        out[max(0, min(bins - 1, int((0 - low) / width)))] += zeros
    for a, b, n in grid_bins:
        a, b = (max(a, low) - low) / width, (min(b, high) - low) / width
        if b <= a:
            out[min(bins - 1, int(a))] += n
            continue
        for i in range(int(a), min(bins - 1, int(b)) + 1):
            out[i] += n * max(0.0, min(b, i + 1) - max(a, i)) / (b - a)
    return out


def step_of(low, high, target):
    qmin, qmax, symmetry = target
    low, high = min(low, 0.0), max(high, 0.0)
    return max(-low, high) / ((qmax - qmin) / 2) if symmetry == "SYMMETRIC" else (high - low) / (qmax - qmin)


def l2(weighted, target):
    low, high = min(v for v, _ in weighted), max(v for v, _ in weighted)
    o = observer([float(x) for x in projection(weighted, 2048)], low, high, target[1] - target[0] + 1)
    return [float(x) for x in o._non_linear_param_search()]


def mse(weighted, target):
    low, high = min(v for v, _ in weighted), max(v for v, _ in weighted)
    bins, _ = grid(weighted)
    middle = np.array([(max(a, low) + min(b, high)) / 2 for a, b, _ in bins])
    count = np.array([n for _, _, n in bins], dtype=float)
    qmin, qmax, symmetry = target

    def error(l, h):
        s = step_of(l, h, target)
        z = (qmin + qmax + 1) // 2 if symmetry == "SYMMETRIC" else qmin - np.rint(min(l, 0) / s)
        q = np.clip(np.rint(middle / s) + z, qmin, qmax)
        return float((count * ((q - z) * s - middle) ** 2).sum())

    l, h = low, high
    for _ in range(4):
        before = (l, h)
        if h > 0:
            h = min([h] + [high * i / 200 for i in range(1, 200)], key=lambda x: (error(l, x), x != h))
        if l < 0:
            l = min([l] + [low * i / 200 for i in range(1, 200)], key=lambda x: (error(x, h), x != l))
        if before == (l, h):
            break
    return [l, h]


def percentile(weighted, share):
    bins, zeros = grid(weighted)
    rows = sorted(bins + ([(0.0, 0.0, zeros)] if zeros else []), key=lambda r: r[0] + r[1])
    total = sum(n for _, _, n in rows)
    low, high = min(v for v, _ in weighted), max(v for v, _ in weighted)

    def at(rank):
        below = 0
        for a, b, n in rows:
            if below + n >= rank:
                return a + (b - a) * (rank - below) / n
            below += n
        return rows[-1][1]

    cut = total * (1 - share / 100) / 2
    return [max(low, at(cut)), min(high, at(total - cut))]


def entropy(weighted, target):
    low, high = min(v for v, _ in weighted), max(v for v, _ in weighted)
    qmin, qmax, symmetry = target
    bound = max(-low, high)
    counts = np.zeros(2048)
    for a, b, n in grid(weighted)[0]:
        counts[min(2047, int(abs(a + b) / 2 * (2048 / bound)))] += n
    cut = counts.copy()
    for i in np.nonzero(counts > counts.sum() / 1000)[0]:
        near = sorted(counts[max(0, i - 16):i + 17])
        cut[i] = min(counts[i], 2 * near[len(near) // 2])
    both = low < 0 < high
    levels = (qmax - qmin + 1) // (2 if both or symmetry == "SYMMETRIC" else 1)
    total = cut.sum()
    best = (float("inf"), 2048)
    for kept in range(levels, 2049):
        inside, p = cut[:kept], cut[:kept].copy()
        p[-1] += cut[kept:].sum()
        if inside.sum() <= 0:
            continue
        q = np.zeros(kept)
        for level in range(levels):
            a, b = level * kept // levels, (level + 1) * kept // levels
            occupied = p[a:b] > 0
            if occupied.any():
                q[a:b] = inside[a:b].sum() / occupied.sum() / inside.sum()
        some = p > 0
        divergence = float((p[some] / total * np.log(p[some] / total / np.maximum(q[some], 1e-12))).sum())
        if divergence < best[0]:
            best = (divergence, kept)
    threshold = bound * best[1] / 2048
    return [max(low, -threshold), min(high, threshold)]


def sample(n, scale, outliers):
    return [(round(random.gauss(0, scale) * 4096) / 4096, 1 + random.randrange(9)) for _ in range(n)] + outliers


SAMPLES = {
    "normal": sample(300, 1, []),
    "outlier": sample(200, 1, [(9.0, 1), (-7.0, 2)]),
    "rectified": [(abs(v), n) for v, n in sample(200, 1, [(0.0, 700), (0.25, 300), (6.5, 1)])],
    "negative": [(-abs(v) - 0.5, n) for v, n in sample(100, 2, [])],
    "few": [(-1.0, 3), (0.5, 1), (4.0, 2)],
    "dense": [(i / 512 - 3, 5) for i in range(1, 4000, 3)] + [(12.0, 1)],
}
for name, weighted in SAMPLES.items():
    bins, zeros = grid(weighted)
    CASES.append({"kind": "projection", "sample": name, "values": weighted,
                  "histogram": [float(x) for x in projection(weighted, 37)]})
    for target in TARGETS:
        for method, solve in (("l2", l2), ("mse", mse), ("entropy", entropy)):
            CASES.append({"kind": "method", "method": method, "sample": name, "target": target,
                          "range": solve(weighted, target)})
    for share in (99.9, 99.0, 90.0, 60.0, 100.0):
        CASES.append({"kind": "method", "method": "percentile:%s" % share, "sample": name, "target": TARGETS[0],
                      "range": percentile(weighted, share)})

write("ranges.json", CASES)

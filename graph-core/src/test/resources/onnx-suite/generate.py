"""python generate.py SUITE [KIB]   Copies of ONNX's operator cases (Apache-2.0, package onnx 1.23.1) into this folder: of every operator that
both engines get right the smallest cases, as long as they fit. SUITE is a folder that dev/onnx-suite runs; the list of right cases is read
from its output with --verbose: dev/onnx-suite SUITE --verbose | python generate.py SUITE."""
import json, pathlib, shutil, sys

suite, here = pathlib.Path(sys.argv[1]), pathlib.Path(__file__).parent
limit = 1024 * int(sys.argv[2] if len(sys.argv) > 2 else 420)
not_right = {line.split()[1] for line in sys.stdin if line.startswith(("REFUSED", "WRONG"))}
size = lambda f: sum(p.stat().st_size for p in f.iterdir())
metas = {f: json.loads((f / "meta.json").read_text()) for f in suite.iterdir()}
right = [f for f, m in metas.items() if f.name not in not_right and m["plain"] and m["inference"] and "align_corners" not in f.name]
right.sort(key=lambda f: (len(metas[f]["ops"]), size(f), f.name))
chosen, seen, total = [], set(), 0
for f in right:
    kind = (tuple(metas[f]["ops"]), metas[f]["opset"][""])
    if kind in seen or total + size(f) > limit or (set(metas[f]["ops"]) <= {o for k in seen for o in k[0]} and len(metas[f]["ops"]) > 1):
        continue
    seen.add(kind)
    total += size(f)
    chosen.append(f)
for f in chosen:
    shutil.copytree(f, here / f.name, dirs_exist_ok=True)
print(len(chosen), "cases,", total, "bytes,", len({o for k in seen for o in k[0]}), "operators")

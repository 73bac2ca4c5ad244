#!/usr/bin/env python3
"""Writes the operators that ONNX defines by other operators, the same for every node, from onnx.defs.

    python3 dev/onnx-functions.py > graph-core/src/main/resources/io/octant/onnx/rewrite/functions.txt

A ModelProto in protobuf's text format; a function's overload is the version of the operator set that brought this version of the
operator, its attribute_proto are the defaults. Only those without a translation of their own are there, which the rows of the operator table
name. Needs the package onnx (written with 1.23.1).
"""
import pathlib

import onnx
from google.protobuf import text_format
from onnx import defs

NEWEST = 28
TABLE = pathlib.Path(__file__).parent.parent / "graph-core/src/main/resources/io/octant/operator"


def translated():
    lines = [line.split() for f in TABLE.glob("*.txt") for line in f.read_text().splitlines()]
    return {name.strip(",") for words in lines if words[:1] == ["onnx"] for name in words[1:]} | {"Range"}


def main():
    model = onnx.ModelProto()
    known = translated()
    every = [s for s in defs.get_all_schemas_with_history() if s.domain == "" and s.since_version <= NEWEST and s.has_function]
    for s in sorted(every, key=lambda s: (s.name, s.since_version)):
        if s.name in known:
            continue
        f = model.functions.add()
        f.CopyFrom(s.function_body)
        f.ClearField("doc_string")
        f.ClearField("domain")
        f.ClearField("attribute")
        f.overload = str(s.since_version)
        for name, a in sorted(s.attributes.items()):
            if a.default_value.type:
                f.attribute_proto.add().CopyFrom(a.default_value)
            else:
                f.attribute.append(name)
        for n in f.node:
            n.ClearField("domain")
            n.ClearField("doc_string")
    print(text_format.MessageToString(model), end="")


main()

#!/usr/bin/env python3
"""Writes the signatures of ONNX's operators, every version of each, from onnx.defs.

    python3 dev/onnx-schemas.py > graph-core/src/main/resources/io/octant/onnx/operator/schemas.txt

A line is: type, first version, fewest and most inputs, most outputs, then attributes as name:TYPE=default. Needs the package
onnx (written with 1.23.1). All operators of the default domain are there, whether or not the importer has a translation.
"""
from onnx import defs, helper

NEWEST = 28
VARIADIC = 2147483647


def attribute(name, schema):
    default = schema.default_value
    value = "" if default.type == 0 else helper.get_attribute_value(default)
    if isinstance(value, bytes):
        value = value.decode()
    if isinstance(value, list):
        value = ",".join(v.decode() if isinstance(v, bytes) else str(v) for v in value)
    return f"{name}:{str(schema.type).split('.')[-1]}={value}"


def main():
    every = [s for s in defs.get_all_schemas_with_history() if s.domain == "" and s.since_version <= NEWEST]
    for s in sorted(every, key=lambda s: (s.name, s.since_version)):
        arity = [s.min_input, s.max_input, s.max_output]
        counts = " ".join("many" if n == VARIADIC else str(n) for n in arity)
        attributes = [attribute(k, v) for k, v in sorted(s.attributes.items())]
        print(" ".join([s.name, str(s.since_version), counts, *attributes]))


main()

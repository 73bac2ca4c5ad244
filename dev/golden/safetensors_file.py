"""A safetensors file: tensors by name, those with more than 4 elements and the same bytes stored once."""

import json
import pathlib
import struct

import torch

DTYPES = {
    torch.float32: "F32",
    torch.float64: "F64",
    torch.float16: "F16",
    torch.bfloat16: "BF16",
    torch.int64: "I64",
    torch.int32: "I32",
    torch.int16: "I16",
    torch.int8: "I8",
    torch.uint8: "U8",
    torch.uint16: "U16",
    torch.bool: "BOOL",
}


class TensorFile:
    def __init__(self):
        self.rows = {}
        self.by_bytes = {}

    def __bool__(self):
        return bool(self.rows)

    def add(self, label, tensor):
        """Adds a tensor and returns the name to refer to it by, which is another label if the bytes are known."""
        tensor = tensor.detach().cpu().contiguous()
        dtype = DTYPES[tensor.dtype]
        data = bytes(tensor.reshape(-1).view(torch.uint8).numpy()) if tensor.numel() else b""
        key = (dtype, tuple(tensor.shape), data)
        if tensor.numel() > 4 and key in self.by_bytes:
            return self.by_bytes[key]
        name, i = label, 1
        while name in self.rows and self.rows[name] != key:
            i += 1
            name = f"{label}_{i}"
        self.rows[name] = key
        self.by_bytes.setdefault(key, name)
        return name

    def write(self, path):
        """Wider elements first, so that every tensor is aligned."""
        width = lambda row: -int("".join(c for c in row[0] if c.isdigit()) or 8)
        header, at = {}, 0
        ordered = sorted(self.rows.items(), key=lambda item: (width(item[1]), item[0]))
        for name, (dtype, shape, data) in ordered:
            header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [at, at + len(data)]}
            at += len(data)
        text = json.dumps(header, separators=(",", ":")).encode()
        text += b" " * (-len(text) % 8)
        pathlib.Path(path).write_bytes(struct.pack("<Q", len(text)) + text + b"".join(row[2] for _, row in ordered))


def read(path):
    """All tensors of a file by name."""
    data = pathlib.Path(path).read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    dtypes = {v: k for k, v in DTYPES.items()}
    out = {}
    for name, row in json.loads(data[8 : 8 + size]).items():
        begin, end = row["data_offsets"]
        raw = bytearray(data[8 + size + begin : 8 + size + end])
        flat = torch.frombuffer(raw, dtype=dtypes[row["dtype"]]) if raw else torch.empty(0, dtype=dtypes[row["dtype"]])
        out[name] = flat.reshape(row["shape"])
    return out

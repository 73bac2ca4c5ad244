"""Peers as a lesser processor would run them: see docs/performance.md.

PyTorch and ONNX Runtime ask the processor what it offers by the instruction cpuid, each in many places, and oneDNN's cap holds for few of them. A
copy of their libraries in which each of these instructions faults, with cpuid.cpp to answer the fault, is capped wholly. What is
installed stays as it is.
"""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
NAMES = ("AVX2", "AVX2_VNNI", "AVX512_CORE", "AVX512_CORE_VNNI")
PACKAGES = {"torch": "lib", "onnxruntime": "capi"}  # and the folder of each that has its libraries
CPUID, FAULT = b"\x0f\xa2", b"\x0f\xff"


def places(library):
    """the offsets in the file of its instructions cpuid, as the disassembler finds them: the same two bytes are in other instructions too"""
    segments = []
    for line in subprocess.run(["objdump", "-p", "-w", library], check=True, capture_output=True, text=True).stdout.splitlines():
        load = re.match(r"\s+LOAD off\s+0x(\w+) vaddr 0x(\w+)", line)
        if load:
            segments.append(tuple(int(number, 16) for number in load.groups()))
    disassembly = subprocess.Popen(["objdump", "-d", "--no-show-raw-insn", library], stdout=subprocess.PIPE, text=True)
    for line in disassembly.stdout:
        if "cpuid" in line:
            instruction = re.match(r"\s+([0-9a-f]+):\s+cpuid\s*$", line)
            if instruction:
                address = int(instruction[1], 16)
                offset, start = max((s for s in segments if s[1] <= address), key=lambda s: s[1])
                yield address - start + offset
    if disassembly.wait() != 0:
        sys.exit(f"bench-peers: Cannot disassemble {library}: objdump ended with {disassembly.returncode}")


def faulting(library, copy):
    """makes the copy, a link where there is nothing to change"""
    found = list(places(library))
    if not found:
        copy.symlink_to(library)
        return
    shutil.copyfile(library, copy)
    with open(copy, "r+b") as file:
        for offset in found:
            file.seek(offset)
            if file.read(2) != CPUID:
                sys.exit(f"bench-peers: Cannot change {library}: no cpuid at {offset}")
            file.seek(offset)
            file.write(FAULT)


def mirrored(package, libraries, folder):
    """the package as links, but for the libraries that ask the processor"""
    installed = Path(importlib.util.find_spec(package).origin).parent
    mirror = folder / package
    (mirror / libraries).mkdir(parents=True)
    for entry in installed.iterdir():
        if entry.name != libraries:
            (mirror / entry.name).symlink_to(entry)
    for entry in (installed / libraries).iterdir():
        if entry.is_file() and ".so" in entry.name:
            faulting(entry, mirror / libraries / entry.name)
        else:
            (mirror / libraries / entry.name).symlink_to(entry)


def stamp():
    """what the mirror depends on: other packages make it anew"""
    files = [Path(importlib.util.find_spec(package).origin) for package in PACKAGES]
    return "\n".join(f"{file} {file.stat().st_mtime_ns}" for file in files)


def environment(isa, cache):
    """the environment of a peer that takes this processor for one that offers no more than that"""
    folder = cache / "capped"
    written, library = folder / "stamp", folder / "libcpuid.so"
    if not written.exists() or written.read_text() != stamp():
        print(f"bench-peers: makes copies of PyTorch and ONNX Runtime that can be capped in {folder} (some minutes, once)", file=sys.stderr)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for package, libraries in PACKAGES.items():
            mirrored(package, libraries, folder)
        written.write_text(stamp())
    subprocess.run(["g++", "-std=c++17", "-O1", "-Wall", "-shared", "-fPIC", "-o", library, HERE / "cpuid.cpp"], check=True)
    return {**os.environ, "ONEDNN_MAX_CPU_ISA": isa, "LD_PRELOAD": str(library), "PYTHONPATH": str(folder)}

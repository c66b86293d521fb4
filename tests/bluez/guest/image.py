#!/usr/bin/env python3
"""Makes what QEMU boots: the kernel's bare ELF, and an initial RAM disk with a few programs. Needs only Python.

image.py kernel VMLINUZ OUT           takes the ELF out of a bzImage; an emulated processor would unpack it for seconds
image.py disk OUT MODULES NAMES ITEM…  packs a newc archive of the kernel modules NAMES (comma-separated, with what they
                                      depend on, numbered in the order to load them) and of the items:
                                      SOURCE=PATH a file, SOURCE:ldd=PATH a program with its shared libraries,
                                      link:TARGET=PATH a symbolic link
"""

import gzip
import lzma
import os
import re
import struct
import subprocess
import sys

LIBRARIES = "lib/x86_64-linux-gnu"


def kernel(source, out):
    image = open(source, "rb").read()
    sectors = image[0x1F1] or 4
    offset, length = struct.unpack_from("<II", image, 0x248)
    start = (sectors + 1) * 512 + offset
    payload = image[start : start + length]
    if payload.startswith(b"\xfd7zXZ\0"):
        elf = lzma.LZMADecompressor().decompress(payload)
    elif payload.startswith(b"\x1f\x8b"):
        elf = gzip.decompress(payload)
    else:
        program = "zstd" if payload.startswith(b"\x28\xb5\x2f\xfd") else "lz4"
        # What follows the compressed part makes them complain; the ELF is checked below.
        done = subprocess.run([program, "-dc"], input=payload, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        elf = done.stdout
    if not elf.startswith(b"\x7fELF"):
        sys.exit(f"{source} holds no ELF that can be unpacked")
    with open(out, "wb") as file:
        file.write(elf)


class Disk:
    def __init__(self):
        self.entries = {}

    def add(self, path, mode, content):
        path = path.lstrip("/")
        folder = os.path.dirname(path)
        while folder and folder not in self.entries:
            self.entries[folder] = (0o40755, b"")
            folder = os.path.dirname(folder)
        self.entries[path] = (mode, content)

    def add_file(self, source, path):
        with open(source, "rb") as file:
            self.add(path, 0o100000 | (os.stat(source).st_mode & 0o777), file.read())

    def add_item(self, item):
        source, path = item.split("=")
        if source.startswith("link:"):
            self.add(path, 0o120777, source[5:].encode())
            return
        if source.endswith(":ldd"):
            source = source[:-4]
            self.add_libraries(source)
        self.add_file(source, path)

    def add_libraries(self, program):
        told = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
        if "not found" in told:
            sys.exit(f"{program} lacks libraries:\n{told}")
        for found in re.findall(r"(?:=> )?(/\S+) \(", told):
            # A library may come from a folder of unpacked packages: in the guest all lie where the loader looks.
            path = found if found.startswith("/lib64/") else f"{LIBRARIES}/{os.path.basename(found)}"
            self.add_file(os.path.realpath(found), path)

    def add_modules(self, folder, names):
        for number, (name, content) in enumerate(in_load_order(folder, names)):
            self.add(f"modules/{number:03}-{name}.ko", 0o100644, content)

    def write(self, out):
        with open(out, "wb") as file:
            records = [("dev", 0o40755, b"", 0, 0), ("dev/console", 0o20600, b"", 5, 1)]
            records += [(path, *self.entries[path], 0, 0) for path in sorted(self.entries) if path != "dev"]
            records.append(("TRAILER!!!", 0, b"", 0, 0))
            for inode, (path, mode, content, major, minor) in enumerate(records, 1):
                name = path.encode() + b"\0"
                fields = (inode, mode, 0, 0, 1, 0, len(content), 0, 0, major, minor, len(name), 0)
                file.write(b"070701" + b"".join(b"%08x" % field for field in fields) + name)
                file.write(b"\0" * (-(110 + len(name)) % 4))
                file.write(content + b"\0" * (-len(content) % 4))


def in_load_order(folder, names):
    sources = {}
    for where, _, files in os.walk(folder):
        for file in files:
            name, dot, _ = file.partition(".ko")
            if dot:
                sources[name.replace("-", "_")] = os.path.join(where, file)
    ordered = {}

    def need(name):
        name = name.replace("-", "_")
        # What is no file is built into the kernel.
        if name in ordered or name not in sources:
            return
        content = unpacked(sources[name])
        depends = re.search(rb"\0depends=([^\0]*)", content)
        for other in depends.group(1).decode().split(",") if depends else []:
            need(other)
        ordered[name] = content

    for name in names:
        need(name)
    return ordered.items()


def unpacked(module):
    with open(module, "rb") as file:
        content = file.read()
    return lzma.decompress(content) if module.endswith(".xz") else content


def main():
    match sys.argv[1:]:
        case ["kernel", source, out]:
            kernel(source, out)
        case ["disk", out, modules, names, *items]:
            disk = Disk()
            disk.add_modules(modules, names.split(","))
            for item in items:
                disk.add_item(item)
            disk.write(out)
        case _:
            sys.exit(__doc__)


main()

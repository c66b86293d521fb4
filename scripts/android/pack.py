#!/usr/bin/env python3
"""Packs an APK: pack.py OUT_APK RESOURCES_APK DEX_DIR LIB_DIR

Same inputs, same bytes: fixed order, fixed dates, nothing of the machine. Shared objects and resources.arsc are stored
uncompressed, at 16 KiB and 4 byte boundaries, so that Android maps them straight from the file. It does not sign.
"""

import sys
import zipfile
from pathlib import Path

DATE = (1981, 1, 1, 1, 1, 2)
ALIGNMENT_FIELD = 0xD935  # the extra field that zipalign and apksig use: u16 alignment, then padding
LOCAL_HEADER = 30


def main(out, resources, dex, libraries):
    with zipfile.ZipFile(out, "w") as apk:
        for name, data in entries(resources, Path(dex), Path(libraries)):
            add(apk, name, data)


def entries(resources, dex, libraries):
    """Everything that goes in, the manifest first, then by name."""
    with zipfile.ZipFile(resources) as linked:
        found = {entry.filename: linked.read(entry) for entry in linked.infolist()}
    for file in dex.glob("*.dex"):
        found[file.name] = file.read_bytes()
    for file in libraries.glob("*/*.so"):
        found[f"lib/{file.parent.name}/{file.name}"] = file.read_bytes()
    return sorted(found.items(), key=lambda entry: (entry[0] != "AndroidManifest.xml", entry[0]))


def add(apk, name, data):
    info = zipfile.ZipInfo(name, DATE)
    info.create_system = 0
    info.external_attr = 0
    alignment = 16384 if name.endswith(".so") else 4 if name == "resources.arsc" else 0
    if alignment:
        info.compress_type = zipfile.ZIP_STORED
        start = apk.fp.tell() + LOCAL_HEADER + len(name.encode())
        padding = -(start + 6) % alignment
        info.extra = b"".join(n.to_bytes(2, "little") for n in (ALIGNMENT_FIELD, padding + 2, alignment)) + bytes(padding)
    else:
        info.compress_type = zipfile.ZIP_DEFLATED
    apk.writestr(info, data, compresslevel=9)


main(*sys.argv[1:])

#!/usr/bin/env python3
"""Checks a built APK against what this app promises: check-apk.py APK TOOLS_DIR [--abis ABI,ABI] [--not-in TEXT]...

Prints a table of what takes the space, then each promise that is broken; ends with 1 if there is one. TOOLS_DIR has
aapt2 and apksig.jar. --not-in names texts that no file may hold: folders of the building machine. Never changes the APK.
"""

import argparse
import re
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

sys.dont_write_bytecode = True
import elf
import unwind

HERE = Path(__file__).parent
PACKAGE = "org.bandrescue"
MIN_SDK, TARGET_SDK = 26, 36
PAGE = 16384
# The APK has three such libraries, and is for phones with little space.
MAX_APK, MAX_ARM64 = 4_100_000, 1_200_000

# Just these, with the last Android that may grant them (None: all).
PERMISSIONS = {
    "android.permission.BLUETOOTH": 30,
    "android.permission.BLUETOOTH_ADMIN": 30,
    "android.permission.ACCESS_COARSE_LOCATION": 30,
    "android.permission.ACCESS_FINE_LOCATION": 30,
    "android.permission.BLUETOOTH_SCAN": None,
    "android.permission.BLUETOOTH_CONNECT": None,
    "android.permission.VIBRATE": None,
}
NEVER_FOR_LOCATION = 0x00010000
# Every component, and whether other apps can reach it.
COMPONENTS = {("activity", f"{PACKAGE}.MainActivity"): True}
# Attributes of <application> that must be there just so; None: must not be there.
APPLICATION = {
    "allowBackup": "false",
    "fullBackupContent": "false",
    "extractNativeLibs": "false",
    "debuggable": None,
    "testOnly": None,
    "usesCleartextTraffic": None,
    "networkSecurityConfig": None,
    "sharedUserId": None,
}
# The two libraries of an ABI; what JNA's may import is its own business, as long as Android 8 has it.
LIBRARIES = {"librescue.so", "libjnidispatch.so"}
SYSTEM = {"libc.so", "libm.so", "libdl.so", "liblog.so"}


class Element:
    """One element of the binary manifest, as aapt2 prints it."""

    def __init__(self, name, depth):
        self.name, self.depth, self.attributes, self.children = name, depth, {}, []

    def all(self, name):
        return [child for child in self.children if child.name == name]


def parse_manifest(text):
    root = Element("", -1)
    path = [root]
    for line in text.splitlines():
        depth = len(line) - len(line.lstrip())
        if found := re.match(r"\s*E: (\S+)", line):
            while path[-1].depth >= depth:
                path.pop()
            element = Element(found[1], depth)
            path[-1].children.append(element)
            path.append(element)
        elif found := re.match(r'\s*A: (?:.*:)?(\w+)(?:\(0x[0-9a-f]+\))?=(?:"(.*?)"(?: \(Raw.*)?|(\S+))$', line):
            path[-1].attributes[found[1]] = found[2] if found[2] is not None else found[3]
    manifests = root.all("manifest")
    if len(manifests) != 1:
        raise ValueError("the manifest cannot be read")
    return manifests[0]


def check_manifest(manifest):
    attributes = manifest.attributes
    yield from differs("the package", attributes.get("package"), PACKAGE)
    sdk = manifest.all("uses-sdk")[0].attributes if manifest.all("uses-sdk") else {}
    yield from differs("minSdkVersion", sdk.get("minSdkVersion"), str(MIN_SDK))
    yield from differs("targetSdkVersion", sdk.get("targetSdkVersion"), str(TARGET_SDK))
    if "sharedUserId" in attributes:
        yield "sharedUserId is set"

    asked = {}
    for element in manifest.children:
        if element.name.startswith("uses-permission"):
            until = element.attributes.get("maxSdkVersion")
            asked[element.attributes["name"]] = int(until, 0) if until else None
        if element.name == "uses-permission" and element.attributes["name"].endswith(".BLUETOOTH_SCAN"):
            if int(element.attributes.get("usesPermissionFlags", "0"), 0) != NEVER_FOR_LOCATION:
                yield "BLUETOOTH_SCAN is asked for without neverForLocation"
    for name in sorted(asked.keys() | PERMISSIONS.keys()):
        if name not in PERMISSIONS:
            yield f"asks for {name}"
        elif name not in asked:
            yield f"does not ask for {name}"
        else:
            yield from differs(f"maxSdkVersion of {name}", asked[name], PERMISSIONS[name])

    if len(manifest.all("application")) != 1:
        yield "there is not one <application>"
        return
    application = manifest.all("application")[0]
    for name, wanted in APPLICATION.items():
        yield from differs(name, application.attributes.get(name), wanted)
    if "dataExtractionRules" not in application.attributes:
        yield "dataExtractionRules is missing: Android 12 would copy the keys to a new phone"

    found = {}
    for element in application.children:
        if element.name in ("activity", "activity-alias", "service", "receiver", "provider"):
            name = element.attributes["name"]
            name = PACKAGE + name if name.startswith(".") else name
            found[element.name, name] = element.attributes.get("exported") == "true"
            if element.attributes.get("exported") not in ("true", "false"):
                yield f"{element.name} {name} does not say whether it is exported"
    for key in sorted(found.keys() | COMPONENTS.keys()):
        yield from differs(f"exported of {' '.join(key)}", found.get(key), COMPONENTS.get(key))


def check_library(abi, name, data, allowed):
    """What Android 8's linker, phones with 16 KB pages and the unwinder need of a library."""
    where = f"lib/{abi}/{name}"
    library = elf.Library(data)
    yield from differs(f"{where}: machine", library.machine, elf.MACHINES[abi])
    if library.has(elf.PT_TLS):
        yield f"{where}: has thread-local storage, which Android 8 cannot load"
    if library.tags() & {elf.DT_RELR, elf.DT_RELRSZ, elf.DT_ANDROID_RELR}:
        yield f"{where}: has RELR relocations, which Android 8 cannot read"
    if elf.DT_TEXTREL in library.tags():
        yield f"{where}: has text relocations"
    if elf.DT_HASH not in library.tags():
        yield f"{where}: has no hash table that every Android reads"
    for segment in library.segments:
        if segment.kind == elf.PT_LOAD and (segment.align < PAGE or (segment.offset - segment.address) % PAGE):
            yield f"{where}: a segment is not aligned to 16 KB"
        if segment.kind == elf.PT_GNU_STACK and segment.flags & 1:
            yield f"{where}: the stack is executable"
    for needed in sorted(set(library.needed()) - SYSTEM):
        yield f"{where}: needs {needed}, which the app does not have"
    imported = library.imported()
    for symbol in sorted(s for s in imported | library.imported_weakly() if s.startswith("_Unwind_")):
        yield f"{where}: {symbol} is undefined: a panic would end the app"
    if name != "librescue.so":
        return
    for symbol in sorted(imported - allowed):
        yield f"{where}: imports {symbol}, which is not in scripts/android/symbols"
    yield from differs(f"{where}: soname", library.soname(), name)
    tables = elf.PT_ARM_EXIDX if abi == "armeabi-v7a" else elf.PT_GNU_EH_FRAME
    if not library.has(tables):
        yield f"{where}: has no unwind tables: a panic would end the app"
    elif tables == elf.PT_GNU_EH_FRAME:
        try:
            frames, expressions = unwind.frames(library)
        except (ValueError, KeyError, struct.error) as error:
            yield f"{where}: its unwind tables cannot be read: {error}"
        else:
            if not frames:
                yield f"{where}: its unwind tables are empty: a panic would end the app"
            if expressions:
                yield f"{where}: {expressions} frames need DWARF expressions, which the unwinder was built without"


def check_signature(apk, tools):
    done = subprocess.run(
        ["java", "-cp", str(tools / "apksig.jar"), str(HERE / "Verify.java"), str(apk)], capture_output=True, text=True
    )
    if done.returncode:
        yield "the signature: " + (done.stdout + done.stderr).strip()


def check_entries(apk, data, abis, texts):
    names = [entry.filename for entry in apk.infolist()]
    if len(names) != len(set(names)):
        yield "a name is there twice"
    for entry in apk.infolist():
        name, content = entry.filename, apk.read(entry)
        start = entry.header_offset + 30 + sum(struct.unpack_from("<HH", data, entry.header_offset + 26))
        if name.endswith(".so"):
            if entry.compress_type != zipfile.ZIP_STORED or start % PAGE:
                yield f"{name}: is not stored at a 16 KB boundary"
        elif name == "resources.arsc":
            if entry.compress_type != zipfile.ZIP_STORED or start % 4:
                yield f"{name}: is not stored at a 4 byte boundary"
        if not re.fullmatch(r"AndroidManifest\.xml|classes\d*\.dex|resources\.arsc|res/[\w./-]+|lib/[\w-]+/\w+\.so", name):
            yield f"{name}: does not belong in the APK"
        for text in texts:
            if text.encode() in content:
                yield f"{name}: holds {text}, a path of the machine that built it"
    for needed in ("AndroidManifest.xml", "classes.dex", "resources.arsc"):
        if needed not in names:
            yield f"{needed} is missing"
    wanted = {f"lib/{abi}/{library}" for abi in abis for library in LIBRARIES}
    for name in sorted(wanted ^ {name for name in names if name.startswith("lib/")}):
        yield f"{name} is missing" if name in wanted else f"{name} is there, but not asked for"


def check_sizes(apk, size):
    if size >= MAX_APK:
        yield f"the APK has {size:,} bytes; it must stay under {MAX_APK:,}"
    for entry in apk.infolist():
        if entry.filename == "lib/arm64-v8a/librescue.so" and entry.file_size >= MAX_ARM64:
            yield f"{entry.filename} has {entry.file_size:,} bytes; it must stay under {MAX_ARM64:,}"


def check_resources(apk, tools):
    """aapt2 reads the whole table and every compiled XML file: a broken one ends it with an error."""
    for command in (["dump", "resources"], ["dump", "badging"]):
        done = subprocess.run([str(tools / "aapt2"), *command, str(apk)], capture_output=True, text=True)
        if done.returncode or "error:" in done.stderr:
            yield f"aapt2 {' '.join(command)}: {done.stderr.strip() or 'failed'}"
    with zipfile.ZipFile(apk) as entries:
        table = subprocess.run([str(tools / "aapt2"), "dump", "resources", str(apk)], capture_output=True, text=True).stdout
        files = {name for name in entries.namelist() if name.startswith("res/")}
        named = set(re.findall(r"\(file\) (res/\S+)", table))
        for name in sorted(files ^ named):
            yield f"{name}: is in the APK, but no resource names it" if name in files else f"{name}: is named by a resource, but missing"
        for name in sorted(files & named):
            if name.endswith(".xml"):
                done = subprocess.run(
                    [str(tools / "aapt2"), "dump", "xmltree", "--file", name, str(apk)], capture_output=True, text=True
                )
                if done.returncode or not done.stdout.strip():
                    yield f"{name}: is not valid compiled XML"


def differs(what, found, wanted):
    if found != wanted:
        yield f"{what} is {found}, not {wanted}"


def read_manifest(apk, tools):
    command = [str(tools / "aapt2"), "dump", "xmltree", "--file", "AndroidManifest.xml", str(apk)]
    return parse_manifest(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def allowed_symbols():
    lines = (line.strip() for file in (HERE / "symbols").glob("*.txt") for line in file.read_text().splitlines())
    return {line for line in lines if line and not line.startswith("#")}


def problems(path, tools, abis, texts):
    """Everything that is wrong with the APK, in words."""
    yield from check_signature(path, tools)
    yield from check_manifest(read_manifest(path, tools))
    yield from check_resources(path, tools)
    data = path.read_bytes()
    with zipfile.ZipFile(path) as apk:
        yield from check_entries(apk, data, abis, texts)
        yield from check_sizes(apk, len(data))
        for name in apk.namelist():
            if found := re.fullmatch(r"lib/([\w-]+)/(\w+\.so)", name):
                if found[1] in elf.MACHINES:
                    yield from check_library(found[1], found[2], apk.read(name), allowed_symbols())


def table(path):
    """What takes the space, largest first."""
    groups = {}
    with zipfile.ZipFile(path) as apk:
        for entry in apk.infolist():
            name = entry.filename if entry.filename.startswith(("lib/", "classes")) else entry.filename.split("/")[0]
            packed, whole = groups.get(name, (0, 0))
            groups[name] = packed + entry.compress_size, whole + entry.file_size
    total = path.stat().st_size
    groups["signature, alignment and directory"] = total - sum(packed for packed, _ in groups.values()), 0
    yield f"{'in the APK':>12}  {'unpacked':>12}"
    for name, (packed, whole) in sorted(groups.items(), key=lambda group: -group[1][0]):
        yield f"{packed:12,}  {whole or '':>12{',' if whole else ''}}  {name}"
    yield f"{total:12,}  {'':>12}  in all"


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("apk", type=Path)
    arguments.add_argument("tools", type=Path)
    arguments.add_argument("--abis", default=",".join(elf.MACHINES))
    arguments.add_argument("--not-in", action="append", default=[], dest="texts")
    chosen = arguments.parse_args()
    print("\n".join(table(chosen.apk)))
    found = list(problems(chosen.apk, chosen.tools, chosen.abis.split(","), chosen.texts))
    for problem in found:
        print(f"error: {problem}", file=sys.stderr)
    if not found:
        print("the APK keeps its promises: signature, alignment, permissions, components, symbols, unwinding, resources, size")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

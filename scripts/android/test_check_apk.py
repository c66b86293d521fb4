"""Spoils copies of an APK's parts and asserts that check-apk.py says so: a check that cannot fail protects nobody.

What needs no built APK is tested here; run with RESCUE_APK and RESCUE_TOOLS set, whole spoiled copies are tested too.
"""

import importlib.util
import os
import struct
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
spec = importlib.util.spec_from_file_location("check_apk", HERE / "check-apk.py")
check = importlib.util.module_from_spec(spec)
spec.loader.exec_module(check)

MANIFEST = """\
N: android=http://schemas.android.com/apk/res/android (line=3)
  E: manifest (line=3)
    A: package="org.bandrescue" (Raw: "org.bandrescue")
      E: uses-sdk (line=8)
        A: http://schemas.android.com/apk/res/android:minSdkVersion(0x0101020c)=26
        A: http://schemas.android.com/apk/res/android:targetSdkVersion(0x01010270)=36
%s
      E: application (line=40)
        A: http://schemas.android.com/apk/res/android:allowBackup(0x01010280)=false
        A: http://schemas.android.com/apk/res/android:fullBackupContent(0x010104eb)=false
        A: http://schemas.android.com/apk/res/android:extractNativeLibs(0x010104ea)=false
        A: http://schemas.android.com/apk/res/android:dataExtractionRules(0x0101063e)=@0x7f0e0000
          E: activity (line=52)
            A: http://schemas.android.com/apk/res/android:name(0x01010003)=".MainActivity" (Raw: ".MainActivity")
            A: http://schemas.android.com/apk/res/android:exported(0x01010010)=true
"""


def permission(name, until=None, flags=None):
    lines = ["      E: uses-permission (line=11)", f'        A: android:name(0x01010003)="{name}" (Raw: "{name}")']
    if until:
        lines.append(f"        A: android:maxSdkVersion(0x01010271)={until}")
    if flags:
        lines.append(f"        A: android:usesPermissionFlags(0x01010644)={flags}")
    return "\n".join(lines)


def permissions():
    for name, until in check.PERMISSIONS.items():
        yield permission(name, until, "0x00010000" if name.endswith("_SCAN") else None)


# DW_CFA_def_cfa_offset 16
FRAME = b"\x0e\x10"
GOOD = MANIFEST % "\n".join(permissions())


class AManifestIsRefused(unittest.TestCase):
    def problems(self, text):
        return list(check.check_manifest(check.parse_manifest(text)))

    def test_not_when_it_is_the_intended_one(self):
        self.assertEqual([], self.problems(GOOD))

    def refused(self, old, new, expected):
        self.assertIn(old, GOOD)
        self.assertIn(expected, "\n".join(self.problems(GOOD.replace(old, new))))

    def test_that_asks_for_the_internet(self):
        self.refused("      E: application", permission("android.permission.INTERNET") + "\n      E: application", "asks for android.permission.INTERNET")

    def test_that_would_derive_a_location_from_a_scan(self):
        self.refused("=0x00010000", "=0x00000000", "without neverForLocation")

    def test_that_keeps_asking_for_the_location_on_new_phones(self):
        line = "        A: android:maxSdkVersion(0x01010271)=30\n"
        self.refused(line, "", "maxSdkVersion of android.permission.ACCESS_FINE_LOCATION is None")

    def test_that_backs_up_keys(self):
        self.refused("allowBackup(0x01010280)=false", "allowBackup(0x01010280)=true", "allowBackup is true")

    def test_that_says_nothing_of_moving_to_a_new_phone(self):
        self.refused("dataExtractionRules", "label", "dataExtractionRules is missing")

    def test_that_can_be_debugged(self):
        line = "          E: activity (line=52)"
        self.refused(line, "        A: android:debuggable(0x0101000f)=true\n" + line, "debuggable is true")

    def test_that_lets_other_apps_into_a_second_component(self):
        more = '          E: receiver (line=60)\n            A: android:name(0x01010003)=".Back" (Raw: ".Back")\n            A: android:exported(0x01010010)=true\n'
        self.assertIn("exported of receiver org.bandrescue.Back is True", "\n".join(self.problems(GOOD + more)))

    def test_that_leaves_old_phones_out(self):
        self.refused("=26", "=28", "minSdkVersion is 28")


class ALibraryIsRefused(unittest.TestCase):
    """A library is made here of just the parts that the check reads."""

    def library(self, segments=(), symbols=(), tags=(), align=check.PAGE, tables=True, frame=FRAME):
        strings = b"\0" + b"".join(name.encode() + b"\0" for name, _ in symbols) + b"librescue.so\0"
        offsets, at = [], 1
        for name, _ in symbols:
            offsets.append(at)
            at += len(name) + 1
        soname = at
        table = bytes(24) + b"".join(
            struct.pack("<IBBHQQ", offset, (2 if weak else 1) << 4, 0, 0, 0, 0) for offset, (_, weak) in zip(offsets, symbols)
        )
        hashes = struct.pack("<IIII", 1, len(symbols) + 1, 0, 0)
        kinds = [(1, align), (2, 8)] + ([(check.elf.PT_GNU_EH_FRAME, 4)] if tables else []) + [(kind, 8) for kind in segments]
        start = 64 + 56 * len(kinds)
        at_table, at_hashes = start + len(strings), start + len(strings) + len(table)
        at_frames = at_hashes + len(hashes)
        common = struct.pack("<IIB3sBBBBB", 13, 0, 1, b"zR\0", 1, 0x78, 30, 1, 0x1B)
        frames = struct.pack("<BBBBi", 1, 0x1B, 0xFF, 0xFF, 4) + common
        frames += struct.pack("<IIiIB", 13 + len(frame), len(common) + 4, 0, 4, 0) + frame + bytes(4)
        at_dynamic = at_frames + len(frames)
        entries = [(5, start), (6, at_table), (4, at_hashes), (14, soname), *((tag, 1) for tag in tags), (0, 0)]
        dynamic = b"".join(struct.pack("<QQ", *entry) for entry in entries)
        size = at_dynamic + len(dynamic)
        head = b"\x7fELF" + bytes([2, 1, 1]) + bytes(9)
        head += struct.pack("<HHIQQQIHHHHHH", 3, check.elf.MACHINES["arm64-v8a"], 1, 0, 64, 0, 0, 64, 56, len(kinds), 0, 0, 0)
        for kind, alignment in kinds:
            places = {2: (at_dynamic, len(dynamic)), check.elf.PT_GNU_EH_FRAME: (at_frames, 8)}
            offset, length = places.get(kind, (0, size))
            head += struct.pack("<IIQQQQQQ", kind, 4, offset, offset, offset, length, length, alignment)
        return head + strings + table + hashes + frames + dynamic

    def problems(self, **parts):
        return "\n".join(check.check_library("arm64-v8a", "librescue.so", self.library(**parts), {"malloc"}))

    def test_not_when_nothing_is_wrong(self):
        self.assertEqual("", self.problems(symbols=[("malloc", False), ("getrandom", True)]))

    def test_with_a_symbol_that_is_not_listed(self):
        self.assertIn("imports getrandom", self.problems(symbols=[("getrandom", False)]))

    def test_without_an_unwinder(self):
        self.assertIn("_Unwind_Resume is undefined", self.problems(symbols=[("_Unwind_Resume", True)]))

    def test_without_unwind_tables(self):
        self.assertIn("no unwind tables", self.problems(tables=False))

    def test_with_a_frame_that_is_cut(self):
        self.assertIn("cannot be read", self.problems(frame=b"\x0e"))

    def test_with_a_frame_that_the_unwinder_cannot_read(self):
        # DW_CFA_def_cfa_expression of DW_OP_breg31 8
        self.assertIn("1 frames need DWARF expressions", self.problems(frame=b"\x0f\x02\x8f\x08"))

    def test_with_thread_local_storage(self):
        self.assertIn("thread-local storage", self.problems(segments=[check.elf.PT_TLS]))

    def test_with_relr_relocations(self):
        self.assertIn("RELR", self.problems(tags=[check.elf.DT_RELR]))

    def test_for_small_pages_only(self):
        self.assertIn("not aligned to 16 KB", self.problems(align=4096))

    def test_of_another_machine(self):
        self.assertIn("machine is 183, not 62", "\n".join(check.check_library("x86_64", "librescue.so", self.library(), set())))


@unittest.skipUnless("RESCUE_APK" in os.environ, "needs a built APK")
class AnApkIsRefused(unittest.TestCase):
    """Repacks the built APK with one thing wrong."""

    tools = Path(os.environ.get("RESCUE_TOOLS", ""))

    def spoiled(self, check_it, change=lambda name, data: data, stored=True, extra=()):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "spoiled.apk"
            with zipfile.ZipFile(os.environ["RESCUE_APK"]) as good, zipfile.ZipFile(path, "w") as bad:
                for entry in good.infolist():
                    data = change(entry.filename, good.read(entry))
                    entry.compress_type = entry.compress_type if stored else zipfile.ZIP_DEFLATED
                    bad.writestr(entry, data)
                for name in extra:
                    bad.writestr(name, b"x" * 16)
            return "\n".join(check_it(path))

    def entries(self, texts=()):
        def check_it(path):
            with zipfile.ZipFile(path) as apk:
                yield from check.check_entries(apk, path.read_bytes(), list(check.elf.MACHINES), texts)

        return check_it

    def test_without_a_signature(self):
        self.assertIn("the signature: ", self.spoiled(lambda path: check.check_signature(path, self.tools)))

    def test_changed_after_signing(self):
        data = bytearray(Path(os.environ["RESCUE_APK"]).read_bytes())
        with zipfile.ZipFile(os.environ["RESCUE_APK"]) as apk:
            data[apk.getinfo("classes.dex").header_offset + 100] ^= 1
        with tempfile.TemporaryDirectory() as folder:
            spoiled = Path(folder) / "spoiled.apk"
            spoiled.write_bytes(data)
            found = list(check.check_signature(spoiled, self.tools))
        self.assertIn("the signature: ", "\n".join(found))

    def test_with_compressed_libraries(self):
        self.assertIn("librescue.so: is not stored at a 16 KB boundary", self.spoiled(self.entries(), stored=False))

    def test_with_something_else_in_it(self):
        self.assertIn("assets/more: does not belong", self.spoiled(self.entries(), extra=["assets/more"]))

    def test_with_a_library_that_no_one_asked_for(self):
        self.assertIn("lib/x86/librescue.so is there", self.spoiled(self.entries(), extra=["lib/x86/librescue.so"]))

    def test_with_a_path_of_the_machine(self):
        def change(name, data):
            return data + b"/somewhere/on/a/disk/" if name == "classes.dex" else data

        self.assertIn("holds /somewhere/on/a/disk/", self.spoiled(self.entries(["/somewhere/on/a/disk/"]), change))

    def test_too_large(self):
        def check_it(path):
            with zipfile.ZipFile(path) as apk:
                yield from check.check_sizes(apk, check.MAX_APK)

        self.assertIn("it must stay under", self.spoiled(check_it))

    def test_with_a_broken_layout(self):
        def change(name, data):
            return data[: len(data) // 2] if name.startswith("res/") and name.endswith(".xml") else data

        self.assertIn("is not valid compiled XML", self.spoiled(lambda path: check.check_resources(path, self.tools), change))


if __name__ == "__main__":
    unittest.main()

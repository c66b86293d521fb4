"""Reads what Android's linker reads of a shared library: segments, the dynamic section, the symbols. Never writes."""

import struct
from typing import NamedTuple

PT_LOAD, PT_DYNAMIC, PT_NOTE, PT_TLS = 1, 2, 4, 7
PT_GNU_EH_FRAME, PT_GNU_STACK, PT_ARM_EXIDX = 0x6474E550, 0x6474E551, 0x70000001
DT_NEEDED, DT_STRTAB, DT_SYMTAB, DT_SONAME, DT_TEXTREL = 1, 5, 6, 14, 22
DT_GNU_HASH, DT_HASH, DT_RELRSZ, DT_RELR = 0x6FFFFEF5, 4, 35, 36
DT_ANDROID_RELR = 0x6FFFE000
MACHINES = {"arm64-v8a": 183, "armeabi-v7a": 40, "x86_64": 62}


class Segment(NamedTuple):
    kind: int
    flags: int
    offset: int
    address: int
    size: int
    memory: int
    align: int


class Library:
    """One ELF shared library, parsed from its bytes."""

    def __init__(self, data):
        if data[:4] != b"\x7fELF" or data[5] != 1:
            raise ValueError("not a little-endian ELF file")
        self.data = data
        self.wide = data[4] == 2
        self.machine = struct.unpack_from("<H", data, 18)[0]
        self.segments = list(self._segments())
        self.dynamic = list(self._dynamic())
        self._strings = self.offset(self._one(DT_STRTAB))

    def has(self, kind):
        """Whether there is a segment of this kind that is not empty."""
        return any(s.kind == kind and s.memory for s in self.segments)

    def tags(self):
        return {tag for tag, _ in self.dynamic}

    def needed(self):
        return [self._string(value) for tag, value in self.dynamic if tag == DT_NEEDED]

    def soname(self):
        return next((self._string(value) for tag, value in self.dynamic if tag == DT_SONAME), None)

    def imported(self):
        """Names that other libraries must have, without the weak ones."""
        return {name for name, defined, weak in self._symbols() if not defined and not weak}

    def imported_weakly(self):
        return {name for name, defined, weak in self._symbols() if not defined and weak}

    def exported(self):
        return {name for name, defined, _ in self._symbols() if defined}

    def _segments(self):
        if self.wide:
            start, size, count = *struct.unpack_from("<Q", self.data, 32), *struct.unpack_from("<HH", self.data, 54)
            for i in range(count):
                kind, flags, offset, address, _, in_file, memory, align = struct.unpack_from("<IIQQQQQQ", self.data, start + i * size)
                yield Segment(kind, flags, offset, address, in_file, memory, align)
        else:
            start, size, count = *struct.unpack_from("<I", self.data, 28), *struct.unpack_from("<HH", self.data, 42)
            for i in range(count):
                kind, offset, address, _, in_file, memory, flags, align = struct.unpack_from("<IIIIIIII", self.data, start + i * size)
                yield Segment(kind, flags, offset, address, in_file, memory, align)

    def _dynamic(self):
        form = "<QQ" if self.wide else "<II"
        for segment in self.segments:
            if segment.kind != PT_DYNAMIC:
                continue
            for tag, value in struct.iter_unpack(form, self.data[segment.offset : segment.offset + segment.size]):
                if tag == 0:
                    return
                yield tag, value

    def _symbols(self):
        start = self.offset(self._one(DT_SYMTAB))
        # DT_HASH says how many there are: its second word is the number of chains, one a symbol
        count = struct.unpack_from("<I", self.data, self.offset(self._one(DT_HASH)) + 4)[0]
        for i in range(1, count):
            if self.wide:
                name, info, _, section = struct.unpack_from("<IBBH", self.data, start + i * 24)
            else:
                name, _, _, info, _, section = struct.unpack_from("<IIIBBH", self.data, start + i * 16)
            yield self._string(name), section != 0, info >> 4 == 2

    def _one(self, wanted):
        for tag, value in self.dynamic:
            if tag == wanted:
                return value
        raise ValueError(f"no dynamic entry {wanted:#x}")

    def offset(self, address):
        """Where in the file an address is."""
        for s in self.segments:
            if s.kind == PT_LOAD and s.address <= address < s.address + s.size:
                return s.offset + address - s.address
        raise ValueError(f"address {address:#x} is in no segment")

    def _string(self, at):
        end = self.data.index(b"\0", self._strings + at)
        return self.data[self._strings + at : end].decode()

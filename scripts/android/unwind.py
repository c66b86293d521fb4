"""Reads the tables by which a panic finds its way (.eh_frame, LSB Core 5.0 ch. 10 and DWARF 4 ch. 6.4). Never writes."""

import struct

import elf

# DW_EH_PE_*: the low four bits of how a pointer is written -> its bytes.
POINTER = {0x00: 8, 0x02: 2, 0x03: 4, 0x04: 8, 0x0A: 2, 0x0B: 4, 0x0C: 8}
# DW_CFA_* of the low six bits -> operands: a number of bytes, "u" an LEB128, "b" a block: a DWARF expression.
OPERANDS = {
    0x00: [], 0x02: [1], 0x03: [2], 0x04: [4], 0x05: "uu", 0x06: "u", 0x07: "u", 0x08: "u", 0x09: "uu", 0x0A: [], 0x0B: [],
    0x0C: "uu", 0x0D: "u", 0x0E: "u", 0x0F: "b", 0x10: "ub", 0x11: "uu", 0x12: "uu", 0x13: "u", 0x14: "uu", 0x15: "uu",
    0x16: "ub", 0x2D: [], 0x2E: "u",
}


class Reader:
    """Reads forwards through bytes."""

    def __init__(self, data, at, end):
        self.data, self.at, self.end = data, at, end

    def skip(self, count):
        self.at += count
        if self.at > self.end:
            raise ValueError("a frame that ends in the middle of something")

    def byte(self):
        self.skip(1)
        return self.data[self.at - 1]

    def leb128(self):
        """Unsigned; a signed one has the same length."""
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def word(self):
        self.skip(4)
        return struct.unpack_from("<I", self.data, self.at - 4)[0]

    def text(self):
        start = self.at
        while self.byte():
            pass
        return self.data[start : self.at - 1].decode()


def frames(library):
    """How many frames (FDEs) there are, and how many of their instructions hold a DWARF expression."""
    header = next(s for s in library.segments if s.kind == elf.PT_GNU_EH_FRAME)
    version, encoding, _, _, distance = struct.unpack_from("<BBBBi", library.data, header.offset)
    if (version, encoding) != (1, 0x1B):
        raise ValueError(f"an .eh_frame_hdr of version {version} with pointers of kind {encoding:#x}")
    at = library.offset(header.address + 4 + distance)
    pointers, count, expressions = {}, 0, 0
    while length := struct.unpack_from("<I", library.data, at)[0]:
        reader = Reader(library.data, at + 4, at + 4 + length)
        back = reader.word()
        if back == 0:
            pointers[at] = common(reader)
        else:
            size = pointers[at + 4 - back]
            reader.skip(2 * size)
            reader.skip(reader.leb128())
            count += 1
        expressions += expressions_of(reader)
        at = reader.end
    return count, expressions


def common(cie):
    """Reads the head of a CIE; how many bytes the pointers of its frames have."""
    cie.byte()
    augmentation = cie.text()
    if not augmentation.startswith("z"):
        raise ValueError(f"a frame with the augmentation {augmentation!r}")
    for _ in range(4):  # the code's and the data's alignment, the return address's register, the length of what follows
        cie.leb128()
    size = 8
    for letter in augmentation[1:]:
        if letter == "R":
            size = POINTER[cie.byte() & 0x0F]
        elif letter == "L":
            cie.byte()
        elif letter == "P":
            cie.skip(POINTER[cie.byte() & 0x0F])
        elif letter not in "SB":
            raise ValueError(f"a frame with the augmentation {augmentation!r}")
    return size


def expressions_of(instructions):
    found = 0
    while instructions.at < instructions.end:
        code = instructions.byte()
        if code & 0xC0:
            if code & 0xC0 == 0x80:
                instructions.leb128()
            continue
        if code not in OPERANDS:
            raise ValueError(f"a frame instruction {code:#x}")
        for operand in OPERANDS[code]:
            if operand == "u":
                instructions.leb128()
            elif operand == "b":
                instructions.skip(instructions.leb128())
                found += 1
            else:
                instructions.skip(operand)
    return found

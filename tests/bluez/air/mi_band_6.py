"""Mi Band 6 with firmware that speaks the protocol of 2021: keys are agreed on over a curve, commands are encrypted.

Source: docs/protocol.md. It hands out a random on the old road too, and then refuses whatever comes.
"""

import secrets
import zlib

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from . import b163
from .band import COMMAND, NOTIFY, READ, WRITE, bluetooth, maker, structure
from .mi_band_2 import ERASE, HUAMI_ID, MiBand2, encrypt

AUTH, COMPATIBILITY, FIND, BATTERY = 0x0082, 0x0090, 0x001A, 0x0029
FIRST, LAST, ACKNOWLEDGE, ENCRYPTED = 0x01, 0x02, 0x04, 0x08
PAIRING_V2 = bytes.fromhex("018101")
MAKERS_KEY_HASH = bytes.fromhex("1863c2cce5d159413bed92c4b163c279")


def decrypt(key, content):
    decryptor = Cipher(algorithms.AES(key), modes.ECB()).decryptor()
    return decryptor.update(content) + decryptor.finalize()


def message_key(key, handle):
    return bytes(byte ^ handle for byte in key)


class Assembly:
    """Puts a message together from its chunks."""

    def __init__(self, session):
        self.session = session
        self.open = None

    def take(self, chunk):
        """The whole message (endpoint, content) with its last chunk, else None."""
        if len(chunk) < 5 or chunk[0] != 0x03:
            return None
        flags, handle, rest = chunk[1], chunk[3], chunk[5:]
        if flags & FIRST:
            length, endpoint = int.from_bytes(rest[:4], "little"), int.from_bytes(rest[4:6], "little")
            self.open = [handle, flags, length, endpoint, rest[6:]]
        elif self.open and self.open[0] == handle:
            self.open[4] += rest
        else:
            return None
        if not flags & LAST:
            return None
        (_, flags, length, endpoint, content), self.open = self.open, None
        if flags & ENCRYPTED:
            if self.session is None or len(content) % 16:
                return None
            plain = decrypt(message_key(self.session.key, handle), content)
            checked, crc = plain[: length + 4], plain[length + 4 : length + 8]
            if zlib.crc32(checked).to_bytes(4, "little") != crc:
                return None
            content = plain
        return endpoint, content[:length], bool(flags & ENCRYPTED)


class Session:
    """What both sides know after the keys were agreed on."""

    def __init__(self, shared, key):
        self.sequence = int.from_bytes(shared[:4], "little")
        self.key = bytes(a ^ b for a, b in zip(shared[8:24], key))


class MiBand6(MiBand2):
    name = "Mi Smart Band 6"
    has_public_address = True
    product = bytes.fromhex("0157015b000101")
    hardware = b"V0.82.35.3"
    firmware = b"V1.0.6.20"
    traits = {
        # It was seen unauthenticated for two minutes.
        "stranger_time": 150,
        # Between the two public keys.
        "curve_time": 1.9,
        "mtu": 247,
    }

    def __init__(self, ether, **options):
        super().__init__(ether, **options)
        self.handle = secrets.randbelow(256)
        self.session = None
        self.assembly = Assembly(None)

    def services(self):
        chunked = [
            self.entry(maker("0016"), COMMAND | NOTIFY, write=self.on_chunk),
            self.entry(maker("0017"), COMMAND | NOTIFY),
            self.entry(maker("0020"), READ | COMMAND | NOTIFY, read=lambda: b"\x0b"),
        ]
        services = super().services()
        for uuid, entries in services:
            if uuid == bluetooth("FEE0"):
                entries.extend(chunked)
        services.append((bluetooth("180F"), [self.entry(bluetooth("2A19"), READ, read=lambda: bytes([self.battery]))]))
        return services

    def advertised(self, flags):
        content = HUAMI_ID + b"\x02" + b"\xff" * 16 + b"\x03" + self.address_big_endian()
        response = structure(0x09, self.name.encode()) + structure(0x03, bytes.fromhex("e0fe"))
        return structure(0x01, bytes([flags])) + structure(0xFF, content), response

    def link_over(self):
        super().link_over()
        self.session = None
        self.assembly = Assembly(None)

    # --- the old road

    def on_auth(self, value):
        match value[0] if value else None:
            case 0x01 if len(value) == 2:
                self.answer(PAIRING_V2 + MAKERS_KEY_HASH)
            case 0x01:
                self.answer(b"\x01\x81")
            case 0x02 | 0x82:
                self.answer(value[:1] + b"\x01" + secrets.token_bytes(16))
            case 0x03 | 0x83:
                self.answer(value[:1] + b"\x07")

    def on_configuration(self, value):
        """Configuration goes encrypted; here it is taken and ignored."""

    # --- the road of 2021

    def on_chunk(self, chunk):
        message = self.assembly.take(chunk)
        if message is None:
            return
        endpoint, content, encrypted = message
        match endpoint:
            case 0x0082:
                self.on_agreement(content)
            case 0x0090 if encrypted and self.authenticated and content[:1] == b"\x01":
                self.on_old_configuration(content[1:])
            case 0x001A if encrypted and self.authenticated and content == b"\x03":
                self.vibrations += 1
                self.say(FIND, b"\x04", encrypted=True)
            case 0x0029 if content == b"\x03":
                self.say(BATTERY, b"\x04" + self.battery_value())

    def on_agreement(self, content):
        if content[:4] == b"\x04\x02\x00\x02" and len(content) == 52:
            theirs = b163.from_wire(content[4:])
            if not b163.on_curve(theirs):
                self.say(AUTH, b"\x10\x04\x28")
                return
            private = secrets.randbits(162) | 1 << 161
            shared = b163.times(private, theirs)
            self.random = secrets.token_bytes(16)
            self.session = Session(b163.to_wire(shared), bytes.fromhex(self.key or "00" * 16))
            public = b163.to_wire(b163.times(private, b163.BASE))
            self.say(AUTH, b"\x10\x04\x01" + self.random + public, after=self.curve_time)
        elif content[:1] == b"\x05" and len(content) == 33 and self.session:
            key = bytes.fromhex(self.key or secrets.token_hex(16))
            wanted = encrypt(key, self.random) + encrypt(self.session.key, self.random)
            self.authenticated = content[1:] == wanted
            self.assembly = Assembly(self.session if self.authenticated else None)
            self.say(AUTH, b"\x10\x05\x01" if self.authenticated else b"\x10\x05\x25")

    def on_old_configuration(self, command):
        if command == ERASE and not self.ignores_erase:
            self.run(self.erase())

    def say(self, endpoint, content, encrypted=False, after=0.05):
        """Sends a message in one notification, as the band does, or in several where the MTU is small."""
        handle, self.handle = self.handle, (self.handle + 1) % 256
        flags, length = 0, len(content)
        if encrypted:
            flags = ENCRYPTED
            sequence = self.session.sequence.to_bytes(4, "little")
            self.session.sequence = (self.session.sequence + 1) % (1 << 32)
            content += sequence
            content += zlib.crc32(content).to_bytes(4, "little")
            content += b"\0" * (-len(content) % 16)
            content = encrypt(message_key(self.session.key, handle), content)
        room = self.connection.att_mtu - 3
        head = length.to_bytes(4, "little") + endpoint.to_bytes(2, "little")
        rest, count, mark = head + content, 0, FIRST
        while rest or count == 0:
            part, rest = rest[: room - 5], rest[room - 5 :]
            last = 0 if rest else LAST
            chunk = bytes([0x03, flags | mark | last, 0x00, handle, count]) + part
            self.notify("0017", chunk, after + count * 0.01)
            count, mark = count + 1, 0

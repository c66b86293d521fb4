"""Smart Band 10: protobuf messages in framed packets, version 2, over low energy.

Source: docs/protocol.md. Bound to somebody it opens with its key alone; without a binding it says so.
"""

import asyncio
import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESCCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .band import COMMAND, NOTIFY, READ, Band, bluetooth, structure

ACKNOWLEDGEMENT, CONFIGURATION, CONTENT = 1, 2, 3
PROTOBUF, PLAIN, ENCRYPTED = 1, 1, 2
COMPANION_WRONG, NOT_BOUND = 3, 4
SESSION = bytes.fromhex("0201030003004102020000800302000300040200803e")
DEVICE_VERIFY, DEVICE_CONFIRM = 31, 33
ERASE_ALL = 1


def crc16(content):
    """CRC-16/ARC."""
    crc = 0
    for byte in content:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
    return crc


def packet(kind, sequence, payload=b""):
    head = b"\xa5\xa5" + bytes([kind, sequence]) + len(payload).to_bytes(2, "little")
    return head + crc16(payload).to_bytes(2, "little") + payload


def stream(key, content):
    cipher = Cipher(algorithms.AES(key), modes.CTR(key)).encryptor()
    return cipher.update(content) + cipher.finalize()


def varint(number):
    out = b""
    while number > 0x7F:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def field(number, value):
    """One field: a number, or bytes."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def fields(content):
    """The fields of a message; the last of equal ones counts."""
    found = {}
    while content:
        tag, content = take_varint(content)
        value, content = take_varint(content)
        if tag & 7 == 2:
            value, content = content[:value], content[value:]
        elif tag & 7 != 0:
            raise ValueError(f"wire type {tag & 7}")
        found[tag >> 3] = value
    return found


def take_varint(content):
    number = shift = 0
    while True:
        byte, content = content[0], content[1:]
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return number, content


def message(kind, identity, number, content):
    return field(1, kind) + field(2, identity) + field(number, content)


class Keys:
    def __init__(self, key, phone, band):
        kdf = HKDF(hashes.SHA256(), 64, salt=phone + band, info=b"miwear-auth")
        okm = kdf.derive(key)
        self.out, self.into, self.nonce = okm[:16], okm[16:32], okm[36:40]
        self.band_sign = hmac.new(self.out, band + phone, hashlib.sha256).digest()
        self.phone_sign = hmac.new(self.into, phone + band, hashlib.sha256).digest()

    def opens(self, companion):
        """Whether the companion message was encrypted rightly."""
        try:
            AESCCM(self.into, tag_length=4).decrypt(self.nonce + bytes(8), companion, None)
        except InvalidTag:
            return False
        return True


class SmartBand10(Band):
    has_public_address = True
    traits = {
        "key": secrets.token_hex(16),
        "mtu": 247,
        "stranger_time": 150,
        "erase_time": 0.5,
        "keeps_address": False,
        # It closes the link when somebody asks to bind a band that is bound.
        "drops_binder": True,
    }

    def __init__(self, ether, **options):
        super().__init__(ether, **options)
        self.link_over()

    @property
    def name(self):
        return f"Xiaomi Smart Band 10 {self.address_big_endian()[4:].hex().upper()}"

    def services(self):
        return [
            (
                bluetooth("FE95"),
                [
                    self.entry(bluetooth("0050"), READ, read=lambda: bytes.fromhex("020105")),
                    self.entry(bluetooth("005E"), NOTIFY),
                    self.entry(bluetooth("005F"), COMMAND, write=self.on_bytes),
                ],
            ),
            (bluetooth("180F"), [self.entry(bluetooth("2A19"), READ, read=lambda: bytes([self.battery]))]),
        ]

    def advertised(self, flags):
        beacon = bytes.fromhex("95fe1759") + b"\x12\x88\x01" + bytes(self.address)
        return structure(0x01, bytes([flags])) + structure(0x16, beacon), structure(0x09, self.name.encode())

    def is_stranger(self):
        return not self.authenticated

    def link_over(self):
        self.authenticated = False
        self.configured = False
        self.keys = None
        self.received = b""
        self.expected = 0
        self.sequence = 0

    # --- packets

    def on_bytes(self, value):
        self.received += value
        while len(self.received) >= 8:
            if self.received[:2] != b"\xa5\xa5":
                self.received = b""
                return
            length = int.from_bytes(self.received[4:6], "little")
            if len(self.received) < 8 + length:
                return
            kind, sequence = self.received[2] & 0x0F, self.received[3]
            payload, self.received = self.received[8 : 8 + length], self.received[8 + length :]
            self.on_packet(kind, sequence, payload)

    def on_packet(self, kind, sequence, payload):
        if kind == CONFIGURATION and payload[:1] == b"\x01":
            self.configured = True
            self.send(packet(CONFIGURATION, sequence, SESSION), after=0.08)
        elif kind == CONTENT and self.configured:
            # A first packet with another number than 0 is never answered.
            if sequence != self.expected:
                return
            self.expected = (sequence + 1) % 256
            self.send(packet(ACKNOWLEDGEMENT, sequence), after=0.02)
            if payload[0] == PROTOBUF and payload[1] == PLAIN:
                self.on_message(payload[2:])
            elif payload[0] == PROTOBUF and payload[1] == ENCRYPTED and self.authenticated:
                self.on_message(stream(self.keys.into, payload[2:]))

    def say(self, content, encrypted=False, after=0.06):
        opcode = ENCRYPTED if encrypted else PLAIN
        content = stream(self.keys.out, content) if encrypted else content
        framed = packet(CONTENT, self.sequence, bytes([PROTOBUF, opcode]) + content)
        self.sequence = (self.sequence + 1) % 256
        self.send(framed, after)

    def send(self, framed, after):
        """Sends a packet in as many notifications as the MTU asks for; only the first has the header."""
        room = self.connection.att_mtu - 3
        for number, start in enumerate(range(0, len(framed), room)):
            self.notify("005E", framed[start : start + room], after + number * 0.01)

    # --- messages

    def on_message(self, content):
        told = fields(content)
        match told.get(1), told.get(2, 0):
            case 1, 17:
                self.on_bind()
            case 1, 26:
                self.on_verify(fields(fields(told[3])[30])[1])
            case 1, 27:
                self.on_confirm(fields(fields(told[3])[32]))
            case 2, identity if self.authenticated:
                self.on_system(identity, fields(told.get(4, b"")))

    def on_bind(self):
        if self.key and self.drops_binder:
            self.run(self.drop())
        else:
            info = field(1, 1) + field(2, self.serial.encode()) + field(3, str(self.address).encode()) + field(5, 3)
            self.say(message(1, 17, 3, field(12, info)))

    def on_verify(self, random):
        if not self.key:
            self.say(message(1, 26, 3, field(3, NOT_BOUND)))
            return
        own = secrets.token_bytes(16)
        self.keys = Keys(bytes.fromhex(self.key), random, own)
        verify = field(1, own) + field(2, self.keys.band_sign)
        self.say(message(1, 26, 3, field(DEVICE_VERIFY, verify)))

    def on_confirm(self, confirm):
        if not self.keys or confirm.get(1) != self.keys.phone_sign:
            self.run(self.drop())
            return
        # A wrong companion message is an error, but the session is open.
        self.authenticated = True
        if self.keys.opens(confirm.get(2, b"")):
            self.say(message(1, 27, 3, field(DEVICE_CONFIRM, field(1, 1))))
        else:
            self.say(message(1, 27, 3, field(3, COMPANION_WRONG)))

    def on_system(self, identity, asked):
        match identity:
            case 0:
                self.run(self.erase() if asked.get(1) == ERASE_ALL else self.restart())
            case 1:
                battery = field(1, self.battery) + field(2, 2)
                self.say(message(2, 1, 4, field(2, field(1, battery))), encrypted=True)
            case 2:
                info = field(1, self.serial.encode()) + field(2, b"3.1.171") + field(3, b"") + field(4, b"miwear.watch.o66cn")
                self.say(message(2, 2, 4, field(3, info)), encrypted=True)
            case 18 if asked.get(5) == 0:
                self.vibrations += 1

    async def erase(self):
        await asyncio.sleep(self.erase_time)
        self.key = None
        self.erased += 1
        await self.go_down(None if self.keeps_address else self.fresh_address())

    async def restart(self):
        self.restarts += 1
        await self.go_down()

    def tapped(self):
        """Nothing in it waits for a tap."""

    def state(self):
        return {**super().state(), "key": self.key, "authenticated": self.authenticated}

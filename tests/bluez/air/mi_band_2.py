"""Mi Band 2 and 3: pairing of the first generation. Any central may offer a key; a tap makes the band take it.

Source: docs/protocol.md. Times and bytes are those of captured dialogues; where no capture exists (the answer to the
erase command, what a band without a key answers) a trait chooses.
"""

import asyncio
import secrets

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from .band import COMMAND, NOTIFY, READ, WRITE, Band, bluetooth, maker, refuse_read, structure

HUAMI_ID = b"\x57\x01"
BUTTON = b"\x04"
ERASE = bytes.fromhex("060b0001")
RESTART = b"\x05"


def encrypt(key, block):
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    return encryptor.update(block) + encryptor.finalize()


class MiBand2(Band):
    name = "MI Band 2"
    product = bytes.fromhex("01570104000001")
    hardware = b"V0.1.3.2"
    firmware = b"V1.0.1.69"
    traits = {
        # The key inside, in hex; None: it has none.
        "key": secrets.token_hex(16),
        "flags_taken": [0x00, 0x08],
        # Offers of a key are refused at once.
        "refuses_keys": False,
        # The person says no on the band.
        "denies": False,
        # So many seconds after it asked, the band gives up.
        "asks_for": None,
        # It takes the key at the tap, but neither says so nor keeps the link.
        "mute_after_tap": False,
        # It answers nothing on 0009.
        "mute": False,
        # It answers to keys as the second generation does.
        "speaks_v2": False,
        "battery_needs_key": False,
        "acknowledges_erase": True,
        "ignores_erase": False,
        "keeps_address": False,
        "serial_after_erase": None,
        # Seconds from the erase command until the link drops.
        "erase_time": 0.4,
        # What a band without a key says to a request: "refuse" or "silence".
        "without_key": "refuse",
    }

    def __init__(self, ether, **options):
        super().__init__(ether, **options)
        self.offered = None
        self.random = None
        self.authenticated = False
        self.opaque = secrets.token_bytes(16)

    def services(self):
        text = lambda value: lambda: value() if callable(value) else value
        return [
            (
                bluetooth("180A"),
                [
                    self.entry(bluetooth("2A25"), READ, read=lambda: self.serial.encode()),
                    self.entry(bluetooth("2A27"), READ, read=text(self.hardware)),
                    self.entry(bluetooth("2A28"), READ, read=text(self.firmware)),
                    self.entry(bluetooth("2A23"), READ, read=self.system_id),
                    self.entry(bluetooth("2A50"), READ, read=text(self.product)),
                ],
            ),
            (
                maker("1530"),
                [
                    self.entry(maker("1531"), WRITE | NOTIFY, write=self.on_firmware_control),
                    self.entry(maker("1532"), COMMAND),
                ],
            ),
            (bluetooth("1802"), [self.entry(bluetooth("2A06"), COMMAND, write=self.on_alert)]),
            (
                bluetooth("FEE0"),
                [
                    self.entry(bluetooth("2A2B"), READ | WRITE | NOTIFY, read=lambda: bytes.fromhex("e207031e1300000500000c")),
                    self.entry(maker("0003"), COMMAND | NOTIFY, write=self.on_configuration),
                    self.entry(maker("0006"), READ | NOTIFY, read=self.battery_value),
                    self.entry(maker("0010"), NOTIFY),
                ],
            ),
            (bluetooth("FEE1"), [self.entry(maker("0009"), READ | COMMAND | NOTIFY, write=self.on_auth)]),
        ]

    def old_services(self):
        """Something else stands where the authentication is now."""
        kept = [service for service in self.services() if service[0] != bluetooth("FEE1")]
        return [*kept, (bluetooth("FEE1"), [self.entry(maker("FEC0"), READ | COMMAND | NOTIFY)])]

    def advertised(self, flags):
        content = HUAMI_ID + b"\0" + self.opaque + (b"\x01" if self.key else b"\x03") + self.address_big_endian()
        response = structure(0x09, self.name.encode()) + structure(0x02, bytes.fromhex("e0fe"))
        return structure(0x01, bytes([flags])) + structure(0xFF, content), response

    def system_id(self):
        address = self.address_big_endian()
        return address[:3] + b"\xff\xfe" + address[3:]

    def battery_value(self):
        if self.battery_needs_key and not self.authenticated:
            refuse_read()
        return bytes([0x0F, self.battery, 0]) + bytes.fromhex("e2070312131e1708e20703121424080864")

    # --- authentication

    def is_stranger(self):
        return not self.authenticated

    def link_over(self):
        self.offered = None
        self.random = None
        self.authenticated = False

    def on_auth(self, value):
        if self.mute or len(value) < 2:
            return
        operation, flag, rest = value[0], value[1], value[2:]
        match operation:
            case 0x01 if len(rest) == 16:
                self.on_offer(flag, rest)
            case 0x01:
                self.answer(b"\x01\x81" if self.speaks_v2 else b"\x01\x04")
            case 0x02:
                self.on_request(flag)
            case 0x03 if len(rest) == 16:
                self.on_proof(rest)
            case _:
                self.answer(bytes([operation, 0x03]))

    def answer(self, value, after=0.04):
        self.notify("0009", b"\x10" + value, after)

    def on_offer(self, flag, key):
        if self.speaks_v2:
            self.answer(b"\x01\x81")
        elif self.refuses_keys or flag not in self.flags_taken:
            self.answer(b"\x01\x04")
        else:
            self.offered = key
            self.ask()
            if self.asks_for is not None:
                self.run(self.give_up(self.connection))

    async def give_up(self, connection):
        await asyncio.sleep(self.asks_for)
        if self.connection is connection and self.asking:
            self.asking = False
            self.offered = None
            self.answer(b"\x01\x04")

    def tapped(self):
        self.notify("0010", BUTTON, after=0.01)
        if not self.asking:
            return
        self.asking = False
        if self.denies:
            self.offered = None
            self.answer(b"\x01\x02")
            return
        self.key, self.offered = self.offered.hex(), None
        if self.mute_after_tap:
            self.run(self.drop())
            return
        self.answer(b"\x01\x01", after=0.02)

    def on_request(self, flag):
        if not self.key and self.without_key == "silence":
            return
        if not self.key or flag not in self.flags_taken:
            self.answer(b"\x02\x04")
            return
        self.random = secrets.token_bytes(16)
        self.answer(b"\x02\x01" + self.random)

    def on_proof(self, proof):
        random, self.random = self.random, None
        if random is not None and self.key and proof == encrypt(bytes.fromhex(self.key), random):
            self.authenticated = True
            self.answer(b"\x03\x01")
        else:
            self.answer(b"\x03\x04")

    # --- commands

    def on_alert(self, value):
        if value[:1] in (b"\x02", b"\x03"):
            self.vibrations += 1

    def on_configuration(self, value):
        if not self.authenticated:
            return
        if value == ERASE:
            if not self.ignores_erase:
                if self.acknowledges_erase:
                    self.notify("0003", b"\x10\x06\x0b\x00\x01", after=0.1)
                self.run(self.erase())
        elif value[:1] == b"\x06" and value[2:3] == b"\x00":
            self.notify("0003", b"\x10" + value[:2] + b"\x00\x01", after=0.1)
        elif value[:1] == b"\x06":
            self.notify("0003", b"\x10\x06\x06", after=0.1)

    async def erase(self):
        await asyncio.sleep(self.erase_time)
        self.key = None
        self.erased += 1
        if self.serial_after_erase:
            self.serial = self.serial_after_erase
        self.opaque = secrets.token_bytes(16)
        await self.go_down(self.address if self.keeps_address else self.fresh_address())

    def on_firmware_control(self, value):
        if value == RESTART and self.authenticated:
            self.restarts += 1
            self.run(self.go_down())

    def state(self):
        return {**super().state(), "key": self.key, "authenticated": self.authenticated}



class MiBand3(MiBand2):
    name = "Mi Band 3"
    product = bytes.fromhex("01570113000001")
    hardware = b"V0.18.3.10"
    firmware = b"V2.4.0.32"
    traits = {"flags_taken": [0x00]}

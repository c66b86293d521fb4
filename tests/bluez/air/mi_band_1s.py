"""Mi Band 1 and 1S: no key at all. A band remembers one user; another one is let in by a tap.

Source: docs/protocol.md. What no capture shows (what a reset forgets) a trait chooses.
"""

import secrets

from bumble.att import ATT_Error

from .band import COMMAND, NOTIFY, READ, WRITE, Band, bluetooth, structure

KNOWN_USER, UNKNOWN_USER = b"\x05", b"\x06"
ASKS_FOR_TAP, TAPPED, LET_IN, PAIR_CANCELLED = b"\x13", b"\x0a", b"\x15", b"\xef"
NORMAL = 0
NOT_AUTHENTICATED = 0x85


def crc8(content):
    """Dallas/Maxim: reflected polynomial 8C, begins with 0."""
    crc = 0
    for byte in content:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0x8C if crc & 1 else crc >> 1
    return crc


class MiBand1(Band):
    name = "MI"
    has_public_address = True
    prefix = "88:0F:10"
    feature, appearance, hardware = 0, 0, 2
    profile, firmware = "00060002", "09040001"
    heart_rate_firmware = None
    has_alert = False
    traits = {
        # The number of the user it knows; None: it has none.
        "user": 1548672638,
        "denies": False,
        # What FF05 with 09 does beside restarting the band.
        "reset_forgets_user": True,
    }

    def __init__(self, ether, address=None, **options):
        tail = ":".join(f"{byte:02X}" for byte in secrets.token_bytes(3))
        super().__init__(ether, address=address or f"{self.prefix}:{tail}", **options)
        self.authenticated = False
        self.offered = None
        self.user_info = None

    def services(self):
        nothing = lambda: b""
        main = [
            self.entry(bluetooth("FF01"), READ, read=self.device_info),
            self.entry(bluetooth("FF02"), READ | WRITE, read=lambda: self.name.encode().ljust(20, b"\0")),
            self.entry(bluetooth("FF03"), READ | NOTIFY, read=nothing),
            self.entry(bluetooth("FF04"), READ | WRITE, read=lambda: self.user_info or b"", write=self.on_user_info),
            self.entry(bluetooth("FF05"), WRITE, write=self.on_command),
            self.entry(bluetooth("FF06"), READ | NOTIFY, read=lambda: b"\0\x12"),
            self.entry(bluetooth("FF07"), READ | NOTIFY, read=nothing),
            self.entry(bluetooth("FF08"), COMMAND),
            self.entry(bluetooth("FF09"), READ | WRITE, read=lambda: bytes.fromhex("cc01f4010000bc0227006009")),
            self.entry(bluetooth("FF0A"), READ | WRITE, read=lambda: bytes.fromhex("0e0b05150d330e0b05150e1b")),
            self.entry(bluetooth("FF0B"), READ | WRITE, read=lambda: bytes(20)),
            self.entry(bluetooth("FF0C"), READ | NOTIFY, read=self.battery_value),
            self.entry(bluetooth("FF0D"), READ | WRITE, read=lambda: b"\x05\0", write=self.on_test),
            self.entry(bluetooth("FF0E"), READ | NOTIFY, read=nothing),
            self.entry(bluetooth("FF0F"), READ | WRITE, read=lambda: b"\x02" if self.user else b"\xff\xff"),
        ]
        services = [
            (bluetooth("FEE0"), main),
            (bluetooth("FEE1"), [self.entry(bluetooth("FEDF"), READ, read=lambda: b"\x01")]),
            (bluetooth("FEE7"), [self.entry(bluetooth("FEC9"), READ, read=self.address_big_endian)]),
        ]
        if self.has_alert:
            services.append((bluetooth("1802"), [self.entry(bluetooth("2A06"), COMMAND, write=self.on_alert)]))
        return services

    def advertised(self, flags):
        data = structure(0x01, bytes([flags])) + structure(0x07, bytes.fromhex("e0fee1fee7fe"))
        maker = structure(0xFF, b"\x57\x01" + self.address_big_endian())
        return data, structure(0x09, self.name.encode()) + maker

    def device_info(self):
        address = self.address_big_endian()
        start = bytes([address[0], *address[3:6], self.feature, self.appearance, self.hardware])
        info = start + bytes([crc8(start) ^ start[3]]) + bytes.fromhex(self.profile + self.firmware)
        return info + (bytes.fromhex(self.heart_rate_firmware) if self.heart_rate_firmware else b"")

    def battery_value(self):
        return bytes([self.battery]) + bytes.fromhex("0e0912043718050004")

    # --- users

    def is_stranger(self):
        return not self.authenticated

    def link_over(self):
        self.authenticated = False
        self.offered = None

    def on_user_info(self, value):
        if len(value) != 20 or value[19] != crc8(value[:19]) ^ self.address_big_endian()[5]:
            self.notify("FF03", UNKNOWN_USER, after=0.003)
            return
        user, kind = int.from_bytes(value[:4], "little"), value[8]
        if kind == NORMAL:
            if user == self.user:
                self.authenticated = True
            self.notify("FF03", KNOWN_USER if self.authenticated else UNKNOWN_USER, after=0.008)
            return
        self.offered = (user, value)
        self.notify("FF03", UNKNOWN_USER, after=0.003)
        self.notify("FF03", ASKS_FOR_TAP, after=0.003)
        self.ask()

    def tapped(self):
        if not self.asking:
            return
        self.asking = False
        if self.denies:
            self.offered = None
            self.notify("FF03", PAIR_CANCELLED, after=0.01)
            return
        (self.user, self.user_info), self.offered = self.offered, None
        self.authenticated = True
        self.notify("FF03", TAPPED, after=0.01)
        self.notify("FF03", LET_IN, after=0.1)

    # --- commands

    def on_command(self, value):
        if not self.authenticated:
            raise ATT_Error(error_code=NOT_AUTHENTICATED)
        match value:
            case b"\x08\x00" | b"\x08\x01":
                self.vibrations += 1
            case b"\x09":
                self.erased += 1
                if self.reset_forgets_user:
                    self.user = self.user_info = None
                self.run(self.go_down())
            case b"\x0c":
                self.restarts += 1
                self.run(self.go_down())

    def on_test(self, value):
        if value == b"\x02":
            self.vibrations += 1

    def on_alert(self, value):
        if value[:1] in (b"\x01", b"\x02"):
            self.vibrations += 1

    def state(self):
        return {**super().state(), "user": self.user, "authenticated": self.authenticated}


class MiBand1S(MiBand1):
    name = "MI1S"
    prefix = "C8:0F:10"
    feature, appearance, hardware = 4, 0, 4
    firmware, heart_rate_firmware = "07031004", "144c0301"
    has_alert = True

    def advertised(self, flags):
        # Of the six bytes in its manufacturer structure only the length is known.
        data = structure(0x01, bytes([flags])) + structure(0xFF, b"\x57\x01\0\0\0\0")
        return data, structure(0x09, self.name.encode())

"""What every band has: an address, an advertisement, a table of characteristics, a link, and a life of its own.

How a band authenticates and what its commands do stands in the file of its generation. A band counts what is done to
its characteristics; those that a computer's Bluetooth reads by itself (2A00, 2A01, 2A19, 2A50) are not counted.
"""

import asyncio
import logging
import secrets
import time

from bumble.att import ATT_Error
from bumble.core import UUID
from bumble.device import Device
from bumble.gatt import Characteristic, CharacteristicValue, Service
from bumble.hci import Address
from bumble.host import Host
from bumble.pairing import PairingConfig

from .ether import CLOSED_BY_PEER, Advertisement, PlainController

READ = Characteristic.Properties.READ
WRITE = Characteristic.Properties.WRITE
COMMAND = Characteristic.Properties.WRITE_WITHOUT_RESPONSE
NOTIFY = Characteristic.Properties.NOTIFY
INDICATE = Characteristic.Properties.INDICATE

HUAMI = 0x0157
# Between a request and its answer, as measured on real bands.
ANSWER_TIME = 0.04
READ_NOT_PERMITTED = 0x02
NOT_COUNTED = {"2A19", "2A50"}


def bluetooth(short):
    """A 16-bit UUID on the base of the specification."""
    return UUID(f"0000{short}-0000-1000-8000-00805f9b34fb")


def maker(short):
    """A UUID on the maker's own base."""
    return UUID(f"0000{short}-0000-3512-2118-0009af100700")


def structure(kind, content):
    """One structure of an advertisement."""
    return bytes([len(content) + 1, kind]) + content


class Band:
    """A band. What a test may set is in `traits`, with the values that a well-behaved band has."""

    name = ""
    has_public_address = False
    traits = {
        # Signal strength in dBm.
        "rssi": -50,
        # A phone that is not part of the test holds the band.
        "held_by_another": False,
        # A band that is held is still seen.
        "advertises_while_held": True,
        # Nothing is heard of it.
        "away": False,
        "mtu": 23,
        "battery": 82,
        # Strangers are dropped after so many seconds.
        "stranger_time": 30.4,
        # Seconds from a restart or an erase until the band advertises again.
        "restart_time": 2.0,
        # So many connections are broken off at once.
        "breaks_connections": 0,
        # The link is lost when this operation comes, perhaps not the first so many times: {"operation", "characteristic",
        # "value", "before", "skips", "times"}.
        "loses_link": None,
        # It still has the service table of older firmware.
        "old_table": False,
        # The person taps so many seconds after the band asks; None: the test taps.
        "taps_after": None,
    }

    def __init__(self, ether, address=None, serial=None, **traits):
        self.ether = ether
        self.serial = serial or secrets.token_hex(6)
        self.set(**{**self.all_traits(), **traits})
        self.log = []
        self.connections = 0
        self.taps = 0
        self.vibrations = 0
        self.erased = 0
        self.restarts = 0
        self.addresses = []
        self.asking = False
        self.connection = None
        self.connected_at = None
        self.running = set()
        self.address = Address(address, self.address_kind()) if address else self.fresh_address()
        self.characteristics = {}

    @classmethod
    def all_traits(cls):
        merged = {}
        for kind in reversed(cls.__mro__):
            merged.update(vars(kind).get("traits", {}))
        return merged

    def set(self, **traits):
        """Changes how the band behaves."""
        for name, value in traits.items():
            if name not in self.all_traits():
                raise ValueError(f"a {type(self).__name__} has no trait {name}")
            setattr(self, name, value)

    async def appear(self):
        """Comes into the air."""
        self.controller = PlainController(self.name, link=self.ether)
        host = Host()
        host.controller = self.controller
        self.device = Device(name=self.name, host=host)
        # A computer that wants to pair may do so at once.
        self.device.pairing_config_factory = lambda _: PairingConfig(mitm=False)
        self.device.on("connection", self.on_connection)
        self.device.gatt_server.on("characteristic_subscription", self.on_subscription)
        await self.device.power_on()
        self.lay_table()
        self.take_address(self.address)
        self.ether.bands.append(self)

    def disappear(self):
        """Leaves the air for good."""
        self.lose_link()
        for task in self.running:
            task.cancel()
        if self in self.ether.bands:
            self.ether.bands.remove(self)
        self.ether.controllers.discard(self.controller)

    def address_kind(self):
        return Address.PUBLIC_DEVICE_ADDRESS if self.has_public_address else Address.RANDOM_DEVICE_ADDRESS

    def fresh_address(self):
        """An address that it did not have before; the first two bits are set, as in those of real bands."""
        raw = bytearray(secrets.token_bytes(6))
        raw[5] |= 0xC0
        return Address(bytes(raw), self.address_kind())

    def take_address(self, address):
        self.address = address
        self.addresses.append(str(address).split("/")[0])
        self.controller.random_address = address
        self.controller.public_address = address
        self.device.random_address = address

    # --- the table

    def services(self):
        """The services in the order of their handles: pairs of a UUID and its characteristics."""
        raise NotImplementedError

    def old_services(self):
        """The table of older firmware, which a computer may still remember. The services stand at the same handles:
        where they moved, BlueZ notices by itself."""
        return self.services()

    def lay_table(self):
        """Fills the device's table anew."""
        server = self.device.gatt_server
        server.services.clear()
        server.attributes.clear()
        server.attributes_by_handle.clear()
        server.max_mtu = self.mtu
        self.characteristics.clear()
        name = Characteristic(bluetooth("2A00"), READ, Characteristic.READABLE, self.name.encode())
        appearance = Characteristic(bluetooth("2A01"), READ, Characteristic.READABLE, b"\0\0")
        changed = Characteristic(bluetooth("2A05"), INDICATE, Characteristic.READABLE, b"\x01\x00\xff\xff")
        table = [Service(bluetooth("1800"), [name, appearance]), Service(bluetooth("1801"), [changed])]
        layout = self.old_services() if self.old_table else self.services()
        for uuid, entries in layout:
            table.append(Service(uuid, [self.characteristic(*entry) for entry in entries]))
        server.add_services(table)

    def entry(self, uuid, properties, read=None, write=None):
        """One characteristic: functions without an argument to read, with the bytes to write."""
        return (uuid, properties, read, write)

    def characteristic(self, uuid, properties, read, write):
        short = self.short(uuid)

        def on_read(_connection):
            self.happened("read", short)
            return read() if read else b""

        async def on_write(_connection, value):
            value = bytes(value)
            if self.happened("write", short, value):
                return
            if write:
                write(value)
            self.happened("written", short, value)

        permissions = Characteristic.READABLE | Characteristic.WRITEABLE
        made = Characteristic(uuid, properties, permissions, CharacteristicValue(read=on_read, write=on_write))
        self.characteristics[short] = made
        return made

    @staticmethod
    def short(uuid):
        return bytes(uuid)[::-1].hex()[4:8].upper() if len(bytes(uuid)) == 16 else bytes(uuid)[::-1].hex().upper()

    def notify(self, short, value, after=ANSWER_TIME):
        """Sends a notification, if it is switched on."""
        connection = self.connection

        async def send():
            await asyncio.sleep(after)
            if connection is not None and connection is self.connection:
                await self.device.notify_subscriber(connection, self.characteristics[short], bytes(value))

        self.run(send())

    # --- links

    def on_connection(self, connection):
        self.connection = connection
        self.connections += 1
        self.connected_at = time.monotonic()
        connection.on("disconnection", lambda reason: self.on_disconnection(connection, reason))
        self.happened("connect", None)
        if self.breaks_connections:
            self.breaks_connections -= 1
            self.lose_link()
            return
        self.run(self.drop_stranger(connection))

    def on_disconnection(self, connection, _reason):
        if connection is self.connection:
            self.connection = None
            self.asking = False
            self.link_over()

    def link_over(self):
        """What a link leaves behind is forgotten."""

    def on_subscription(self, _bearer, characteristic, notify, indicate):
        short = self.short(characteristic.uuid)
        if short in self.characteristics and (notify or indicate):
            self.happened("subscribe", short)

    async def drop_stranger(self, connection):
        await asyncio.sleep(self.stranger_time)
        if connection is self.connection and self.is_stranger():
            await self.drop()

    def is_stranger(self):
        """Whether the link is not authenticated."""
        raise NotImplementedError

    async def drop(self):
        """The band closes the link."""
        if self.connection:
            await self.connection.disconnect(CLOSED_BY_PEER)

    def lose_link(self):
        self.ether.lose(self.controller)

    def happened(self, operation, short, value=b""):
        """Writes an operation down; says whether the link was lost over it."""
        if operation != "written":
            self.log.append(
                {
                    "at": round(time.monotonic(), 3),
                    "operation": operation,
                    "characteristic": short,
                    "value": value.hex(),
                }
            )
        wanted = self.loses_link
        if not wanted or wanted.get("times", 1) < 1:
            return False
        when = "write" if operation == "written" else operation
        lost = (
            wanted["operation"] == when
            and (operation == "written") != wanted.get("before", operation != "written")
            and wanted.get("characteristic") in (None, short)
            and value.hex().startswith(wanted.get("value", ""))
        )
        if lost and wanted.get("skips", 0):
            wanted["skips"] -= 1
            return False
        if lost:
            wanted["times"] = wanted.get("times", 1) - 1
            self.lose_link()
        return lost

    # --- advertising

    def flags(self, held):
        return 0x04 if held else 0x06

    def advertisement(self):
        held = self.held_by_another or self.connection is not None
        if self.away or (held and not self.advertises_while_held):
            return None
        self.controller.le_legacy_advertiser.own_address_type = self.address.address_type
        self.controller.le_legacy_advertiser.enabled = not held
        data, scan_response = self.advertised(self.flags(held))
        return Advertisement(self.address, not held, data, scan_response, self.rssi)

    def advertised(self, flags):
        """Advertisement and scan response."""
        raise NotImplementedError

    def address_big_endian(self):
        return bytes(self.address)[::-1]

    # --- the person, and what becomes of the band

    def ask(self):
        """The band shows its prompt."""
        self.asking = True
        self.vibrations += 1
        if self.taps_after is not None:
            self.run(self.tap_later(self.connection))

    async def tap_later(self, connection):
        await asyncio.sleep(self.taps_after)
        if self.connection is connection:
            self.tap()

    def tap(self):
        """A finger on the band."""
        self.taps += 1
        self.tapped()

    def tapped(self):
        raise NotImplementedError

    async def go_down(self, address=None):
        """The band restarts: the link is closed, then nothing is heard for a while. It may come back as another."""
        self.away = True
        await self.drop()
        if address:
            self.take_address(address)
        await asyncio.sleep(self.restart_time)
        self.away = False

    def run(self, work):
        task = asyncio.ensure_future(work)
        self.running.add(task)
        task.add_done_callback(self.ran)

    def ran(self, task):
        self.running.discard(task)
        if not task.cancelled() and task.exception():
            logging.error("a band failed", exc_info=task.exception())

    # --- what a test may know

    def state(self):
        counted = [entry for entry in self.log if entry["characteristic"] not in NOT_COUNTED]
        count = lambda operation: sum(entry["operation"] == operation for entry in counted)
        return {
            "address": self.addresses[-1],
            "addresses": self.addresses,
            "serial": self.serial,
            "connected": self.connection is not None,
            "mtu": self.connection.att_mtu if self.connection else None,
            "asking": self.asking,
            "connections": self.connections,
            "taps": self.taps,
            "vibrations": self.vibrations,
            "erased": self.erased,
            "restarts": self.restarts,
            "reads": count("read"),
            "writes": count("write"),
            "subscriptions": count("subscribe"),
            "log": self.log,
        }


def refuse_read():
    raise ATT_Error(error_code=READ_NOT_PERMITTED)

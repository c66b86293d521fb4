"""A bluetoothd that is only pretended, for what the emulated one cannot be made to do.

usage: python pretended.py TROUBLE, with DBUS_SYSTEM_BUS_ADDRESS naming a bus; prints "ready"
"""

import asyncio
import os
import sys

from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus

DBUS = "org.freedesktop.DBus"
ADAPTER = "org.bluez.Adapter1"
PATH = "/org/bluez/hci0"
TROUBLES = ["no_adapter", "forbids", "stays_off", "forbids_scans", "unplugged"]
SCANNING = ["SetDiscoveryFilter", "StartDiscovery", "StopDiscovery"]


class Bluetoothd:
    def __init__(self, bus, trouble):
        self.bus = bus
        self.trouble = trouble
        self.adapters = {}
        if trouble != "no_adapter":
            self.adapters[PATH] = {ADAPTER: properties(trouble != "stays_off")}

    def answer(self, call):
        if call.message_type is not MessageType.METHOD_CALL:
            return None
        if self.trouble == "forbids":
            return error(call, f"{DBUS}.Error.AccessDenied")
        if call.member == "GetManagedObjects":
            return Message.new_method_return(call, "a{oa{sa{sv}}}", [self.adapters])
        if call.path not in self.adapters:
            return error(call, f"{DBUS}.Error.UnknownObject")
        adapter = self.adapters[call.path][ADAPTER]
        if call.member == "GetAll":
            return Message.new_method_return(call, "a{sv}", [adapter])
        if call.member == "Get":
            return Message.new_method_return(call, "v", [adapter[call.body[1]]])
        if call.member in SCANNING and self.trouble == "forbids_scans":
            return error(call, "org.bluez.Error.NotAuthorized")
        if call.member in SCANNING:
            if call.member == "StartDiscovery" and self.trouble == "unplugged":
                asyncio.get_running_loop().call_later(0.5, self.unplug)
            return Message.new_method_return(call)
        if call.member == "Set" and self.trouble != "stays_off":
            return Message.new_method_return(call)
        return error(call, "org.bluez.Error.Failed")

    def unplug(self):
        self.adapters.clear()
        manager = f"{DBUS}.ObjectManager"
        self.bus.send(Message.new_signal("/", manager, "InterfacesRemoved", "oas", [PATH, [ADAPTER]]))


def properties(powered):
    texts = {"Address": "00:11:22:33:44:55", "AddressType": "public", "Name": "pretended", "Alias": "pretended"}
    switches = {"Powered": powered, "Discoverable": False, "Pairable": False, "Discovering": False}
    numbers = {"Class": 0, "PairableTimeout": 0, "DiscoverableTimeout": 0}
    return {
        **{name: Variant("s", value) for name, value in texts.items()},
        **{name: Variant("b", value) for name, value in switches.items()},
        **{name: Variant("u", value) for name, value in numbers.items()},
        "UUIDs": Variant("as", []),
        "Modalias": Variant("s", "usb:v1D6Bp0246d0542"),
    }


def error(call, name):
    return Message.new_error(call, name, "it is only pretended")


async def main(trouble):
    assert trouble in TROUBLES, TROUBLES
    bus = await MessageBus(bus_address=os.environ["DBUS_SYSTEM_BUS_ADDRESS"]).connect()
    bus.add_message_handler(Bluetoothd(bus, trouble).answer)
    await bus.request_name("org.bluez")
    print("ready", flush=True)
    await bus.wait_for_disconnect()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))

"""What carries the packets: one computer's Bluetooth controller and any number of bands, on bumble's in-process link.

Nothing here knows what a band answers. It makes bumble's link more like a real one: advertisement and scan response
differ, a band that is held says so, a link can be lost, the controller filters duplicates.
"""

import asyncio
from dataclasses import dataclass

from bumble import hci
from bumble.controller import Controller
from bumble.link import LocalLink

COMPUTER = "F0:F1:F2:F3:F4:F5"
ADVERTISING_INTERVAL = 0.1

ADV_IND = 0
ADV_SCAN_IND = 2
SCAN_RSP = 4

CONNECTION_TIMEOUT = 0x08
CLOSED_BY_PEER = 0x13
UNKNOWN_CONNECTION = 0x02


@dataclass
class Advertisement:
    """What a band sends into the air."""

    address: hci.Address
    connectable: bool
    data: bytes
    scan_response: bytes
    rssi: int


class Ether(LocalLink):
    """The link between the computer and the bands."""

    def __init__(self, source, sink):
        super().__init__()
        self.computer = Computer(self, source, sink)
        self.bands = []

    def send_acl_data(self, sender, destination, transport, data):
        # bumble stamps packets with the sender's random address; a computer that connected from its public one is
        # then not found. The address that the connection was made with is the right one.
        connection = sender.le_connections.get(destination)
        receiver = self.find_le_controller(destination)
        if connection and receiver:
            asyncio.get_running_loop().call_soon(
                receiver.on_link_acl_data, connection.self_address, transport, data
            )

    async def advertise(self):
        """Lets every band advertise, for ever."""
        while True:
            for band in list(self.bands):
                advertisement = band.advertisement()
                if advertisement:
                    self.computer.hear(advertisement)
            await asyncio.sleep(ADVERTISING_INTERVAL)

    def lose(self, band):
        """The link breaks as if the band were carried away: both sides only notice that nothing comes any more."""
        for peer, connection in list(band.le_connections.items()):
            other = self.computer.le_connections.get(connection.self_address)
            band.on_le_disconnected(connection, CONNECTION_TIMEOUT)
            if other:
                self.computer.on_le_disconnected(other, CONNECTION_TIMEOUT)


class PlainController(Controller):
    """A controller without what Bluetooth 5 added to advertising and addresses.

    bumble claims it, but reports connections the old way; a host would wait for the new way.
    """

    def __init__(self, name, **options):
        super().__init__(name, **options)
        self.le_features &= ~(
            hci.LeFeatureMask.LL_PRIVACY
            | hci.LeFeatureMask.LE_EXTENDED_ADVERTISING
            | hci.LeFeatureMask.LE_PERIODIC_ADVERTISING
        )


class Computer(PlainController):
    """The Bluetooth controller of the computer; its host is the kernel in the guest."""

    def __init__(self, link, source, sink):
        super().__init__("computer", host_source=source, host_sink=sink, link=link, public_address=COMPUTER)
        self.reported = set()

    def hear(self, advertisement):
        """An advertisement reached the antenna."""
        if self.le_scan_enable:
            kind = ADV_IND if advertisement.connectable else ADV_SCAN_IND
            self.report(advertisement, kind, advertisement.data)
            if self.le_scan_type == 1:
                self.report(advertisement, SCAN_RSP, advertisement.scan_response)
        pending = self.pending_le_connection
        if pending and advertisement.connectable and pending.peer_address == advertisement.address:
            self.create_le_connection(advertisement.address)

    def report(self, advertisement, kind, data):
        if self.filter_duplicates:
            seen = (bytes(advertisement.address), kind, data)
            if seen in self.reported:
                return
            self.reported.add(seen)
        report = hci.HCI_LE_Advertising_Report_Event.Report(
            event_type=kind,
            address_type=advertisement.address.address_type,
            address=advertisement.address,
            data=data,
            rssi=advertisement.rssi,
        )
        self.send_hci_packet(hci.HCI_LE_Advertising_Report_Event([report]))

    def on_hci_le_set_scan_enable_command(self, command):
        self.reported.clear()
        return super().on_hci_le_set_scan_enable_command(command)

    def on_hci_le_create_connection_cancel_command(self, command):
        # bumble says "done" and goes on connecting; Linux waits for the end of the attempt.
        pending = self.pending_le_connection
        if not pending:
            return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.COMMAND_DISALLOWED_ERROR)
        self.pending_le_connection = None
        asyncio.get_running_loop().call_soon(
            self.send_hci_packet,
            hci.HCI_LE_Connection_Complete_Event(
                status=UNKNOWN_CONNECTION,
                connection_handle=0,
                role=hci.Role.CENTRAL,
                peer_address_type=pending.peer_address.address_type,
                peer_address=pending.peer_address,
                connection_interval=0,
                peripheral_latency=0,
                supervision_timeout=0,
                central_clock_accuracy=0,
            ),
        )
        return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.SUCCESS)

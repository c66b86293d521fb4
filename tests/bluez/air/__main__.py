"""python -m air TRANSPORT SOCKET: the air between the guest's controller (a bumble transport) and the virtual bands.

A test speaks to it over the socket, one JSON object a line; what it can say is in README.md.
"""

import asyncio
import json
import logging
import sys
import traceback

from bumble.transport import open_transport

from .ether import Ether
from .mi_band_1s import MiBand1, MiBand1S
from .mi_band_2 import MiBand2, MiBand3
from .mi_band_6 import MiBand6
from .smart_band_10 import SmartBand10

MODELS = {
    "mi-band-1": MiBand1,
    "mi-band-1s": MiBand1S,
    "mi-band-2": MiBand2,
    "mi-band-3": MiBand3,
    "mi-band-6": MiBand6,
    "smart-band-10": SmartBand10,
}


class Air:
    def __init__(self, ether):
        self.ether = ether
        self.bands = {}
        self.next = 1

    async def do(self, deed, band=None, **rest):
        match deed:
            case "add":
                return await self.add(**rest)
            case "clear":
                for known in self.bands.values():
                    known.disappear()
                self.bands.clear()
                return {}
        known = self.bands[band]
        match deed:
            case "set":
                known.set(**rest)
                if "old_table" in rest or "mtu" in rest:
                    known.lay_table()
            case "tap":
                known.tap()
            case "drop":
                await known.drop()
            case "lose":
                known.lose_link()
            case "forget":
                known.log.clear()
            case "state":
                return known.state()
            case _:
                raise ValueError(f"nothing is called {deed}")
        return {}

    async def add(self, model, **options):
        band = MODELS[model](self.ether, **options)
        await band.appear()
        number, self.next = self.next, self.next + 1
        self.bands[number] = band
        return {"band": number, **band.state()}

    async def listen(self, reader, writer):
        while line := await reader.readline():
            try:
                answer = await self.do(**json.loads(line))
            except Exception as error:
                traceback.print_exc()
                answer = {"error": f"{type(error).__name__}: {error}"}
            writer.write(json.dumps(answer).encode() + b"\n")
            await writer.drain()
        writer.close()


async def main(transport, socket):
    logging.basicConfig(level=logging.WARNING)
    async with await open_transport(transport) as controller:
        ether = Ether(controller.source, controller.sink)
        advertising = asyncio.create_task(ether.advertise())
        server = await asyncio.start_unix_server(Air(ether).listen, socket)
        ended = asyncio.create_task(controller.source.wait_for_termination())
        # Whichever ends first ends the air; an error in the advertising is an error of the test bed.
        done, _ = await asyncio.wait([advertising, ended], return_when=asyncio.FIRST_COMPLETED)
        server.close()
        for task in done:
            task.result()


asyncio.run(main(*sys.argv[1:]))

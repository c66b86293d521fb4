"""A person at a terminal, with a band in front of the computer: they pick, answer and touch the band itself."""

import os
import pty
import select
import time

from conftest import PROGRAM


class Terminal:
    """The program on a terminal of its own."""

    def __init__(self, *words):
        self.text = ""
        self.read = 0
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.environ.update(TERM="dumb", NO_COLOR="1")
            os.execvp(PROGRAM[0], [*PROGRAM, *words])

    def until(self, text, seconds=40):
        """Reads on until this text."""
        end = time.monotonic() + seconds
        while (found := self.text.find(text, self.read)) < 0:
            assert time.monotonic() < end and self.more(), f"{text!r} did not come; there is\n{self.text}"
        self.read = found + len(text)

    def more(self):
        if select.select([self.terminal], [], [], 0.2)[0]:
            try:
                self.text += os.read(self.terminal, 4096).decode()
            except OSError:
                return False
        return True

    def answer(self, after, line):
        self.until(after)
        os.write(self.terminal, line.encode() + b"\n")

    def code(self, seconds=20):
        end = time.monotonic() + seconds
        while self.more():
            assert time.monotonic() < end, self.text
        return os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])


def test_a_person_frees_their_band_by_touching_it_and_not_by_enter(air, tmp_path):
    band = air.add()
    person = Terminal("unpair", "--data-dir", str(tmp_path))
    person.answer("Type the number of your band", "1")
    person.answer("Type a number from 1 to 2", "1")
    person.answer("Type 1 and press Enter", "1")
    person.answer("Touch the band itself", "")
    person.until("Touch the band itself")
    assert band.state()["taps"] == 0
    band.do("tap")
    person.until("Your band is free")
    person.until(band.state()["address"])
    assert person.code() == 0
    assert band.state()["erased"] == 1


def test_a_named_band_is_not_asked_for_and_going_back_leads_to_the_list(air, tmp_path):
    band = air.add()
    air.add("mi-band-3")
    person = Terminal("unpair", "--address", band.address, "--data-dir", str(tmp_path))
    person.answer("Type a number from 1 to 2", "q")
    person.answer("Type the number of your band", "q")
    person.until("Nothing was changed.")
    assert person.code() == 1
    assert band.state()["connections"] == 0

"""What a band tells of itself, and forgetting it, on a real Bluetooth stack: nothing may change in the band."""

import pytest

KEY = "00112233445566778899aabbccddeeff"


@pytest.mark.parametrize("model", ["mi-band-1s", "mi-band-2", "mi-band-3", "mi-band-6"])
def test_a_band_tells_its_charge_to_everybody(air, rescue, model):
    band = air.add(model, battery=61)
    end = rescue("battery")
    assert (end["outcome"], end["code"]) == ("done", 0), end["report"]
    assert end["battery"]["level"] == 61


def test_a_protobuf_band_tells_its_charge_to_those_who_have_its_key(air, rescue):
    band = air.add("smart-band-10", key=KEY, battery=61)
    end = rescue("battery", "--key", KEY)
    assert (end["outcome"], end["battery"]["level"]) == ("done", 61), end["report"]
    assert band.state()["key"] == KEY


def test_what_a_band_tells_is_read_and_nothing_else(air, rescue):
    band = air.add("mi-band-2")
    end = rescue("info")
    assert (end["outcome"], end["model"], end["address"]) == ("done", "mi-band-2", band.address), end["report"]
    assert end["serial"] == band.serial
    assert [entry for entry in band.state()["log"] if entry["operation"] == "write"] == []


def test_a_band_that_this_computer_forgets_stays_as_it_is(air, rescue, computer):
    band = air.add("mi-band-2")
    computer.meet(band)
    computer.device(band, "Pair")
    assert computer.is_bonded(band)
    computer.leave(band)
    end = rescue("forget")
    assert (end["outcome"], end["code"]) == ("done", 0), end["report"]
    assert "phone_has_forgotten" in end["evidence"]
    assert computer.path(band) not in computer.devices() or not computer.is_bonded(band)
    assert band.state()["erased"] == 0


def test_a_protobuf_band_is_found_with_its_key_and_not_asked_about_without(air, rescue):
    band = air.add("smart-band-10", key=KEY)
    without = rescue("find")
    assert (without["outcome"], without["code"]) == ("needs_owner_or_key", 1), without["report"]
    end = rescue("find", "--key", KEY)
    assert (end["outcome"], end["code"]) == ("found", 0), end["report"]
    assert band.state()["vibrations"] >= 1

"""The other generations on a real Bluetooth stack: each speaks another protocol, and the bands here learnt it by
themselves."""

import pytest

KEY = "00112233445566778899aabbccddeeff"
WRONG_KEY = "ffeeddccbbaa99887766554433221100"
KEYED = ["mi-band-6", "smart-band-10"]


def short(value):
    """A case of the short set."""
    return pytest.param(value, marks=pytest.mark.short)


@pytest.mark.parametrize("model", ["mi-band-1", short("mi-band-1s")])
def test_a_first_band_of_another_owner_is_taken_over_by_a_tap(air, rescue, model):
    band = air.add(model, taps_after=0.5)
    end = rescue("unpair")
    assert (end["outcome"], end["code"]) == ("taken_over", 0)
    assert {"tap_seen", "user_known"} <= set(end["evidence"])
    assert int.from_bytes(bytes.fromhex(band.wrote("FF04")[-1])[:4], "little") == band.state()["user"]


def test_a_no_on_a_first_band_leaves_its_user(air, rescue):
    band = air.add("mi-band-1s", taps_after=0.5, denies=True, user=7)
    assert rescue("unpair")["code"] == 1
    assert band.state()["user"] == 7


@pytest.mark.parametrize("model", KEYED)
@pytest.mark.parametrize("mtu", [short(23), 247])
def test_a_known_key_frees_a_later_band_with_small_and_with_large_packets(air, rescue, model, mtu):
    band = air.add(model, key=KEY, mtu=mtu)
    end = rescue("unpair", "--key", KEY)
    state = band.state()
    assert (end["outcome"], end["code"]) == ("freed", 0), end["report"]
    assert state["erased"] == 1 and state["key"] is None
    assert end["new_address"] == state["address"] != band.address


@pytest.mark.parametrize(
    ("model", "operation", "characteristic", "skips"),
    [
        ("mi-band-6", "subscribe", "0017", 0),
        ("mi-band-6", "write", "0016", 0),
        ("mi-band-6", "write", "0016", 2),
        ("mi-band-6", "write", "0016", 5),
        ("smart-band-10", "subscribe", "005E", 0),
        ("smart-band-10", "write", "005F", 0),
        ("smart-band-10", "write", "005F", 3),
        ("smart-band-10", "write", "005F", 7),
    ],
)
def test_a_link_lost_in_the_middle_of_a_login_is_made_anew(air, rescue, model, operation, characteristic, skips):
    loses = {"operation": operation, "characteristic": characteristic, "skips": skips}
    # In small packets a login takes more than these writes.
    band = air.add(model, key=KEY, mtu=23, loses_link=loses)
    end = rescue("unpair", "--key", KEY)
    state = band.state()
    assert (end["outcome"], state["erased"]) == ("freed", 1), end["report"]
    assert state["connections"] >= 3


@pytest.mark.parametrize("model", KEYED)
def test_a_wrong_key_of_a_later_band_is_called_that_and_erases_nothing(air, rescue, model):
    band = air.add(model, key=KEY)
    end = rescue("unpair", "--key", WRONG_KEY)
    assert (end["outcome"], end["code"]) == ("needs_owner_or_key", 1), end["report"]
    assert "old_key_refused" in end["evidence"]
    assert (band.state()["erased"], band.state()["key"]) == (0, KEY)


@pytest.mark.parametrize("model", KEYED)
def test_without_a_key_a_later_band_is_left_as_it_was(air, rescue, model):
    band = air.add(model, key=KEY)
    end = rescue("unpair")
    assert (end["outcome"], end["code"]) == ("needs_owner_or_key", 1)
    assert (band.state()["erased"], band.state()["key"]) == (0, KEY)


@pytest.mark.parametrize("model", ["mi-band-1", "mi-band-1s", "mi-band-6"])
def test_a_band_buzzes_without_a_key(air, rescue, model):
    band = air.add(model)
    assert rescue("find")["outcome"] == "found"
    assert band.state()["vibrations"] >= 1

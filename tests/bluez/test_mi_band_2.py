"""Mi Band 2 and 3 on a real Bluetooth stack: what a person would lose if the radio or the flows were wrong."""

import pytest

OFFER, REQUEST, PROOF = "01", "02", "03"
KEY = "30313233343536373839404142434445"
OTHER_KEY = "ffeeddccbbaa99887766554433221100"


@pytest.mark.short
def test_a_band_of_another_owner_is_freed_and_comes_back_under_a_new_address(air, rescue):
    band = air.add(key=OTHER_KEY, taps_after=1.0)
    end = rescue("unpair")
    state = band.state()
    assert (end["outcome"], end["code"]) == ("freed", 0)
    assert end["old_address"] == band.address
    assert end["new_address"] == state["address"] != band.address
    assert {"tap_seen", "key_accepted", "erase_acknowledged", "link_dropped", "same_serial"} <= set(end["evidence"])
    assert state["erased"] == 1 and state["key"] is None and not state["connected"]


def test_a_rescue_does_not_do_more_on_the_air_than_it_has_reason_to(air, rescue):
    band = air.add(taps_after=0.5)
    assert rescue("unpair")["outcome"] == "freed"
    log = band.state()["log"]
    second = [entry["operation"] for entry in log].index("connect", 1)
    work = [entry for entry in log[:second] if entry["characteristic"] not in (None, "2A50")]
    done = [(entry["operation"], entry["characteristic"]) for entry in work]
    assert done == [
        ("read", "2A25"),
        ("read", "2A27"),
        ("read", "2A28"),
        ("read", "0006"),
        ("subscribe", "0009"),
        ("subscribe", "0010"),
        ("write", "0009"),
        ("write", "0009"),
        ("write", "0009"),
        ("subscribe", "0003"),
        ("write", "0003"),
    ]


def test_a_mi_band_3_is_freed_too(air, rescue):
    band = air.add("mi-band-3", taps_after=0.5)
    assert rescue("unpair")["outcome"] == "freed"
    assert band.state()["erased"] == 1


def test_a_band_taken_over_for_another_app_keeps_the_key_that_is_shown(air, rescue):
    band = air.add(taps_after=0.5)
    end = rescue("unpair", "--for", "another-app")
    assert (end["outcome"], end["code"]) == ("taken_over", 0)
    assert end["key"] == band.state()["key"]
    assert band.state()["erased"] == 0


def test_a_key_fits_into_the_smallest_packets_and_large_ones_change_nothing(air, rescue):
    for mtu in (23, 247):
        band = air.add(mtu=mtu, taps_after=0.5)
        assert rescue("unpair", "--for", "another-app")["outcome"] == "taken_over"
        assert len(band.wrote("0009")[0]) == 2 * 18
        air.do("clear")


def test_a_known_key_erases_without_a_tap(air, rescue):
    band = air.add(key=KEY)
    end = rescue("erase", "--address", band.address)
    assert (end["outcome"], end["code"]) == ("erased", 0)
    assert band.state()["taps"] == 0
    assert "opened_with_key" in end["evidence"]


def test_a_wrong_key_is_noticed_and_the_band_is_taken_over_only_then(air, rescue):
    band = air.add(key=OTHER_KEY, taps_after=0.5)
    end = rescue("erase", "--address", band.address)
    assert end["outcome"] == "erased"
    assert [frame[:2] for frame in band.wrote("0009")][:3] == [REQUEST, PROOF, OFFER]
    assert band.state()["taps"] == 1


def test_a_restart_with_a_known_key_leaves_the_band_as_it_was(air, rescue):
    band = air.add(key=KEY)
    end = rescue("restart", "--address", band.address)
    state = band.state()
    assert (end["outcome"], state["restarts"], state["key"]) == ("restarted", 1, KEY)
    assert state["address"] == band.address


def test_a_band_that_is_looked_for_buzzes_and_is_not_taken_over(air, rescue):
    band = air.add(key=OTHER_KEY)
    end = rescue("find")
    state = band.state()
    assert (end["outcome"], state["key"]) == ("found", OTHER_KEY)
    assert state["vibrations"] >= 1


@pytest.mark.short
def test_a_tap_that_comes_after_the_band_dropped_the_stranger_is_asked_for_once_more(air, start):
    band = air.add()
    rescue = start("unpair")
    band.wait_for("asking")
    band.set(stranger_time=30.4, taps_after=1.0)
    end = rescue.end()
    assert end["outcome"] == "freed"
    assert band.state()["connections"] >= 3


def test_a_band_that_drops_a_stranger_in_the_middle_of_the_prompt_does_not_end_the_rescue(air, start):
    band = air.add(stranger_time=8.0)
    running = start("unpair")
    band.wait_for("asking")
    band.set(taps_after=1.0, stranger_time=30.4)
    end = running.end()
    assert end["outcome"] == "freed"


@pytest.mark.parametrize(
    ("operation", "characteristic", "value"),
    [
        ("read", "2A25", ""),
        ("read", "0006", ""),
        ("subscribe", "0009", ""),
        ("write", "0009", OFFER),
        ("write", "0009", REQUEST),
        ("write", "0009", PROOF),
        ("subscribe", "0003", ""),
        pytest.param("write", "0003", "", marks=pytest.mark.short),
    ],
)
def test_a_link_lost_in_the_middle_of_a_step_is_made_anew(air, rescue, operation, characteristic, value):
    loses = {"operation": operation, "characteristic": characteristic, "value": value, "before": False}
    band = air.add(taps_after=0.5, loses_link=loses)
    end = rescue("unpair")
    assert end["outcome"] == "freed", end["report"]
    assert band.state()["erased"] == 1


def test_a_band_that_takes_the_key_but_never_says_so_is_opened_with_it(air, rescue):
    band = air.add(taps_after=0.5, mute_after_tap=True)
    end = rescue("unpair")
    assert end["outcome"] == "freed"
    assert [frame[:2] for frame in band.wrote("0009")] == [OFFER, REQUEST, PROOF]


@pytest.mark.short
def test_the_neighbours_equal_band_is_not_touched_and_not_taken_for_the_freed_one(air, start):
    neighbour = air.add(rssi=-80, taps_after=0.5)
    band = air.add(rssi=-45, taps_after=0.5)
    other = air.add(away=True)
    running = start("unpair", "--address", band.address)
    band.wait_for("erased")
    other.set(away=False)
    end = running.end()
    assert (end["outcome"], end["new_address"]) == ("freed", band.state()["address"])
    assert neighbour.state()["connections"] == 0
    assert other.state()["writes"] == 0


def test_a_band_that_refuses_every_key_ends_in_refused_and_keeps_its_own(air, rescue):
    band = air.add(key=OTHER_KEY, refuses_keys=True)
    end = rescue("unpair")
    assert (end["outcome"], end["code"]) == ("refused", 1)
    assert band.state()["key"] == OTHER_KEY


def test_a_band_that_wants_the_other_flag_gets_it(air, rescue):
    band = air.add(flags_taken=[8], taps_after=0.5)
    assert rescue("unpair")["outcome"] == "freed"
    assert band.wrote("0009")[0].startswith("0100") and band.wrote("0009")[1].startswith("0108")


def test_a_no_on_the_band_is_a_no(air, rescue):
    band = air.add(taps_after=0.5, denies=True)
    assert rescue("unpair")["outcome"] == "refused"
    assert band.state()["erased"] == 0


def test_a_band_that_nobody_taps_is_left_as_it_was(air, rescue):
    band = air.add(key=OTHER_KEY)
    end = rescue("unpair", seconds=180)
    assert (end["outcome"], end["code"]) == ("not_tapped", 1)
    assert band.state()["key"] == OTHER_KEY


def test_a_band_that_comes_back_under_its_old_address_is_told_from_one_that_does_not(air, rescue):
    band = air.add(taps_after=0.5, keeps_address=True)
    end = rescue("unpair")
    assert (end["outcome"], end["new_address"]) == ("freed_same_address", None)
    assert "old_key_refused" in end["evidence"] and band.state()["erased"] == 1


def test_a_band_that_only_pretends_to_erase_is_not_called_freed(air, rescue):
    air.add(taps_after=0.5, ignores_erase=True)
    assert rescue("unpair", seconds=240)["outcome"] == "not_erased"


def test_an_empty_band_is_not_erased(air, rescue):
    band = air.add(battery=7, taps_after=0.5)
    end = rescue("unpair")
    assert (end["outcome"], band.state()["erased"]) == ("charge_first", 0)


@pytest.mark.short
def test_services_that_the_computer_remembers_from_old_firmware_do_not_stop_a_rescue(air, rescue, computer):
    band = air.add(old_table=True, taps_after=0.5)
    computer.meet(band)
    computer.leave(band)
    band.set(old_table=False)
    end = rescue("unpair")
    assert end["outcome"] == "freed"
    assert "clearing the phone's cache" in end["report"]


def test_something_else_under_the_name_of_a_band_is_not_worked_on(air, rescue):
    band = air.add(old_table=True)
    assert rescue("unpair", seconds=180)["outcome"] == "not_supported"
    assert band.state()["writes"] == 0


def test_a_bond_of_this_computer_is_forgotten_first(air, rescue, computer):
    band = air.add(taps_after=0.5)
    computer.meet(band)
    computer.device(band, "Pair")
    assert computer.is_bonded(band)
    computer.leave(band)
    end = rescue("unpair")
    assert end["outcome"] == "freed"
    assert end["evidence"][0] == "phone_has_forgotten"
    assert not computer.is_bonded(band)


def test_a_band_that_a_phone_holds_is_reported_and_left_alone(air, rescue):
    band = air.add(held_by_another=True)
    end = rescue("unpair", seconds=300)
    assert end["code"] == 1
    assert end["outcome"] in ("held_by_a_phone", "no_answer", "not_seen")
    assert band.state()["connections"] == 0


def test_bluetooth_that_is_off_is_switched_on(air, rescue, computer):
    air.add(taps_after=0.5)
    computer.switch(False)
    assert rescue("unpair")["outcome"] == "freed"


def test_bluetooth_that_goes_off_in_the_middle_does_not_cost_the_key(air, start, computer):
    band = air.add()
    running = start("unpair")
    band.wait_for("asking")
    computer.switch(False)
    band.set(taps_after=0.5)
    assert running.end()["outcome"] == "freed"

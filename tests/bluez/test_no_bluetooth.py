"""A computer whose Bluetooth cannot be used says why, at once, and ends with no_bluetooth. Here is what can be wrong with
the real one; the rest is tried on a stand-in, in desktop/tests/radio_faults."""


def test_an_adapter_that_is_not_there_is_named_with_those_that_are(start):
    end = start("scan", "--adapter", "hci7").end(20)
    assert (end["outcome"], end["code"]) == ("no_bluetooth", 1) and end["seconds"] < 5
    told = [line["told"] for line in end["lines"] if line.get("event") == "trouble"]
    assert "hci7" in told[0] and "hci0" in told[0]


def test_a_computer_without_a_system_bus_says_so(start):
    end = start("scan", DBUS_SYSTEM_BUS_ADDRESS="unix:path=/run/no-such-bus").end(20)
    assert (end["outcome"], end["code"]) == ("no_bluetooth", 1) and end["seconds"] < 5
    assert [line["trouble"] for line in end["lines"] if line.get("event") == "trouble"] == ["no_bus"]

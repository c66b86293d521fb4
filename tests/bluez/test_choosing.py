"""Which band is meant, where nobody sits at the keyboard: the one that was named or the only one, never a guess."""


def test_a_named_band_that_is_not_there_is_not_seen_though_another_is(air, rescue):
    band = air.add(taps_after=0.5)
    end = rescue("unpair", "--address", "C0:FF:EE:C0:FF:EE", seconds=60)
    assert (end["outcome"], end["code"]) == ("not_seen", 1)
    assert 25 < end["seconds"] < 40
    assert band.state()["connections"] == 0


def test_a_scan_lists_the_bands_and_touches_none(air, rescue):
    bands = {band.address: band for band in [air.add(), air.add("smart-band-10")]}
    end = rescue("scan")
    assert (end["outcome"], end["code"]) == ("done", 0)
    listed = [line["bands"] for line in end["lines"] if line.get("event") == "bands"][-1]
    assert {band["address"]: band["model"] for band in listed}.keys() == bands.keys()
    assert all(band.state()["connections"] == 0 for band in bands.values())

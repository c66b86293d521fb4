"""Wrong use in front of a real band: it is told in words, with exit code 2, and the band is not touched."""

import os

import pytest


def refused(start, band, *words, report=None):
    """What is complained about; the band is left alone."""
    process = start(*words, report=report).process
    told, complained = process.communicate(timeout=60)
    assert process.returncode == 2, told + complained
    assert '"outcome"' not in told
    assert band.state()["connections"] == 0
    return complained


def test_of_several_equal_bands_none_is_guessed_and_all_are_listed(air, start):
    bands = [air.add(taps_after=0.5), air.add(taps_after=0.5)]
    complained = refused(start, bands[0], "unpair")
    assert all(f"--address {band.address}" in complained for band in bands)
    assert bands[1].state()["connections"] == 0


@pytest.mark.parametrize("address", ["FA:8E:E3:12:B4", "my band", ""])
def test_an_address_that_is_none(air, start, address):
    assert "--address" in refused(start, air.add(), "unpair", "--address", address)


def test_what_changes_a_band_wants_its_address(air, start):
    assert "--address" in refused(start, air.add(), "erase")


@pytest.mark.parametrize("content", ["", "this is no key\n", "00112233", os.urandom(64).hex()])
def test_a_key_file_that_is_no_key(air, start, tmp_path, content):
    file = tmp_path / "key.txt"
    file.write_text(content)
    complained = refused(start, air.add("mi-band-6"), "unpair", "--key-file", str(file))
    assert str(file) in complained and (not content or content.strip() not in complained)


def test_a_key_file_that_is_not_there(air, start, tmp_path):
    file = tmp_path / "key.txt"
    assert str(file) in refused(start, air.add("mi-band-6"), "unpair", "--key-file", str(file))


def test_a_report_that_cannot_be_written_costs_nothing(air, start, tmp_path):
    path = tmp_path / "no-such-folder" / "report.txt"
    complained = refused(start, air.add(taps_after=0.5), "unpair", report=path)
    assert str(path) in complained


def test_a_band_that_is_out_of_range_is_not_seen(air, rescue):
    band = air.add(away=True)
    end = rescue("unpair", "--address", band.address, seconds=60)
    assert (end["outcome"], end["code"]) == ("not_seen", 1)

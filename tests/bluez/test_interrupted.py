"""What is stopped in the middle: the band is let go of, and the rescue goes on from there."""

import signal

KEY_SENT = "key_sent"


def left(end):
    return [line["left"] for line in end["lines"] if line.get("event") == "ended"]


def test_ctrl_c_lets_go_of_the_band_says_how_it_is_left_and_continue_goes_on(air, start, rescue):
    band = air.add()
    running = start("unpair")
    band.wait_for("asking")
    running.process.send_signal(signal.SIGINT)
    end = running.end(20)
    assert (end["outcome"], end["code"], left(end)) == ("cancelled", 1, [KEY_SENT])
    assert not band.state()["connected"]
    band.set(taps_after=0.5)
    end = rescue("continue")
    assert (end["outcome"], end["code"]) == ("freed", 0), end["report"]
    assert end["lines"][0]["continues"] and end["old_address"] == band.address
    assert rescue_is_over(start)


def test_a_rescue_that_was_killed_goes_on_when_it_is_begun_again(air, start, rescue):
    band = air.add()
    running = start("unpair")
    band.wait_for("asking")
    running.process.kill()
    running.process.wait()
    band.set(taps_after=0.5)
    end = rescue("unpair", "--address", band.address)
    assert end["lines"][0]["continues"] and end["outcome"] == "freed", end["report"]


def test_another_band_is_not_taken_for_the_interrupted_one(air, start, rescue):
    first = air.add()
    running = start("unpair", "--address", first.address)
    first.wait_for("asking")
    running.process.kill()
    running.process.wait()
    second = air.add(taps_after=0.5)
    end = rescue("unpair", "--address", second.address)
    assert not end["lines"][0]["continues"]
    assert [line["number"] for line in end["lines"] if line.get("event") == "unfinished"] == [1]
    assert (end["outcome"], end["old_address"]) == ("freed", second.address)
    assert first.state()["erased"] == 0


def rescue_is_over(start):
    """Nothing is left to continue."""
    process = start("continue").process
    process.communicate(timeout=20)
    return process.returncode == 2

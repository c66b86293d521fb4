"""The air of the test bed: virtual bands in Python, written from published facts about the protocols and not from this
project's own code, so that a mistake made there is not made here once more."""

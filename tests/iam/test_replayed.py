"""Every recording of IAM is replayed by a test here."""

import pathlib

from ..replayed import check_replayed


def test_every_recording_is_replayed():
    check_replayed(pathlib.Path(__file__).parent, "iam.json", {})

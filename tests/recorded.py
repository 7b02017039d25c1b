"""Compares a client's view of an answer with what AWS answered."""

import datetime
import json
import pathlib
import re

FOLDER = pathlib.Path(__file__).parent / "recordings"
PLACEHOLDER = re.compile(r"<[a-z0-9_-]+(:\d+)?>|[a-z]+-?[a-z]*")
# Values that the recordings hide behind a word.
WORDS = {"owner-id", "display-name", "i-d", "display_name", "bucket", "bucket-name"}


class Recording:
    """One recorded test: its steps are compared in any order, its placeholders stand for one value each."""

    def __init__(self, file, test):
        recordings = json.loads((FOLDER / f"{file}.json").read_text())
        name = next(name for name in recordings if name.endswith(f"::{test}"))
        self.date = recordings[name]["recorded-date"]
        self.steps = recordings[name]["recorded-content"]
        self.values = {}

    def compare(self, step, answer):
        """Members must be equal both ways: none missing, none more."""
        self._compare(self.steps[step], answer, step)

    def _compare(self, expected, found, path):
        if isinstance(expected, dict):
            assert isinstance(found, dict), path
            expected, found = dict(expected), dict(found)
            for side in (expected, found):
                metadata = side.pop("ResponseMetadata", None)
                if metadata:
                    side["(status)"] = metadata["HTTPStatusCode"]
            error = found.get("Error")
            if isinstance(error, dict):
                found["Error"] = {name: value for name, value in error.items() if name not in ("RequestId", "HostId")}
            assert expected.keys() == found.keys(), f"{path}: {sorted(expected)} / {sorted(found)}"
            for name, value in expected.items():
                self._compare(value, found[name], f"{path}/{name}")
        elif isinstance(expected, list):
            assert len(expected) == len(found), f"{path}: {expected} / {found}"
            for index, (one, other) in enumerate(zip(expected, found)):
                self._compare(one, other, f"{path}/{index}")
        elif expected == "datetime":
            assert isinstance(found, datetime.datetime), path
        elif isinstance(expected, str) and (expected.startswith("<") or expected in WORDS):
            known = self.values.setdefault(expected, found)
            assert known == found, f"{path}: {expected} was {known}, is {found}"
        else:
            assert expected == found, f"{path}: {expected!r} / {found!r}"

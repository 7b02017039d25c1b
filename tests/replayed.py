"""Looks whether every recording of a service is replayed by a test, or listed with the reason why not."""

import json

import pytest

from .recorded import FOLDER


class Collected:
    """A plugin of pytest that looks which recordings the tests name, whatever of them this run selects."""

    def pytest_collection_modifyitems(self, items):
        self.names = {(file, name) for item in items for file, name in named(item)}


def named(item):
    for mark in item.iter_markers("recorded"):
        if len(mark.args) == 3:
            file, name, _ = mark.args
            yield file, name.format(**item.callspec.params) if "{" in name else name


def check_replayed(folder, files, not_replayed):
    """Fails unless the tests in the folder name every recording of the files, but for those that are listed."""
    collected = Collected()
    ended = pytest.main(["--collect-only", "-qq", "-p", "no:cacheprovider", "-p", "no:xdist", str(folder)], [collected])
    assert ended == 0
    listed = {name for names in not_replayed.values() for name in names}
    files = [files] if isinstance(files, str) else files
    left = {name for file, name in recordings(*files) if not is_in(collected.names, file, name)}
    assert sorted(left - listed) == [], "neither replayed nor listed"
    assert sorted(listed - left) == [], "listed but replayed, or no recording at all"


def recordings(*files):
    for file in sorted(file for some in files for file in FOLDER.glob(some)):
        for name in json.loads(file.read_text()):
            yield file.stem, name.partition("::")[2]


def is_in(replayed, file, name):
    return (file, name) in replayed or (file, name.partition("::")[2]) in replayed

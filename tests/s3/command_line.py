"""Runs command-line clients and compares what they leave behind."""

import filecmp
import subprocess
import urllib.request


def run(command, environment, stdin=b""):
    done = subprocess.run(command, env=environment, input=stdin, capture_output=True, timeout=300)
    assert done.returncode == 0, (done.stdout[-2000:] + done.stderr[-2000:]).decode()
    return done.stdout


def names_below(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def assert_same(one, other):
    names = names_below(one)
    assert names_below(other) == names
    assert filecmp.cmpfiles(one, other, names, shallow=False) == (names, [], [])


def fetch(url):
    """What a plain HTTP client gets."""
    with urllib.request.urlopen(url) as answer:
        return answer.read()

"""Compares what a client was answered with what AWS answered, step by step of a recording."""

import datetime
import json
import pathlib
import re
import xml.etree.ElementTree as ElementTree

import pytest
from botocore.exceptions import ClientError
from botocore.response import StreamingBody

FOLDER = pathlib.Path(__file__).parent / "recordings"
MARK = re.compile(r"<([A-Za-z][A-Za-z0-9_-]*)(?::(\d+))?>")
# What the recordings have in place of the account's number.
RECORDING_ACCOUNT = "111111111111"
# Words in place of values that differ from run to run, and of what may stand there.
DATES = {"datetime", "date"}
# Members whose value the recording hides behind their own name in kebab case.
HIDDEN = {
    "Bucket": {"bucket"},
    "CodeSha256": {"code-sha256"},
    "ContinuationToken": {"continuation-token"},
    "DisplayName": {"display-name"},
    "HostId": {"host-id"},
    "ID": {"i-d", "owner-id"},
    "MD5OfBody": {"m-d5-of-body"},
    "NextContinuationToken": {"next-continuation-token"},
    "Prefix": {"prefix"},
    "ReceiptHandle": {"receipt-handle"},
    "RequestId": {"request-id"},
    "last-modified": {"last-modified"},
    "sequencer": {"sequencer", "object-sequencer"},
    "server": {"server"},
    "versionId": {"version-id"},
    "x-amz-id-2": {"id-2", "x-amz-id-2", "amz-id"},
    "x-amz-request-id": {"request-id", "x-amz-request-id", "amz-request-id"},
}
# Headers that say how the bytes travelled, not what AWS answered. A recording that has them is compared all the same.
VOLATILE_HEADERS = {"connection", "keep-alive", "transfer-encoding", "vary", "x-amzn-requestid"}


class Recording:
    """The steps of one recording; marks keep their values from step to step."""

    def __init__(self, file, name, date=""):
        text = (FOLDER / f"{file}.json").read_text().replace(RECORDING_ACCOUNT, "<account:1>")
        recordings = json.loads(text)
        whole = [found for key, found in recordings.items() if key.partition("::")[2] == name]
        if len(whole) > 1:
            whole = [found for found in whole if found["recorded-date"].startswith(date)]
        (found,) = whole or [found for key, found in recordings.items() if key.endswith(f"::{name}")]
        assert found["recorded-date"].startswith(date), f"{name} was recorded {found['recorded-date']}"
        self.steps = found["recorded-content"]
        self.left = set(self.steps)
        self.values = {}

    def compare(self, step, answer, hidden=()):
        """Fails unless the answer is the recorded one; returns the answer. `hidden` members may have any value."""
        recorded = self.steps[step]
        self.left.discard(step)
        differences = []
        self._unify(recorded, plain(answer, recorded), step, differences, set(hidden))
        assert not differences, "\n".join(differences)
        return answer

    def refused(self, step, call, **arguments):
        """Fails unless the call fails as recorded; returns the error's answer."""
        with pytest.raises(ClientError) as caught:
            call(**arguments)
        return self.compare(step, caught.value.response)

    def reword(self, recorded, ours):
        """Puts a word of ours, or a mark, where the recording hides something without one."""
        self.steps = json.loads(json.dumps(self.steps).replace(json.dumps(recorded)[1:-1], json.dumps(ours)[1:-1]))

    def leave(self, step, reason):
        """Says why a step is not compared."""
        assert step in self.steps and reason
        self.left.discard(step)

    def _unify(self, recorded, live, path, differences, hidden):
        member = path.rsplit(".", 1)[-1].split("[")[0]
        if member in hidden:
            return
        if isinstance(recorded, (dict, list)) and isinstance(live, str) and live[:1] in ("{", "["):
            # The recordings have JSON texts parsed.
            live = json.loads(live)
        if isinstance(recorded, dict) and isinstance(live, dict):
            for name in sorted(recorded.keys() | live.keys()):
                here = f"{path}.{name}"
                if name not in live:
                    differences.append(f"{here}: missing, AWS says {recorded[name]!r}")
                elif name not in recorded:
                    differences.append(f"{here}: AWS does not say it, is {live[name]!r}")
                else:
                    self._unify(recorded[name], live[name], here, differences, hidden)
        elif isinstance(recorded, list) and isinstance(live, list) and len(recorded) == len(live):
            for index, (one, other) in enumerate(zip(recorded, live)):
                self._unify(one, other, f"{path}[{index}]", differences, hidden)
        elif not self._same(member, recorded, live):
            differences.append(f"{path}: AWS says {self._known(recorded)!r}, is {live!r}")

    def _same(self, member, recorded, live):
        if isinstance(live, int) and isinstance(recorded, str) and MARK.fullmatch(recorded):
            # A number is hidden, too; one with its own number is the same from step to step.
            return self._bind(recorded, str(live))
        if not isinstance(recorded, str) or not isinstance(live, str):
            return type(recorded) is type(live) and recorded == live
        if recorded in DATES:
            # A member may be called so, too.
            return is_date(live) or recorded == live
        if recorded in HIDDEN.get(member, ()):
            return live != ""
        return recorded == live or self._bind(recorded, live)

    def _bind(self, recorded, live):
        """Matches a text with marks, taking over the values of marks not met before."""
        pattern, groups, end = "", {}, 0
        for mark in MARK.finditer(recorded):
            kind, number = mark[1], mark[2]
            pattern += re.escape(recorded[end : mark.start()])
            end = mark.end()
            if number is None:
                pattern += "(?:.+?)"
            elif (kind, number) in self.values:
                pattern += re.escape(self.values[kind, number])
            elif (kind, number) in groups:
                pattern += f"(?P={groups[kind, number]})"
            else:
                groups[kind, number] = f"mark{len(groups)}"
                pattern += f"(?P<{groups[kind, number]}>.+?)"
        found = end and re.fullmatch(pattern + re.escape(recorded[end:]), live, re.DOTALL)
        if not found:
            return False
        fresh = {key: found[group] for key, group in groups.items()}
        taken = [(kind, value) for (kind, _), value in [*self.values.items(), *fresh.items()]]
        if len(set(taken)) < len(taken):
            return False
        self.values |= fresh
        return True

    def _known(self, recorded):
        """The recorded text with the values that its marks have."""
        if not isinstance(recorded, str):
            return recorded
        return MARK.sub(lambda mark: self.values.get((mark[1], mark[2]), mark[0]), recorded)


def is_date(text):
    return re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.*|\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", text) is not None


def plain(answer, recorded=None):
    """The answer as JSON would have it; of its metadata the status, and headers where the recording has them."""
    if isinstance(answer, dict):
        members = recorded if isinstance(recorded, dict) else {}
        shown = {name: plain(value, members.get(name)) for name, value in answer.items() if name != "ResponseMetadata"}
        if "ResponseMetadata" in answer:
            metadata = members.get("ResponseMetadata", {})
            headers = metadata.get("HTTPHeaders", {})
            answered = answer["ResponseMetadata"]["HTTPHeaders"] if headers else {}
            shown["ResponseMetadata"] = {
                "HTTPHeaders": {
                    name: value for name, value in answered.items() if name in headers or name not in VOLATILE_HEADERS
                },
                "HTTPStatusCode": answer["ResponseMetadata"]["HTTPStatusCode"],
            }
        return shown
    if isinstance(answer, (list, tuple)):
        items = recorded if isinstance(recorded, list) else []
        return [plain(item, items[index] if index < len(items) else None) for index, item in enumerate(answer)]
    if isinstance(answer, StreamingBody):
        return answer.read().decode()
    if isinstance(answer, datetime.datetime):
        return answer.isoformat()
    if isinstance(answer, bytes) and isinstance(recorded, str) and recorded.startswith("b'"):
        # As Python wrote them.
        return str(answer)
    return answer.decode() if isinstance(answer, bytes) else answer


def from_xml(text):
    """A document as a dictionary: repeated elements are a list, an empty element is nothing, all else is text."""

    def value(element):
        if not len(element):
            return element.text
        members = {}
        for child in element:
            members.setdefault(child.tag.rpartition("}")[2], []).append(value(child))
        return {name: found[0] if len(found) == 1 else found for name, found in members.items()}

    root = ElementTree.fromstring(text)
    return {root.tag.rpartition("}")[2]: value(root)}


@pytest.fixture
def recording(request):
    """The recording that the test's mark names; at the test's end every step of it has been compared."""
    file, name, date = request.node.get_closest_marker("recorded").args
    callspec = getattr(request.node, "callspec", None)
    if "{" in name:
        name = name.format(**callspec.params)
    recording = Recording(file, name, date)
    yield recording
    assert not recording.left or request.node.stash.get(FAILED, False), f"steps not compared: {sorted(recording.left)}"


FAILED = pytest.StashKey()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call" and report.failed:
        item.stash[FAILED] = True
    return report

"""The comparison with recordings itself: what it must let through and what it must not."""

import pytest

from .recorded import Recording, from_xml


def recording(**steps):
    made = Recording("s3_preconditions", "TestS3CopySourcePreconditions::test_s3_copy_object_preconditions", "23-02-2026")
    made.steps = steps
    return made


@pytest.mark.parametrize(
    "recorded, answer",
    [
        ({"A": 1}, {"A": 1, "B": 2}),
        ({"A": 1, "B": 2}, {"A": 1}),
        ({"A": 1}, {"A": "1"}),
        ({"A": True}, {"A": 1}),
        ({"A": [1]}, {"A": [1, 2]}),
        ({"A": "<id:1>", "B": "<id:1>"}, {"A": "x", "B": "y"}),
        ({"A": "<id:1>", "B": "<id:2>"}, {"A": "x", "B": "x"}),
        ({"A": "<id:1>"}, {"A": ""}),
        ({"A": "arn:<id:1>"}, {"A": "arm:x"}),
        ({"A": "datetime"}, {"A": "yesterday"}),
        ({"HostId": "host-id"}, {"HostId": ""}),
        ({"A": "bucket"}, {"A": "other"}),
    ],
)
def test_what_differs_is_found(recorded, answer):
    with pytest.raises(AssertionError):
        recording(step=recorded).compare("step", answer)


def test_marks_keep_their_values_from_step_to_step():
    steps = recording(one={"A": "<id:1>/<id:2>"}, two={"B": "<id:2>"}, three={"B": "<id:1>"})
    steps.compare("one", {"A": "x/y"})
    steps.compare("two", {"B": "y"})
    with pytest.raises(AssertionError):
        steps.compare("three", {"B": "y"})


def test_a_document_is_read_as_the_recordings_have_it():
    text = '<A xmlns="x"><B>1</B><C><D>2</D></C><C><D>3</D></C><E/></A>'
    assert from_xml(text) == {"A": {"B": "1", "C": [{"D": "2"}, {"D": "3"}], "E": None}}

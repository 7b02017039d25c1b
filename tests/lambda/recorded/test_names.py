"""What functions and their qualifiers may be called, compared with what AWS answered."""

import re

import pytest
from botocore.exceptions import ClientError

from .conftest import api

BASE = "arn:aws:lambda:us-east-1:{account}"
NOWHERE = "arn:aws:lambda:invalid-region:{account}:function:my-function"
LONG = "a" * 129
CASES = {
    "invalid_characters_in_function_name": ("my-function!", None),
    "function_name_is_single_invalid": ("*", None),
    "invalid_characters_in_qualifier": ("my-function", "invalid!"),
    "qualifier_too_long": ("my-function", LONG),
    "qualifier_too_long0": ("my-function", LONG),
    "qualifier_too_long1": ("my-function", "a" * 65),
    "function_name_and_qualifier_too_long": ("my-function", "a" * 65),
    "invalid_account_id_in_partial_arn": ("invalid-account:function:my-function", None),
    "invalid_region_in_arn": (NOWHERE, None),
    "non_lambda_arn": ("arn:aws:ec2:us-east-1:{account}:instance:i-1234567890abcdef0", None),
    "function_name_too_long": ("a" * 65, None),
    "function_name_too_long_and_invalid_region": (NOWHERE + "a" * 170, None),
    "full_arn_and_qualifier_too_long_and_invalid_region": (f"{NOWHERE}-{'a' * 170}", LONG),
    "full_arn_with_multiple_qualifiers": (f"{BASE}:function:my-function:1:2", None),
    "incomplete_arn": (f"{BASE}:function", None),
    "partial_arn_with_extra_qualifier": ("function:my-function:$LATEST:extra", None),
    "latest_version_with_additional_qualifier": (f"{BASE}:function:my-function:$LATEST", "1"),
    "lowercase_latest_qualifier": (f"{BASE}:function:my-function", "$latest"),
    "missing_region_in_arn": ("arn:aws:lambda::{account}:function:my-function", None),
    "missing_account_id_in_arn": ("arn:aws:lambda:us-east-1::function:my-function", None),
    "misspelled_latest_in_arn": (f"{BASE}:function:my-function:$LATES", None),
}
#: AWS takes them: the one function is called "function", the others' qualifier is ignored.
TAKEN = [
    ("incomplete_arn", "create_function"),
    ("function_name_and_qualifier_too_long", "create_function"),
    ("qualifier_too_long1", "create_function"),
]
OPERATIONS = ["get_function", "delete_function", "invoke", "create_function"]
ALL = [(case, operation) for case in CASES for operation in OPERATIONS if (case, operation) not in TAKEN]


@pytest.mark.parametrize("case, operation", ALL)
@api("TestLambdaFunction::test_function_name_and_qualifier_validation[{case}-{operation}]")
def test_a_name_that_is_none(aws_lambda, replay, recording, case, operation):
    name, qualifier = CASES[case]
    name = name.format(account=replay.account)
    arguments = {"FunctionName": name}
    if operation == "create_function":
        arguments = replay.settings(FunctionName=f"{name}:{qualifier}" if qualifier else name)
    elif qualifier:
        arguments["Qualifier"] = qualifier
    spell_out(recording)
    with pytest.raises(ClientError) as caught:
        getattr(aws_lambda, operation)(**arguments)
    recording.compare(f"{operation}_exception", gist(caught.value.response["Error"]))


def spell_out(recording):
    """Puts so many letters where the recording says how many there are."""
    for count in (65, 129, 140, 170):
        recording.reword(f"<a:len({count})>", "a" * count)


def gist(error):
    """The code, and each constraint that is broken; their order changes."""
    broken = re.findall(r"Value '.*?' at '.*?' failed to satisfy constraint: .+?(?=;|$)", error["Message"])
    if not broken:
        return {"Code": error["Code"], "Message": error["Message"]}
    return {"Code": error["Code"], "Count": len(broken), "Errors": sorted(broken)}

"""Replays recordings of Lambda: a call per step, compared with what AWS answered then."""

import uuid

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from ..conftest import packed

ECHO = packed({"index.py": "def handler(event, context):\n    return event\n"})
OTHER = packed({"index.py": "def handler(event, context):\n    return 'another'\n"})


class Replay:
    """Calls operations with some usual arguments, and compares each answer, or error, with a step of the recording."""

    def __init__(self, client, recording, account, usual=None):
        self.client, self.recording, self.account, self.usual = client, recording, account, usual or {}

    def about(self, **usual):
        """The same of one function, layer, ..., which calls need not name."""
        return Replay(self.client, self.recording, self.account, self.usual | usual)

    def call(self, operation, **arguments):
        """Calls without comparing."""
        return getattr(self.client, operation)(**{**self.usual, **arguments})

    def __call__(self, step, operation, hidden=(), **arguments):
        try:
            answer = self.call(operation, **arguments)
        except ClientError as error:
            answer = error.response
        return self.recording.compare(step, answer, hidden)

    def steps(self, *steps, **common):
        """Steps of one kind: each a name, an operation, and what that is given beside the common arguments."""
        for step, operation, *arguments in steps:
            self(step, operation, **{**common, **(arguments[0] if arguments else {})})

    def arn(self, name, region="us-east-1"):
        return f"arn:aws:lambda:{region}:{self.account}:function:{name}"

    def settings(self, **given):
        """What CreateFunction is given, as a rule."""
        role = f"arn:aws:iam::{self.account}:role/anybody"
        usual = {"Runtime": "python3.12", "Handler": "index.handler", "Role": role, "Code": {"ZipFile": ECHO}}
        return {name: value for name, value in {**usual, **given}.items() if value is not None}

    def create(self, step=None, name=None, hidden=(), **given):
        """Creates a function, and waits until it is active; answers a replay about it."""
        name = name or fresh("function")
        answer = self.client.create_function(FunctionName=name, **self.settings(**given))
        if step:
            self.recording.compare(step, answer, hidden)
        self.client.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig=SOON)
        return self.about(FunctionName=name)

    def make(self, step=None, name=None, **given):
        """The same, where the recording has the answer in an envelope, and the handler of another module."""
        given = {"Handler": "handler.handler", "Timeout": 30, "Environment": {"Variables": {}}, **given}
        if step:
            self.recording.steps[step] = self.recording.steps[step]["CreateFunctionResponse"]
        return self.create(step, name, **given)

    @property
    def name(self):
        return self.usual["FunctionName"]

    def updated(self):
        """Waits until the function's update is done."""
        self.client.get_waiter("function_updated_v2").wait(FunctionName=self.name, WaiterConfig=SOON)


SOON = {"Delay": 1, "MaxAttempts": 30}


def fresh(kind):
    return f"{kind}-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def replay(aws_lambda, recording, account):
    return Replay(aws_lambda, recording, account)


@pytest.fixture
def unchecked(client, recording, account):
    """The same with a client that checks nothing itself."""
    return Replay(client("lambda", config=Config(parameter_validation=False)), recording, account)


def api(name, date=""):
    return pytest.mark.recorded("lambda_api", name, date)


def tell_later(recording, *members):
    """Adds members that AWS tells of functions since the recording; compare them as hidden ones."""
    for step in recording.steps.values():
        told = step.get("Configuration", step)
        if "CodeSha256" in told:
            told.update(dict.fromkeys(members))
    return members


@pytest.fixture
def queue(client):
    """The ARN of one."""
    sqs = client("sqs")
    url = sqs.create_queue(QueueName=fresh("queue"))["QueueUrl"]
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

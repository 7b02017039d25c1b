"""What functions get of topics, and what is told of it, compared with what AWS answered."""

import importlib
import json
import time

import pytest

from ..conftest import PRINCIPAL, make_queue, make_topic, policy, receive, subscribe

# The folder's name is a word of Python's.
Functions = importlib.import_module("...lambda.conftest", __package__).Functions

ECHO = """
import json
def handler(event, context):
    print(json.dumps(event))
"""
RAISE = """
def handler(event, context):
    raise Exception("Test exception (this is intentional)")
"""
PATIENCE = 30


def recorded(name, date=""):
    return pytest.mark.recorded("sns", name, date)


def lambdas(name, date=""):
    return recorded(f"TestSNSSubscriptionLambda::{name}", date)


@pytest.fixture
def functions(client):
    return Functions(client("lambda"))


@pytest.fixture
def logs(client):
    return client("logs")


def make_function(functions, code):
    """Name and ARN."""
    name = functions.make(code)
    return name, functions.client.get_function(FunctionName=name)["Configuration"]["FunctionArn"]


def lines(logs, group, count=1):
    """What the streams of a group hold, once it is so many answers of GetLogEvents that hold something."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            streams = logs.describe_log_streams(logGroupName=group)["logStreams"]
        except logs.exceptions.ResourceNotFoundException:
            streams = []
        found = [logs.get_log_events(logGroupName=group, logStreamName=stream["logStreamName"]) for stream in streams]
        found = [answer for answer in found if answer["events"]]
        if len(found) >= count:
            return found
        time.sleep(0.1)
    raise AssertionError(f"{group} stays empty")


def notified(logs, function):
    """The notification that a function has printed."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        for answer in lines(logs, f"/aws/lambda/{function}"):
            for event in answer["events"]:
                if "Records" in event["message"]:
                    return json.loads(event["message"])["Records"][0]["Sns"]
        time.sleep(0.1)
    raise AssertionError("nothing was printed")


@lambdas("test_python_lambda_subscribe_sns_topic", "06-10-2025")
def test_a_function_gets_a_notification(sns, functions, logs, topic, recording):
    name, arn = make_function(functions, ECHO)
    subscribe(sns, topic, arn, "lambda")
    sns.publish(TopicArn=topic, Subject="[Subject] Test subject", Message="Hello world.")
    recording.compare("notification", notified(logs, name))


@pytest.mark.parametrize("version", ["1", "2"])
@lambdas("test_publish_lambda_verify_signature[{version}]", "04-01-2024")
def test_functions_are_told_the_first_version(sns, functions, logs, recording, version):
    topic = make_topic(sns, SignatureVersion=version, DisplayName="TestTopicSignatureLambda")
    name, arn = make_function(functions, ECHO)
    subscribe(sns, topic, arn, "lambda")
    sns.publish(TopicArn=topic, Subject=f"[Subject] Test subject Signature v{version}", Message="Hello world.")
    recording.compare("notification", notified(logs, name))


@lambdas("test_redrive_policy_lambda_subscription", "24-08-2023")
def test_messages_for_a_function_that_is_gone_go_to_the_dead_letter_queue(
    sns, sqs, functions, topic, queue, recording
):
    name, arn = make_function(functions, ECHO)
    subscription = subscribe(sns, topic, arn, "lambda")
    sns.set_subscription_attributes(
        SubscriptionArn=subscription, AttributeName="RedrivePolicy", AttributeValue=policy(queue[1])
    )
    told = sns.get_subscription_attributes(SubscriptionArn=subscription)
    recording.compare("subscription-attributes", told, hidden=PRINCIPAL)
    functions.client.delete_function(FunctionName=name)
    attribute = {"attr1": {"DataType": "Number", "StringValue": "1"}}
    sns.publish(TopicArn=topic, Message="test_redrive_policy", MessageAttributes=attribute)
    recording.compare("messages", receive(sqs, queue[0], MessageAttributeNames=["All"]))


@lambdas("test_sns_topic_as_lambda_dead_letter_queue", "24-08-2023")
def test_a_topic_gets_what_a_function_fails_at(sns, sqs, functions, topic, queue, recording):
    dead = make_topic(sns)
    subscribe(sns, dead, queue[1])
    name = functions.make(RAISE, DeadLetterConfig={"TargetArn": dead})
    function = functions.client.get_function(FunctionName=name)["Configuration"]
    recording.compare("lambda-response-dlq-config", function["DeadLetterConfig"])
    subscribe(sns, topic, function["FunctionArn"], "lambda")
    functions.client.put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=0)
    sns.publish(TopicArn=topic, Message=json.dumps({"raise_error": 1}))
    messages = receive(sqs, queue[0], MessageAttributeNames=["All"])
    messages["Messages"][0]["Body"] = json.loads(messages["Messages"][0]["Body"])
    recording.compare("messages", messages)


@recorded("TestSNSPublishDelivery::test_delivery_lambda", "07-11-2023")
def test_what_became_of_a_message_for_a_function_is_told(sns, functions, logs, topic, recording):
    recording.compare("get-topic-attrs", sns.get_topic_attributes(TopicArn=topic))
    _, arn = make_function(functions, ECHO)
    # The recording counts no subscription yet: it asked too soon after.
    before = recording.steps["get-topic-attrs-with-success-feedback"]["Attributes"]
    before["SubscriptionsConfirmed"] = "1"
    subscribe(sns, topic, arn, "lambda")
    recording.compare("publish-no-logs", sns.publish(TopicArn=topic, Message="Should not be received"))
    role = arn.replace(":lambda:us-east-1:", ":iam::").partition(":function")[0] + ":role/feedback"
    for name, value in [("RoleArn", role), ("SampleRate", "100")]:
        sns.set_topic_attributes(
            TopicArn=topic, AttributeName=f"LambdaSuccessFeedback{name}", AttributeValue=value
        )
    recording.compare("get-topic-attrs-with-success-feedback", sns.get_topic_attributes(TopicArn=topic))
    recording.compare("publish-logs", sns.publish(TopicArn=topic, Message="Should be received"))
    _, _, _, region, account, name = topic.split(":")
    told = lines(logs, f"sns/{region}/{account}/{name}")
    assert len(told) == 1
    message = json.loads(told[0]["events"][0]["message"])
    message["delivery"]["dwellTimeMs"] = "<time-ms>"
    told[0]["events"][0]["message"] = message
    recording.compare("delivery-events", told[0], hidden={"timestamp", "ingestionTime"})

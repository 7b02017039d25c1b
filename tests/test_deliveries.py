"""Services that hand things to each other: an upload that reaches a queue by way of a topic and of a rule."""

import json
import urllib.request
import uuid

import pytest


@pytest.fixture
def chain(client, bucket):
    """Whatever is written to the bucket goes to a topic and to EventBridge, and from both to one queue."""
    name = f"chain-{uuid.uuid4().hex[:16]}"
    sns, sqs, events = client("sns"), client("sqs"), client("events")
    topic = sns.create_topic(Name=name)["TopicArn"]
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue, Attributes={"RawMessageDelivery": "true"})
    events.put_rule(Name=name, EventPattern=json.dumps({"source": ["aws.s3"]}))
    events.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": queue}])
    told = {"TopicArn": topic, "Events": ["s3:ObjectCreated:*"]}
    configuration = {"TopicConfigurations": [told], "EventBridgeConfiguration": {}}
    client("s3").put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration=configuration, SkipDestinationValidation=True
    )
    return {"url": url, "queue": queue, "topic": topic}


def get(server, path):
    with urllib.request.urlopen(server.url + path) as answer:
        return answer.read()


def test_an_upload_reaches_a_queue_by_two_ways_and_the_trace_tells_how(server, client, s3, bucket, chain):
    answer = s3.put_object(Bucket=bucket, Key="key", Body=b"x")
    cause = answer["ResponseMetadata"]["RequestId"]
    get(server, "/_ruststack/settle")
    messages = client("sqs").receive_message(QueueUrl=chain["url"], MaxNumberOfMessages=10)["Messages"]
    bodies = [json.loads(message["Body"]) for message in messages]
    records = [body["Records"][0]["s3"]["object"]["key"] for body in bodies if "Records" in body]
    details = [body["detail"]["object"]["key"] for body in bodies if "detail" in body]
    assert (records, details) == (["key"], ["key"])
    steps = [step for step in json.loads(get(server, "/_ruststack/trace"))["steps"] if step["cause"]["requestId"] == cause]
    assert {step["cause"]["operation"] for step in steps} == {"PutObject"}
    assert all(step["error"] is None for step in steps)
    ways = {(step["principal"], step["target"].split(":")[2], step["hop"]) for step in steps}
    assert ways == {
        ("s3.amazonaws.com", "sns", 1),
        ("s3.amazonaws.com", "events", 1),
        ("sns.amazonaws.com", "sqs", 2),
        ("events.amazonaws.com", "sqs", 2),
    }

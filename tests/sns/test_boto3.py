"""SNS with boto3: what is published arrives, and pages follow one another."""

import json

from .conftest import make_queue, make_topic, receive, subscribe


def test_a_message_goes_to_all_who_subscribe(sns, sqs, topic):
    queues = [make_queue(sqs) for _ in range(5)]
    for _, arn in queues:
        subscribe(sns, topic, arn)
    published = sns.publish(TopicArn=topic, Message="hello", Subject="greeting")
    for url, _ in queues:
        (message,) = receive(sqs, url)["Messages"]
        body = json.loads(message["Body"])
        assert (body["Message"], body["Subject"], body["MessageId"]) == ("hello", "greeting", published["MessageId"])


def test_paginators_see_every_topic(sns):
    made = {make_topic(sns) for _ in range(105)}
    pages = sns.get_paginator("list_topics").paginate()
    assert {topic["TopicArn"] for page in pages for topic in page["Topics"]} == made


def test_a_fifo_topic_keeps_its_order(sns, sqs):
    topic = make_topic(sns, fifo=True, ContentBasedDeduplication="true")
    url, arn = make_queue(sqs, fifo=True)
    subscribe(sns, topic, arn, RawMessageDelivery="true")
    texts = [f"{number:02}" for number in range(30)]
    for text in texts:
        sns.publish(TopicArn=topic, Message=text, MessageGroupId="group")
    assert [message["Body"] for message in receive(sqs, url, 30)["Messages"]] == texts

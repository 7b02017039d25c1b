"""SQS with the AWS CLI."""

import json

SERVICE = "sqs"


def test_a_message_goes_in_and_comes_out(aws):
    url = aws("create-queue", "--queue-name", "cli", "--attributes", "VisibilityTimeout=60", "--tags", "a=b")["QueueUrl"]
    assert aws("get-queue-url", "--queue-name", "cli")["QueueUrl"] == url
    assert aws("list-queue-tags", "--queue-url", url)["Tags"] == {"a": "b"}
    attributes = json.dumps({"n": {"DataType": "Number", "StringValue": "1"}})
    sent = aws("send-message", "--queue-url", url, "--message-body", "hello", "--message-attributes", attributes)
    got = aws("receive-message", "--queue-url", url, "--message-attribute-names", "All", "--wait-time-seconds", "5")
    (message,) = got["Messages"]
    assert (message["Body"], message["MD5OfBody"]) == ("hello", sent["MD5OfMessageBody"])
    aws("delete-message", "--queue-url", url, "--receipt-handle", message["ReceiptHandle"])
    counted = aws("get-queue-attributes", "--queue-url", url, "--attribute-names", "All")["Attributes"]
    assert counted["ApproximateNumberOfMessagesNotVisible"] == "0"
    aws("delete-queue", "--queue-url", url)
    assert aws("list-queues") == {}

"""What reaches functions from elsewhere, and what becomes of what they do."""

import io
import json
import time
import urllib.request
import zipfile

from .conftest import ROLE, packed
from ..sqs.conftest import arn, make_queue


def received(sqs, url, count=1, patience=30):
    messages, until = [], time.monotonic() + patience
    while len(messages) < count and time.monotonic() < until:
        answer = sqs.receive_message(
            QueueUrl=url, WaitTimeSeconds=1, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        )
        messages += answer.get("Messages", [])
    return messages


# Sends on what it got, without an SDK: the machine's Python need not have one.
FORWARD = """
import json, os, urllib.request
def handler(event, context):
    body = json.dumps({"QueueUrl": os.environ["QUEUE"], "MessageBody": json.dumps(event)}).encode()
    account = os.environ["QUEUE"].split("/")[-2]
    scope = f"Credential={account}/20260101/us-east-1/sqs/aws4_request"
    headers = {"X-Amz-Target": "AmazonSQS.SendMessage", "Content-Type": "application/x-amz-json-1.0",
               "Authorization": f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=x"}
    urllib.request.urlopen(urllib.request.Request(os.environ["AWS_ENDPOINT_URL"], body, headers)).read()
"""


def forwarder(functions, queue):
    return functions.make(FORWARD, Environment={"Variables": {"QUEUE": queue}})


def arn_of(aws_lambda, name):
    return aws_lambda.get_function(FunctionName=name)["Configuration"]["FunctionArn"]


def test_an_upload_reaches_a_function(client, functions, aws_lambda, bucket):
    sqs = client("sqs")
    queue = make_queue(sqs)
    name = forwarder(functions, queue)
    configuration = {"LambdaFunctionArn": arn_of(aws_lambda, name), "Events": ["s3:ObjectCreated:*"]}
    client("s3").put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"LambdaFunctionConfigurations": [configuration]}
    )
    client("s3").put_object(Bucket=bucket, Key="a key", Body=b"x")
    record = json.loads(received(sqs, queue)[0]["Body"])["Records"][0]
    assert (record["eventName"], record["s3"]["object"]["key"]) == ("ObjectCreated:Put", "a+key")


def test_a_message_of_a_topic_reaches_a_function(client, functions, aws_lambda):
    sqs, sns = client("sqs"), client("sns")
    queue = make_queue(sqs)
    topic = sns.create_topic(Name="topic")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=arn_of(aws_lambda, forwarder(functions, queue)))
    sns.publish(TopicArn=topic, Message="hello")
    record = json.loads(received(sqs, queue)[0]["Body"])["Records"][0]
    assert (record["EventSource"], record["Sns"]["Message"]) == ("aws:sns", "hello")


def test_an_event_of_a_rule_reaches_a_function(client, functions, aws_lambda):
    sqs, events = client("sqs"), client("events")
    queue = make_queue(sqs)
    events.put_rule(Name="rule", EventPattern=json.dumps({"source": ["test"]}))
    target = {"Id": "1", "Arn": arn_of(aws_lambda, forwarder(functions, queue))}
    events.put_targets(Rule="rule", Targets=[target])
    events.put_events(Entries=[{"Source": "test", "DetailType": "t", "Detail": json.dumps({"a": 1})}])
    assert json.loads(received(sqs, queue)[0]["Body"])["detail"] == {"a": 1}


def test_messages_of_a_queue_reach_a_function(client, functions, aws_lambda):
    sqs = client("sqs")
    source, queue = make_queue(sqs), make_queue(sqs)
    name = forwarder(functions, queue)
    mapping = aws_lambda.create_event_source_mapping(FunctionName=name, EventSourceArn=arn(sqs, source), BatchSize=1)
    assert (mapping["State"], mapping["StateTransitionReason"]) == ("Creating", "USER_INITIATED")
    assert aws_lambda.get_event_source_mapping(UUID=mapping["UUID"])["State"] == "Enabled"
    for number in range(3):
        sqs.send_message(QueueUrl=source, MessageBody=json.dumps({"number": number}))
    bodies = [json.loads(message["Body"])["Records"][0]["body"] for message in received(sqs, queue, 3)]
    assert sorted(json.loads(body)["number"] for body in bodies) == [0, 1, 2]


def test_only_the_messages_of_a_batch_that_failed_come_again(client, functions, aws_lambda):
    sqs = client("sqs")
    source, dead = make_queue(sqs), make_queue(sqs)
    policy = {"deadLetterTargetArn": arn(sqs, dead), "maxReceiveCount": 1}
    # Longer than a cold start takes on a busy machine.
    attributes = {"VisibilityTimeout": "8", "RedrivePolicy": json.dumps(policy)}
    sqs.set_queue_attributes(QueueUrl=source, Attributes=attributes)
    name = functions.make(
        "def handler(event, context):\n"
        "    return {'batchItemFailures': [{'itemIdentifier': one['messageId']} for one in event['Records'] if one['body'] == 'bad']}\n",
        Timeout=5,
    )
    aws_lambda.create_event_source_mapping(
        FunctionName=name, EventSourceArn=arn(sqs, source), FunctionResponseTypes=["ReportBatchItemFailures"]
    )
    entries = [{"Id": body, "MessageBody": body} for body in ("good", "bad", "fine")]
    sqs.send_message_batch(QueueUrl=source, Entries=entries)
    assert [message["Body"] for message in received(sqs, dead)] == ["bad"]


def test_what_comes_of_an_event_is_told_to_destinations(client, functions, aws_lambda):
    sqs = client("sqs")
    queue = make_queue(sqs)
    name = functions.make("def handler(event, context):\n    return 1 / event['by']\n")
    destination = {"Destination": arn(sqs, queue)}
    aws_lambda.put_function_event_invoke_config(
        FunctionName=name, MaximumRetryAttempts=0, DestinationConfig={"OnSuccess": destination, "OnFailure": destination}
    )
    for by, condition in [(1, "Success"), (0, "RetriesExhausted")]:
        answer, _ = functions.invoke(name, {"by": by}, InvocationType="Event")
        assert answer["StatusCode"] == 202
        record = json.loads(received(sqs, queue)[0]["Body"])
        assert (record["requestPayload"], record["requestContext"]["condition"]) == ({"by": by}, condition)
        assert record["requestContext"]["functionArn"].endswith(f":{name}:$LATEST")
        assert record["responseContext"].get("functionError") == (None if by else "Unhandled")


def test_an_event_that_fails_goes_to_the_dead_letter_queue(client, functions, aws_lambda):
    sqs = client("sqs")
    queue = make_queue(sqs)
    code = "def handler(event, context):\n    raise Exception('on purpose')\n"
    name = functions.make(code, DeadLetterConfig={"TargetArn": arn(sqs, queue)})
    aws_lambda.put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=0)
    functions.invoke(name, {"a": 1}, InvocationType="Event")
    message = received(sqs, queue)[0]
    assert json.loads(message["Body"]) == {"a": 1}
    attributes = {key: value["StringValue"] for key, value in message["MessageAttributes"].items()}
    assert (attributes["ErrorCode"], attributes["ErrorMessage"]) == ("200", "on purpose")


def test_a_function_url_is_called(functions, aws_lambda, server):
    name = functions.make(
        "def handler(event, context):\n"
        "    return {'statusCode': 201, 'headers': {'x-own': event['rawPath']}, 'body': event['requestContext']['http']['method']}\n"
    )
    url = aws_lambda.create_function_url_config(FunctionName=name, AuthType="NONE")["FunctionUrl"]
    host = url.split("/")[2]
    by_host = urllib.request.Request(f"{server.url}/some/path", b"x", {"Host": host})
    by_path = urllib.request.Request(f"{server.url}/_aws/lambda-url/{host.split('.')[0]}/some/path", b"x")
    for request in (by_host, by_path):
        with urllib.request.urlopen(request) as answer:
            assert (answer.status, answer.headers["x-own"], answer.read()) == (201, "/some/path", b"POST")


def test_code_comes_from_a_bucket_and_can_be_fetched(client, aws_lambda, functions, bucket):
    archive = packed({"index.py": "def handler(event, context):\n    return 'from a bucket'\n"})
    client("s3").put_object(Bucket=bucket, Key="code/f.zip", Body=archive)
    aws_lambda.create_function(
        FunctionName="f",
        Runtime="python3.12",
        Handler="index.handler",
        Role=ROLE,
        Code={"S3Bucket": bucket, "S3Key": "code/f.zip"},
    )
    aws_lambda.get_waiter("function_active_v2").wait(FunctionName="f", WaiterConfig={"Delay": 1})
    assert functions.invoke("f")[1] == "from a bucket"
    location = aws_lambda.get_function(FunctionName="f")["Code"]["Location"]
    with urllib.request.urlopen(location) as answer:
        assert zipfile.ZipFile(io.BytesIO(answer.read())).namelist() == ["index.py"]


def test_layers_are_found(aws_lambda, functions):
    layer = packed({"python/own_layer.py": "VALUE = 'of the layer'\n"})
    published = aws_lambda.publish_layer_version(LayerName="own", Content={"ZipFile": layer})
    code = "import own_layer\ndef handler(event, context):\n    return own_layer.VALUE\n"
    name = functions.make(code, Layers=[published["LayerVersionArn"]])
    assert functions.invoke(name)[1] == "of the layer"


def test_a_folder_of_the_machine_is_run_as_it_is(aws_lambda, functions, tmp_path):
    file = tmp_path / "index.py"
    file.write_text("def handler(event, context):\n    return 1\n")
    aws_lambda.create_function(
        FunctionName="hot",
        Runtime="python3.12",
        Handler="index.handler",
        Role=ROLE,
        Code={"S3Bucket": "hot-reload", "S3Key": str(tmp_path)},
    )
    aws_lambda.get_waiter("function_active_v2").wait(FunctionName="hot", WaiterConfig={"Delay": 1})
    assert functions.invoke("hot")[1] == 1
    file.write_text("def handler(event, context):\n    return 'two'\n")
    assert functions.invoke("hot")[1] == "two"

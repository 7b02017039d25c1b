"""Makes the bucket, the table, the queue and the function of the example; what is there already stays."""

import io
import pathlib
import zipfile

import boto3
from botocore.exceptions import ClientError

NAME = "uploads"
FUNCTION = pathlib.Path(__file__).parent / "function/index.py"


def unless_there(make, **arguments):
    try:
        make(**arguments)
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("ResourceInUseException", "ResourceConflictException"):
            raise


def archive():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as writer:
        writer.write(FUNCTION, "index.py")
    return packed.getvalue()


def deploy():
    s3, functions = boto3.client("s3"), boto3.client("lambda")
    s3.create_bucket(Bucket=NAME)
    boto3.client("sqs").create_queue(QueueName=NAME)
    unless_there(
        boto3.client("dynamodb").create_table,
        TableName=NAME,
        KeySchema=[{"AttributeName": "key", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "key", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    unless_there(
        functions.create_function,
        FunctionName=NAME,
        Runtime="python3.12",
        Handler="index.handler",
        Role="arn:aws:iam::000000000000:role/uploads",
        Code={"ZipFile": archive()},
        Environment={"Variables": {"TABLE": NAME, "QUEUE": NAME}},
        Timeout=30,
    )
    functions.get_waiter("function_active_v2").wait(FunctionName=NAME, WaiterConfig={"Delay": 1})
    function = functions.get_function(FunctionName=NAME)["Configuration"]["FunctionArn"]
    configuration = {"LambdaFunctionArn": function, "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(
        Bucket=NAME, NotificationConfiguration={"LambdaFunctionConfigurations": [configuration]}
    )


if __name__ == "__main__":
    deploy()

"""Runs for every upload: notes it in the table, and tells the worker."""

import json
import os
import urllib.parse

import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
sqs = boto3.client("sqs")
queue = sqs.get_queue_url(QueueName=os.environ["QUEUE"])["QueueUrl"]


def handler(event, context):
    for record in event["Records"]:
        upload = record["s3"]["object"]
        key = urllib.parse.unquote_plus(upload["key"])
        table.put_item(Item={"key": key, "size": upload["size"], "at": record["eventTime"]})
        sqs.send_message(QueueUrl=queue, MessageBody=json.dumps({"key": key}))

"""Reads the queue, and says what the table knows of each upload."""

import json

import boto3

NAME = "uploads"


def work(sqs, table, queue):
    answer = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=20, MaxNumberOfMessages=10)
    for message in answer.get("Messages", []):
        item = table.get_item(Key=json.loads(message["Body"]))["Item"]
        print(f"{item['key']}: {item['size']} bytes, uploaded at {item['at']}")
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])


def main():
    sqs = boto3.client("sqs")
    table = boto3.resource("dynamodb").Table(NAME)
    queue = sqs.get_queue_url(QueueName=NAME)["QueueUrl"]
    while True:
        work(sqs, table, queue)


if __name__ == "__main__":
    main()

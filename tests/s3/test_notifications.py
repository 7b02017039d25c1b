"""Workers that are told of objects: with boto3, and as docs/notifications.md shows it with the AWS CLI."""

import collections
import concurrent.futures
import http.server
import json
import pathlib
import re
import subprocess
import sys
import threading

from ..sqs.conftest import arn, make_queue

OBJECTS = 1000
WRITES_OF_A_KEY = 10


def listen(s3, bucket, **destination):
    (kind, value), *_ = destination.items()
    configuration = {f"{kind}Configurations": [{f"{kind}Arn": value, "Events": ["s3:ObjectCreated:*"]}]}
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=configuration)


def test_a_worker_hears_of_every_object_once_and_of_each_key_in_order(client, s3, bucket):
    """A hundred keys, each written ten times, by another client than the one that waits."""
    sqs = client("sqs")
    queue = make_queue(sqs)
    listen(s3, bucket, Queue=arn(sqs, queue))

    def upload(number):
        mine = client()
        for size in range(WRITES_OF_A_KEY):
            mine.put_object(Bucket=bucket, Key=f"key {number}", Body=b"x" * size)

    def work():
        mine, heard = client("sqs"), []
        while len(heard) < OBJECTS:
            messages = mine.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=20)["Messages"]
            entries = [{"Id": str(n), "ReceiptHandle": it["ReceiptHandle"]} for n, it in enumerate(messages)]
            mine.delete_message_batch(QueueUrl=queue, Entries=entries)
            bodies = [json.loads(message["Body"]) for message in messages]
            heard += [record["s3"]["object"] for body in bodies for record in body.get("Records", [])]
        return heard

    with concurrent.futures.ThreadPoolExecutor(5) as pool:
        worker = pool.submit(work)
        list(pool.map(upload, range(OBJECTS // WRITES_OF_A_KEY)))
        heard = worker.result()
    assert sqs.receive_message(QueueUrl=queue).get("Messages") is None
    by_key = collections.defaultdict(list)
    for told in heard:
        by_key[told["key"]].append(told)
    assert len(by_key) == OBJECTS // WRITES_OF_A_KEY and "key+7" in by_key
    for told in by_key.values():
        assert [it["size"] for it in told] == list(range(WRITES_OF_A_KEY))
        sequencers = [it["sequencer"] for it in told]
        assert sequencers == sorted(set(sequencers))


def test_a_webhook_is_posted_what_happens(s3, bucket):
    """Ours: AWS takes no URLs."""
    heard, arrived = [], threading.Event()

    class Hook(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            heard.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            # The first is refused, and comes again.
            self.send_response(200 if len(heard) > 1 else 503)
            self.end_headers()
            if len(heard) > 1:
                arrived.set()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        listen(s3, bucket, Topic=f"http://127.0.0.1:{server.server_port}/hook")
        s3.put_object(Bucket=bucket, Key="key", Body=b"bytes")
        assert arrived.wait(20)
    finally:
        server.shutdown()
    assert heard[0] == heard[1]
    assert heard[0]["Records"][0]["s3"]["object"]["size"] == 5


def test_the_example_of_the_documentation_runs(environment, tmp_path):
    page = pathlib.Path(__file__).parents[2] / "docs/notifications.md"
    script = re.search(r"```sh\n(.*?)```", page.read_text(), re.DOTALL)[1]
    # Version 1 asks queue.amazonaws.com unless it is told on the command line.
    program = pathlib.Path(sys.executable).parent / "aws"
    script = f'aws() {{ {program} --endpoint-url $AWS_ENDPOINT_URL "$@"; }}\n{script}'
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], env=environment, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert '"eventName": "ObjectCreated:Put"' in done.stdout and '"key": "in/red+flower.jpg"' in done.stdout, done.stdout

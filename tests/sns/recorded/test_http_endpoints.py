"""HTTP endpoints as they are asked and told, compared with what AWS sent."""

import http.server
import json
import queue
import threading
import urllib.error
import urllib.request

import pytest

from ...recorded import from_xml
from ..conftest import PRINCIPAL, make_topic, raw, subscribe

#: How the bytes travelled, and counts, which AWS brings up to date later.
HIDDEN = ("Connection", "Content-Length", "SubscriptionsPending", *PRINCIPAL)
RETRIES = {"minDelayTarget": 1, "maxDelayTarget": 1, "backoffFunction": "linear"}
RETRIES |= {f"num{kind}Retries": 0 for kind in ["", "NoDelay", "MinDelay", "MaxDelay"]}
NO_RETRIES = {
    "healthyRetryPolicy": RETRIES,
    "sicklyRetryPolicy": None,
    "throttlePolicy": {"maxReceivesPerSecond": 1000},
    "guaranteed": False,
}


def recorded(name):
    return pytest.mark.recorded("sns", f"TestSNSSubscriptionHttp::{name}", "")


@pytest.fixture
def endpoint():
    """A URL, and a function that waits for what is posted to it: headers and body."""
    posted = queue.Queue()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            # Ours says that it takes any answer, AWS says nothing of it.
            headers = {name.title(): value for name, value in self.headers.items() if name.title() != "Accept"}
            posted.put((headers, body.decode()))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    listener = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=listener.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{listener.server_port}/sns-endpoint", lambda: posted.get(timeout=10)
    listener.shutdown()
    listener.server_close()


def subscribed(sns, url, is_raw):
    topic = make_topic(sns)
    return topic, subscribe(sns, topic, url, "http", DeliveryPolicy=json.dumps(NO_RETRIES), **raw(is_raw))


def get(url):
    """The document at a URL, with the status where the SDK tells it."""
    try:
        with urllib.request.urlopen(url) as answer:
            document = from_xml(answer.read())
    except urllib.error.HTTPError as refused:
        return from_xml(refused.read())
    for members in document.values():
        members["ResponseMetadata"] = {"HTTPHeaders": {}, "HTTPStatusCode": answer.status}
    return document


def told(recording, message, is_raw):
    headers, body = message
    assert headers["X-Amz-Sns-Message-Type"] == "Notification"
    if is_raw:
        assert body == "test_external_http_endpoint"
        recording.compare("http-message-headers-raw", headers, HIDDEN)
        return
    notification = recording.compare("http-message", json.loads(body))
    recording.compare("http-message-headers", headers, HIDDEN)
    return notification


@pytest.mark.parametrize("is_raw", [True, False])
@recorded("test_subscribe_external_http_endpoint[{is_raw}]")
def test_an_endpoint_confirms_and_unsubscribes(sns, endpoint, is_raw, recording):
    url, posted = endpoint
    topic, subscription = subscribed(sns, url, is_raw)
    headers, body = posted()
    asked = recording.compare("subscription-confirmation", json.loads(body))
    recording.compare("http-confirm-sub-headers", headers, HIDDEN)
    service, token = asked["SubscribeURL"].rsplit("/", 1)[0], asked["Token"]

    def confirm(step, arn, token=token):
        answer = get(f"{service}/?Action=ConfirmSubscription&TopicArn={arn}&Token={token}")
        recording.compare(step, answer)

    confirm("broken-topic-arn-confirm", "not-an-arn")
    confirm("broken-token-confirm", topic, "abc123")
    confirm("different-region-arn-confirm", topic.replace("us-east-1", "eu-central-1"))
    confirm("nonexistent-token-confirm", topic[:-1] + ("b" if topic[-1] == "a" else "a"))
    confirm("confirm-subscribe", topic)
    attributes = sns.get_subscription_attributes(SubscriptionArn=subscription)["Attributes"]
    assert attributes["PendingConfirmation"] == "false"

    sns.publish(TopicArn=topic, Message="test_external_http_endpoint")
    notification = told(recording, posted(), is_raw)
    link = f"{service}/?Action=Unsubscribe&SubscriptionArn={subscription}"
    assert is_raw or notification["UnsubscribeURL"] == link
    recording.compare("unsubscribe-response", get(link))
    headers, body = posted()
    recording.compare("unsubscribe-request", json.loads(body))
    assert headers["X-Amz-Sns-Message-Type"] == "UnsubscribeConfirmation"


@pytest.mark.parametrize("is_raw", [True, False])
@recorded("test_subscribe_external_http_endpoint_content_type[{is_raw}]")
def test_policies_say_what_type_a_message_has(sns, endpoint, is_raw, recording):
    url, posted = endpoint
    topic, subscription = subscribed(sns, url, is_raw)
    if is_raw:
        policy = {"requestPolicy": {"headerContentType": "text/csv"}}
        call, asked = sns.set_subscription_attributes, {"SubscriptionArn": subscription}
    else:
        policy = {"http": {"defaultRequestPolicy": {"headerContentType": "application/json"}}}
        call, asked = sns.set_topic_attributes, {"TopicArn": topic}
    call(**asked, AttributeName="DeliveryPolicy", AttributeValue=json.dumps(policy))
    recording.compare("topic-attrs", sns.get_topic_attributes(TopicArn=topic), HIDDEN)
    attributes = sns.get_subscription_attributes(SubscriptionArn=subscription)
    recording.compare("sub-attrs", attributes, HIDDEN)
    headers, body = posted()
    confirmation = recording.compare("subscription-confirmation", json.loads(body))
    recording.compare("http-confirm-sub-headers", headers, HIDDEN)
    sns.confirm_subscription(TopicArn=topic, Token=confirmation["Token"])
    sns.publish(TopicArn=topic, Message="test_external_http_endpoint")
    told(recording, posted(), is_raw)

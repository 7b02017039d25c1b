"""What a bucket's rules let browsers do."""

import pytest

from ...recorded import from_xml

ORIGIN = "https://localhost:4200"
GET = {"Origin": ORIGIN, "Access-Control-Request-Method": "GET"}
# How bytes travel differs from server to server, and names of headers are alike in every case.
TRAVEL = {"connection", "transfer-encoding", "content-length", "x-localstack"}


def recorded(name, date="31-07-2023"):
    return pytest.mark.recorded("s3_cors", f"TestS3Cors::{name}", date)


@pytest.fixture
def compare(recording):
    """Compares an answer with its headers, as the recordings have it."""

    def compare(step, answer):
        content_type = answer.headers.get("content-type")
        is_document = content_type == "application/xml" and answer.data
        body = from_xml(answer.data) if is_document else answer.data.decode()
        headers = {name.lower(): value for name, value in answer.headers.items() if name.lower() not in TRAVEL}
        found = recording.steps[step]
        names = {name.lower(): value for name, value in found["Headers"].items() if name.lower() not in TRAVEL}
        recording.steps[step] = {**found, "Headers": names}
        live = {"Body": body, "Headers": headers, "StatusCode": answer.status}
        return recording.compare(step, live, hidden=["date", "last-modified"])

    return compare


@pytest.fixture
def url(server, open_bucket):
    """Of the bucket, in the host."""
    return f"http://{open_bucket}.s3.localhost.localstack.cloud:{server.port}"


def rule(*methods, origins=(ORIGIN,), **more):
    return {"AllowedOrigins": list(origins), "AllowedMethods": list(methods), **more}


@pytest.fixture
def put_cors(s3, open_bucket):
    def put(*rules):
        return s3.put_bucket_cors(Bucket=open_bucket, CORSConfiguration={"CORSRules": list(rules)})

    return put


@pytest.fixture
def page(s3, open_bucket, url):
    """The URL of an object that all may read."""
    s3.put_bucket_acl(Bucket=open_bucket, ACL="public-read-write")
    s3.put_object(Bucket=open_bucket, Key="test-cors", Body=b"test-cors", ACL="public-read")
    return f"{url}/test-cors"


def asked_headers(names, method="GET"):
    return {"Origin": ORIGIN, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": names}


@recorded("test_cors_http_options_no_config")
def test_without_rules_no_browser_may(url, recording, visit):
    def refused(step, **headers):
        answer = visit(f"{url}/key", "OPTIONS", **headers)
        recording.compare(step, from_xml(answer.data))
        return answer.status

    assert refused("options-no-origin") == 400
    asks = {"Origin": "whatever", "Access-Control-Request-Method": "PUT"}
    assert refused("options-with-origin-and-method", **asks) == 403
    assert refused("options-with-origin-no-method", Origin="whatever") == 403


@recorded("test_cors_http_get_no_config")
def test_without_rules_answers_say_nothing_of_them(page, recording, visit):
    for headers in [{}, {"Origin": "whatever"}]:
        answer = visit(page, **headers)
        assert (answer.status, answer.data) == (200, b"test-cors")
        assert not any("access-control" in name.lower() for name in answer.headers)


@recorded("test_cors_http_options_non_existent_bucket")
def test_browsers_are_told_that_a_bucket_is_missing(server, missing, recording, visit):
    url = f"http://{missing}.s3.localhost.localstack.cloud:{server.port}/key"
    answer = visit(url, "OPTIONS")
    assert answer.status == 400
    recording.compare("options-no-origin", from_xml(answer.data))
    answer = visit(url, "OPTIONS", **{"Origin": "whatever"})
    assert answer.status == 403
    recording.compare("options-with-origin", from_xml(answer.data))


@recorded("test_cors_match_origins")
def test_origins_are_those_of_a_rule(page, put_cors, compare, visit):
    more = {"MaxAgeSeconds": 3000, "AllowedHeaders": ["*"]}
    put_cors(rule("GET", "PUT", **more))

    def ask(step, asks=True, **headers):
        method = {"Access-Control-Request-Method": "PUT"} if asks else {}
        compare(f"opt-{step}", visit(page, "OPTIONS", **{**headers, **method}))
        compare(f"get-{step}", visit(page, **headers))

    ask("no-origin", asks=False)
    ask("referer", referer=ORIGIN)
    ask("right-origin", Origin=ORIGIN)
    ask("wrong-origin", Origin="http://localhost:4200")
    put_cors(rule("GET", "PUT", origins=["*"], **more))
    ask("random-wildcard-origin", Origin="http://random:1234")


@recorded("test_cors_options_match_partial_origin", "29-02-2024")
def test_an_origin_may_have_a_wildcard(url, put_cors, compare, visit):
    put_cors(rule("GET", "PUT", origins=["http://*.origin.com"], MaxAgeSeconds=3000, AllowedHeaders=["*"]))
    headers = {**GET, "Origin": "http://test.origin.com"}
    compare("options_match_partial_origin", visit(url, "OPTIONS", **headers))


@recorded("test_cors_options_fails_partial_origin", "01-03-2024")
def test_what_follows_the_wildcard_must_fit(url, put_cors, compare, visit):
    put_cors(rule("GET", "PUT", origins=["http://*.origin.com"], MaxAgeSeconds=3000, AllowedHeaders=["*"]))
    headers = {**GET, "Origin": "http://test.origin.com/"}
    compare("options_fails_partial_origin", visit(url, "OPTIONS", **headers))


@recorded("test_cors_match_methods", "17-03-2025")
def test_methods_are_those_of_a_rule(page, put_cors, compare, visit):
    put_cors(rule("GET", MaxAgeSeconds=3000, AllowedHeaders=["*"]))
    asks_put = {**GET, "Access-Control-Request-Method": "PUT"}
    compare("opt-get", visit(page, "OPTIONS", **GET))
    compare("get-wrong-op", visit(page, **asks_put))
    compare("get-op", visit(page, **{"Origin": ORIGIN}))
    compare("opt-put", visit(f"{page}new", "OPTIONS", **asks_put))
    compare("put-op", visit(f"{page}new", "PUT", **{"Origin": ORIGIN}))


@recorded("test_cors_match_headers", "07-07-2025")
def test_headers_are_those_of_a_rule(s3, open_bucket, page, put_cors, compare, recording, visit):
    payer, owner, sse = "x-amz-request-payer", "x-amz-expected-bucket-owner", "x-amz-server-side-encryption"
    put_cors(rule("GET", MaxAgeSeconds=3000, AllowedHeaders=["*"]))
    compare("opt-get", visit(page, "OPTIONS", **asked_headers(payer)))
    compare("opt-get-two", visit(page, "OPTIONS", **asked_headers(f"{payer}, {owner}")))
    pays = {"Origin": ORIGIN, payer: "requester"}
    compare("get-op", visit(page, **pays))
    allowed = [owner, f"{sse}-customer-algorithm", "x-AMZ-server-SIDE-encryption"]
    put_cors(rule("GET", MaxAgeSeconds=3000, AllowedHeaders=allowed))
    recording.compare("get-bucket-cors-casing", s3.get_bucket_cors(Bucket=open_bucket))
    compare("opt-get-non-allowed", visit(page, "OPTIONS", **asked_headers(payer)))
    compare("opt-get-allowed", visit(page, "OPTIONS", **asked_headers(owner)))
    asks = asked_headers(f"x-AMZ-expected-BUCKET-owner, {sse}")
    compare("opt-get-allowed-diff-casing", visit(page, "OPTIONS", **asks))
    compare("opt-get-allowed-no-space", visit(page, "OPTIONS", **asked_headers(f"{owner},{sse}")))
    asks = {"Origin": ORIGIN, "Access-Control-Request-Headers": payer}
    compare("get-non-allowed-with-acl", visit(page, **asks))
    compare("get-non-allowed", visit(page, **pays))


@recorded("test_cors_expose_headers")
def test_a_rule_says_what_scripts_may_read(page, put_cors, compare, visit):
    exposed = ["x-amz-id-2", "x-amz-request-id", "x-amz-request-payer"]
    put_cors(rule("GET", origins=["*"], ExposeHeaders=exposed))
    compare("opt-get", visit(page, "OPTIONS", **{**GET, "Origin": "localhost:4566"}))


@recorded("test_put_cors_default_values")
def test_a_rule_without_headers_allows_none(page, put_cors, compare, visit):
    put_cors(rule("GET", origins=["*"]))
    compare("opt-get", visit(page, "OPTIONS", **{**GET, "Origin": "localhost:4566"}))
    compare("opt-get-headers", visit(page, "OPTIONS", **asked_headers("x-amz-request-payer")))


@recorded("test_get_cors")
def test_rules_are_told(s3, open_bucket, put_cors, recording):
    recording.refused("get-cors-no-set", s3.get_bucket_cors, Bucket=open_bucket)
    put_cors(rule("GET", origins=["*"]))
    recording.compare("get-cors-after-set", s3.get_bucket_cors(Bucket=open_bucket))


@recorded("test_put_cors")
def test_rules_are_told_as_they_were_put(s3, open_bucket, put_cors, recording):
    origins = ["https://test.com", "https://app.test.com", "http://test.com:80"]
    allowed = ["x-amz-expected-bucket-owner", "x-amz-server-side-encryption-customer-algorithm"]
    put = put_cors(rule("GET", "PUT", "HEAD", origins=origins, MaxAgeSeconds=3000, AllowedHeaders=allowed))
    recording.compare("put-cors", put)
    recording.compare("get-cors", s3.get_bucket_cors(Bucket=open_bucket))


@recorded("test_put_cors_invalid_rules")
def test_rules_that_are_none(s3, open_bucket, put_cors, recording):
    wrong = rule("GET", "PUT", "HEAD", "MYMETHOD", origins=["*", "https://test.com"])
    at = {"Bucket": open_bucket}
    recording.refused("put-cors-exc", s3.put_bucket_cors, CORSConfiguration={"CORSRules": [wrong]}, **at)
    recording.refused("put-cors-exc-empty", s3.put_bucket_cors, CORSConfiguration={"CORSRules": []}, **at)


@recorded("test_put_cors_empty_origin")
def test_an_origin_may_be_empty(s3, open_bucket, put_cors, recording):
    put_cors(rule("GET", "PUT", "HEAD", origins=[""]))
    recording.compare("get-cors-empty", s3.get_bucket_cors(Bucket=open_bucket))


@recorded("test_delete_cors")
def test_rules_are_deleted(s3, open_bucket, put_cors, recording):
    recording.compare("delete-cors-before-set", s3.delete_bucket_cors(Bucket=open_bucket))
    recording.compare("put-cors", put_cors(rule("GET", origins=["*"])))
    recording.compare("get-cors", s3.get_bucket_cors(Bucket=open_bucket))
    recording.compare("delete-cors", s3.delete_bucket_cors(Bucket=open_bucket))
    recording.refused("get-cors-deleted", s3.get_bucket_cors, Bucket=open_bucket)


def test_pages_of_this_machine_may_where_a_bucket_has_no_rules(server, bucket, visit):
    """As in LocalStack: the origins that may call the API may call what says nothing of them."""
    url = f"{server.url}/{bucket}/key"
    asks = {"Origin": "http://localhost:3000", "Access-Control-Request-Method": "PUT"}
    answer = visit(url, "OPTIONS", **asks)
    assert (answer.status, answer.headers["access-control-allow-origin"]) == (204, "http://localhost:3000")
    evil = {"Origin": "https://evil.example"}
    assert visit(url, **evil).status == 404
    assert visit(url, "PUT", **evil).status == 403

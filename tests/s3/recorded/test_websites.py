"""Buckets as websites."""

import pytest
from botocore.exceptions import ClientError

INDEX = {"IndexDocument": {"Suffix": "index.html"}}
ERROR = {"ErrorDocument": {"Key": "error.html"}}


def recorded(name):
    return pytest.mark.recorded("s3", f"TestS3StaticWebsiteHosting::{name}", "21-02-2026")


@pytest.fixture
def url(server):
    """Of a bucket's website."""
    return lambda name: f"http://{name}.s3-website.localhost.localstack.cloud:{server.port}"


@pytest.fixture
def website(s3, open_bucket, url):
    """Configures the bucket, puts pages, and returns its URL."""

    def website(configuration, *pages, **redirected):
        s3.put_bucket_acl(Bucket=open_bucket, ACL="public-read")
        s3.put_bucket_website(Bucket=open_bucket, WebsiteConfiguration=configuration)
        page = {"Bucket": open_bucket, "ACL": "public-read", "ContentType": "text/html"}
        for key in pages:
            to = {"WebsiteRedirectLocation": redirected[key]} if key in redirected else {}
            s3.put_object(Key=key, Body=key.encode(), **to, **page)
        return url(open_bucket)

    return website


def rules(*pairs):
    return {"RoutingRules": [{"Condition": condition, "Redirect": redirect} for condition, redirect in pairs]}


@recorded("test_validate_website_configuration")
def test_websites_that_are_none(s3, bucket, recording):
    wrong = [
        {"IndexDocument": {"Suffix": "/index.html"}},
        {"IndexDocument": {"Suffix": ""}},
        {"RedirectAllRequestsTo": {"HostName": "test"}, "IndexDocument": {"Suffix": "/index.html"}},
        {"ErrorDocument": {"Key": "/index.html"}},
        {"RoutingRules": [{"Redirect": {"Protocol": "protocol"}}], **INDEX},
        {"RoutingRules": [{"Redirect": {"ReplaceKeyPrefixWith": "prefix", "ReplaceKeyWith": "key-name"}}], **INDEX},
        {**rules(({}, {"ReplaceKeyPrefixWith": "prefix"})), **INDEX},
        {"RoutingRules": [], **INDEX},
    ]
    for number, configuration in enumerate(wrong):
        call = {"Bucket": bucket, "WebsiteConfiguration": configuration}
        recording.refused(f"invalid-website-conf-{number}", s3.put_bucket_website, **call)
    with pytest.raises(ClientError):
        s3.get_bucket_website(Bucket=bucket)


@recorded("test_crud_website_configuration")
def test_a_website_is_put_and_deleted(s3, bucket, recording):
    recording.refused("get-no-such-website-config", s3.get_bucket_website, Bucket=bucket)
    recording.compare("del-no-such-website-config", s3.delete_bucket_website(Bucket=bucket))
    put = s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration=INDEX)
    recording.compare("put-website-config", put)
    recording.compare("get-website-config", s3.get_bucket_website(Bucket=bucket))
    s3.delete_bucket_website(Bucket=bucket)
    with pytest.raises(ClientError):
        s3.get_bucket_website(Bucket=bucket)


@recorded("test_website_hosting_http_methods")
def test_visitors_only_read(website, visit, recording):
    site = website({**INDEX, **ERROR}, "error.html")
    for step, method in [("not-allowed-post", "POST"), ("not-allowed-delete", "DELETE")]:
        answer = visit(site, method)
        assert answer.status == 405
        recording.compare(step, {"content": answer.data.decode()})


@recorded("test_website_hosting_index_lookup")
def test_a_folder_shows_its_index(website, visit, recording):
    site = website(INDEX, "index.html", "directory/index.html")
    assert visit(site).data == b"index.html"
    answer = visit(f"{site}/directory")
    assert (answer.status, answer.headers["Location"]) == (302, "/directory/")
    assert visit(f"{site}/directory/").data == b"directory/index.html"
    for step, path in [("404-no-trailing-slash", "directory-wrong"), ("404-with-trailing-slash", "directory-wrong/")]:
        answer = visit(f"{site}/{path}")
        assert answer.status == 404
        recording.compare(step, answer.data.decode())


@recorded("test_website_hosting_404")
def test_errors_are_shown_in_html(s3, open_bucket, website, visit, recording):
    site = website(INDEX)
    answer = visit(site)
    assert (answer.status, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert answer.headers["x-amz-id-2"] in answer.data.decode()
    recording.compare("404-no-such-key", answer.data.decode())
    website({**INDEX, **ERROR})
    recording.compare("404-no-such-key-nor-custom", visit(site).data.decode())
    website({**INDEX, **ERROR}, "error.html")
    answer = visit(site)
    assert (answer.status, answer.data) == (404, b"error.html")


@recorded("test_website_hosting_no_such_website")
def test_a_bucket_is_no_website_by_itself(open_bucket, missing, url, visit, recording):
    for step, page in [
        ("no-such-bucket", url(missing)),
        ("no-such-website-config", url(open_bucket)),
        ("no-such-website-config-key", f"{url(open_bucket)}/actual/key.html"),
    ]:
        answer = visit(page)
        assert answer.status == 404
        recording.compare(step, answer.data.decode())


def test_rules_redirect(website, visit):
    """LocalStack's test_routing_rules_redirects, which AWS was shown to pass."""
    site = website(
        {
            **rules(
                ({"KeyPrefixEquals": "host/"}, {"HostName": "random-hostname"}),
                ({"KeyPrefixEquals": "prefix/"}, {"ReplaceKeyPrefixWith": "replaced/"}),
                ({"KeyPrefixEquals": "empty/"}, {"ReplaceKeyPrefixWith": ""}),
                ({"KeyPrefixEquals": "protocol/"}, {"Protocol": "https"}),
                ({"KeyPrefixEquals": "code/"}, {"HttpRedirectCode": "307"}),
                ({"HttpErrorCodeReturnedEquals": "404"}, {"ReplaceKeyWith": "redirected.html"}),
            ),
            **INDEX,
            **ERROR,
        },
        "error.html",
        "redirected.html",
    )
    https = site.replace("http:", "https:")
    for path, status, location in [
        ("host/key", 301, "http://random-hostname/host/key"),
        ("prefix/key", 301, f"{site}/replaced/key"),
        ("empty/a/b", 301, f"{site}/a/b"),
        ("protocol/key", 301, f"{https}/protocol/key"),
        ("code/key", 307, f"{site}/code/key"),
        ("missing", 301, f"{site}/redirected.html"),
    ]:
        answer = visit(f"{site}/{path}")
        assert (answer.status, answer.headers["Location"]) == (status, location)


def test_pages_are_objects(s3, open_bucket, website, visit):
    """LocalStack's test_s3_static_website_hosting, which AWS was shown to pass."""
    moved = {"moved.html": "/index.html"}
    site = website(INDEX, "index.html", "moved.html", **moved)
    etag = s3.head_object(Bucket=open_bucket, Key="index.html")["ETag"]
    answer = visit(f"{site}/index.html")
    assert (answer.status, answer.headers["etag"], answer.headers["content-type"]) == (200, etag, "text/html")
    assert visit(f"{site}/index.html", **{"If-None-Match": etag}).status == 304
    answer = visit(f"{site}/moved.html")
    assert (answer.status, answer.headers["Location"], answer.data) == (301, "/index.html", b"")
    head = visit(f"{site}/index.html", "HEAD")
    assert (head.status, head.headers["content-length"], head.data) == (200, "10", b"")


def test_all_requests_are_redirected(website, visit):
    """LocalStack's test_website_hosting_redirect_all, which AWS was shown to pass."""
    site = website({"RedirectAllRequestsTo": {"HostName": "example.com"}})
    answer = visit(f"{site}/a/b")
    assert (answer.status, answer.headers["Location"], answer.data) == (301, "http://example.com/a/b", b"")


def test_a_website_is_found_by_its_path(website, server, open_bucket, visit):
    website(INDEX, "index.html")
    host = f"s3-website.localhost.localstack.cloud:{server.port}"
    assert visit(f"http://{host}/{open_bucket}/").data == b"index.html"

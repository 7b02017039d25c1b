"""Buckets: names, regions, existence."""

import json

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import botocore.httpsession
import pytest
from botocore.config import Config

from ...recorded import from_xml

XMLNS = "http://s3.amazonaws.com/doc/2006-03-01/"


def recorded(name, date="21-02-2026"):
    return pytest.mark.recorded("s3", f"TestS3::{name}", date)


def in_region(region):
    return {"CreateBucketConfiguration": {"LocationConstraint": region}}


@pytest.fixture
def virtual(client, server):
    """A client that names the bucket in the host."""
    url = f"http://s3.localhost.localstack.cloud:{server.port}"
    return client(url=url, config=Config(s3={"addressing_style": "virtual"}))


@recorded("test_get_object_no_such_bucket")
def test_reading_from_a_missing_bucket(s3, missing, recording):
    recording.refused("expected_error", s3.get_object, Bucket=missing, Key="foobar")


@recorded("test_delete_bucket_no_such_bucket")
def test_deleting_a_missing_bucket(s3, recording):
    recording.refused("expected_error", s3.delete_bucket, Bucket="does-not-exist-localstack-test")


@recorded("test_delete_non_existing_keys_in_non_existing_bucket")
def test_deleting_keys_of_a_missing_bucket(s3, missing, recording):
    keys = {"Objects": [{"Key": "dummy1"}, {"Key": "dummy2"}]}
    recording.refused("error-non-existent-bucket", s3.delete_objects, Bucket=missing, Delete=keys)


@recorded("test_bucket_does_not_exist")
def test_listing_a_missing_bucket(s3, virtual, missing, recording):
    recording.refused("list_object", s3.list_objects, Bucket=missing)
    recording.refused("list_object_vhost", virtual.list_objects, Bucket=missing)


@recorded("test_s3_uppercase_bucket_name")
def test_names_are_lower_case(s3, bucket, recording):
    recording.refused("uppercase-bucket", s3.create_bucket, Bucket=bucket.upper())


@recorded("test_create_bucket_head_bucket")
def test_a_bucket_tells_its_region(client, missing, recording):
    s3 = client()

    def headers(answer):
        found = answer["ResponseMetadata"]["HTTPHeaders"]
        return {name: found[name] for name in found if name.startswith("x-amz") or name == "content-type"}

    other = f"{missing}-2"
    recording.compare("create_bucket", s3.create_bucket(Bucket=missing))
    created = s3.create_bucket(Bucket=other, **in_region("us-west-2"))
    recording.compare("create_bucket_location_constraint", created)
    for step, name in [("head_bucket", missing), ("head_bucket_2", other)]:
        head = recording.compare(step, s3.head_bucket(Bucket=name))
        recording.compare(f"{step}_filtered_header", headers(head))
    recording.refused("head_bucket_not_exist", s3.head_bucket, Bucket=f"{missing}-3")


@recorded("test_region_header_exists_outside_us_east_1")
def test_answers_tell_the_region_of_the_bucket(s3, missing, recording):
    s3.create_bucket(Bucket=missing, **in_region("us-west-2"))
    for step, answer in [
        ("head_bucket", s3.head_bucket(Bucket=missing)),
        ("list_objects_v2", s3.list_objects_v2(Bucket=missing)),
    ]:
        recording.compare(step, answer)
        assert answer["ResponseMetadata"]["HTTPHeaders"]["x-amz-bucket-region"] == "us-west-2"


@recorded("test_different_location_constraint", "23-02-2026")
def test_a_regions_endpoint_creates_buckets_of_its_region(client, missing, recording):
    unchecked = Config(parameter_validation=False)
    east, ohio = client(config=unchecked), client(config=unchecked, region_name="us-east-2")
    west = client(region_name="us-west-1")
    east.create_bucket(Bucket=missing)
    recording.compare("get-bucket-location-bucket-us-east-1", east.get_bucket_location(Bucket=missing))
    names = (f"{missing}-{number}" for number in range(100))
    wrong = {"Bucket": next(names), **in_region("us-east-1")}
    recording.refused("create-bucket-constraint-us-east-1", east.create_bucket, **wrong)
    created = east.create_bucket(Bucket=next(names), **in_region(None))
    recording.compare("create-bucket-constraint-us-east-1-with-None", created)
    there = next(names)
    ohio.create_bucket(Bucket=there, **in_region("us-east-2"))
    recording.compare("get-bucket-location-bucket-us-east-2", ohio.get_bucket_location(Bucket=there))
    refused = {
        "us-east-2-no-constraint-exc": (ohio, {}),
        "constraint-us-east-2-with-None": (ohio, in_region(None)),
        "us-east-2-constraint-to-us-west-1": (ohio, in_region("us-west-1")),
        "us-west-1-constraint-to-us-east-2": (west, in_region("us-east-2")),
        "us-west-1-constraint-to-us-east-1": (west, in_region("us-east-1")),
    }
    for step, (caller, region) in refused.items():
        recording.refused(f"create-bucket-{step}", caller.create_bucket, Bucket=next(names), **region)
    step = "get-bucket-location-non-existent-bucket"
    recording.refused(step, east.get_bucket_location, Bucket=next(names))


@recorded("test_create_bucket_with_eu_location_constraint")
def test_eu_is_eu_west_1(client, missing, recording):
    ireland = client(region_name="eu-west-1")
    ireland.create_bucket(Bucket=missing, **in_region("EU"))
    recording.compare("get-bucket-location", ireland.get_bucket_location(Bucket=missing))
    recording.compare("list-bucket-response", ireland.list_buckets(Prefix=missing))


@recorded("test_create_bucket_with_eu_location_constraint_raises")
def test_eu_is_not_created_elsewhere(client, missing, recording):
    ohio = client(region_name="us-east-2")
    recording.refused("eu-location-constraint-error", ohio.create_bucket, Bucket=missing, **in_region("EU"))


@pytest.mark.parametrize("region, constraint", [("us-east-1", "us-east-1"), ("us-east-1", "foo"), ("eu-west-1", "bar")])
@recorded("test_create_bucket_with_invalid_location_constraint[{region}-{constraint}]")
def test_constraints_that_are_no_region(client, missing, region, constraint, recording):
    step = f"{region}-location-constraint-{constraint}-error"
    create = client(region_name=region).create_bucket
    recording.refused(step, create, Bucket=missing, **in_region(constraint))


@pytest.mark.parametrize("region", ["us-east-1", "us-west-1"])
@recorded("test_bucket_constraint_aws_global[{region}]")
def test_aws_global_is_no_constraint(client, missing, region, recording):
    create = client(region_name=region).create_bucket
    recording.refused("aws-global-constraint", create, Bucket=missing, **in_region("aws-global"))


@recorded("test_create_bucket_with_existing_name")
def test_a_bucket_of_ones_own_is_not_created_again_elsewhere(s3, missing, recording):
    s3.create_bucket(Bucket=missing, **in_region("us-west-1"))
    for region in ["us-west-1", "us-east-2"]:
        recording.refused(f"create-bucket-{region}", s3.create_bucket, Bucket=missing, **in_region(region))


@recorded("test_bucket_name_with_dots")
def test_a_name_may_have_dots(s3, server, ask, missing, recording):
    name = missing.replace("-", ".")
    s3.create_bucket(Bucket=name)
    s3.delete_bucket_ownership_controls(Bucket=name)
    s3.delete_public_access_block(Bucket=name)
    s3.put_bucket_acl(Bucket=name, ACL="public-read")
    s3.put_object(Bucket=name, Key="my-content", Body=b"something")
    recording.compare("list-objects", s3.list_objects(Bucket=name))
    host = f"{name}.s3.localhost.localstack.cloud:{server.port}"
    for step, answer in [("vhost", ask("/", Host=host)), ("path", ask(f"/{name}"))]:
        document = from_xml(answer.content)
        assert f'xmlns="{XMLNS}"'.encode() in answer.content
        document["ListBucketResult"]["@xmlns"] = XMLNS
        # Anonymous callers, as the recording's, are not told the owner.
        document["ListBucketResult"]["Contents"].pop("Owner", None)
        recording.compare(f"request-{step}-url-content", document)


@recorded("test_delete_bucket_with_content")
def test_a_deleted_bucket_is_not_listed(s3, bucket, put, recording):
    for number in range(10):
        put(bucket, [f"test-key-{number}"], f"test-{number}".encode())
    listed = recording.compare("list-objects", s3.list_objects(Bucket=bucket, MaxKeys=100))
    keys = [{"Key": entry["Key"]} for entry in listed["Contents"]]
    s3.delete_objects(Bucket=bucket, Delete={"Objects": keys})
    s3.delete_bucket(Bucket=bucket)
    recording.leave("list-buckets", "it lists what else the recording account had")
    assert s3.list_buckets()["Buckets"] == []


@recorded("test_bucket_availability")
def test_a_missing_bucket_has_no_configurations(s3, missing, recording):
    recording.refused("bucket-lifecycle", s3.get_bucket_lifecycle, Bucket=missing)
    recording.refused("bucket-replication", s3.get_bucket_replication, Bucket=missing)


@recorded("test_bucket_exists")
def test_a_bucket_has_its_rules_and_its_owner(s3, bucket, recording):
    methods = ["GET", "POST", "PUT", "DELETE"]
    rules = {"CORSRules": [{"AllowedMethods": methods, "AllowedOrigins": ["localhost"]}]}
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration=rules)
    recording.compare("get-bucket-cors", s3.get_bucket_cors(Bucket=bucket))
    recording.compare("get-bucket-acl", s3.get_bucket_acl(Bucket=bucket))
    recording.refused("get-bucket-not-exists", s3.get_bucket_acl, Bucket="bucket-not-exists")


@recorded("test_bucket_operation_between_regions")
def test_configurations_are_read_from_another_region(client, missing, recording):
    west, east = client(region_name="us-west-2"), client()
    at = {"Bucket": missing}
    west.create_bucket(**at, **in_region("us-west-2"))
    website = {"IndexDocument": {"Suffix": "index.html"}}
    put = west.put_bucket_website(WebsiteConfiguration=website, **at)
    recording.compare("put-website-config-region-1", put)
    rules = {"CORSRules": [{"AllowedOrigins": ["*"], "AllowedMethods": ["GET"]}]}
    recording.compare("put-cors-config-region-1", west.put_bucket_cors(CORSConfiguration=rules, **at))
    recording.compare("get-website-config-region-2", east.get_bucket_website(**at))
    recording.compare("get-cors-config-region-2", east.get_bucket_cors(**at))


@recorded("test_create_bucket_aws_global")
def test_no_request_is_signed_for_the_region_of_all(strict_server, client, account, missing, recording):
    credentials = botocore.credentials.Credentials(account, "test")
    request = botocore.awsrequest.AWSRequest("PUT", f"{strict_server.url}/{missing}")
    botocore.auth.S3SigV4Auth(credentials, "s3", "aws-global").add_auth(request)
    answer = botocore.httpsession.URLLib3Session().send(request.prepare())
    assert answer.status_code == 400
    # The recording hides names and regions behind words of its own.
    words = {"<us_east_1_region>": "us-east-1", "<partition>": "aws", "<bucket-name-1>": missing}
    words["<bucket-prefix>"] = missing
    steps = json.dumps(recording.steps)
    for word, value in words.items():
        steps = steps.replace(word, value)
    recording.steps = json.loads(steps)
    recording.compare("xml-error-create-bucket", from_xml(answer.content))
    # Clients sign for us-east-1.
    s3, at = client(url=strict_server.url, region_name="aws-global"), {"Bucket": missing}
    recording.compare("create-bucket-global", s3.create_bucket(**at))
    recording.compare("head-bucket-global", s3.head_bucket(**at))
    recording.compare("get-location-1", s3.get_bucket_location(**at))
    recording.compare("list-buckets", s3.list_buckets(BucketRegion="us-east-1", Prefix=missing))

"""aiobotocore with its default settings: many requests at a time."""

import asyncio

import pytest
from aiobotocore.config import AioConfig
from aiobotocore.session import get_session

from .command_line import fetch
from .conftest import PREFIXES
from .samples import LARGE, MIB, ODD_KEYS, SIZES, content


@pytest.fixture
def with_client(server, account):
    """Runs what is to be done with a client."""

    def run(work, url=server.url, config=None):
        async def main():
            credentials = {"aws_access_key_id": account, "aws_secret_access_key": "test", "region_name": "us-east-1"}
            async with get_session().create_client("s3", endpoint_url=url, config=config, **credentials) as s3:
                return await work(s3)

        return asyncio.run(main())

    return run


async def read(s3, **source):
    answer = await s3.get_object(**source)
    async with answer["Body"] as body:
        return await body.read()


def test_bytes_come_back_as_they_were_put(with_client, bucket):
    async def work(s3):
        async def round_trip(size):
            await s3.put_object(Bucket=bucket, Key=str(size), Body=content(size))
            assert await read(s3, Bucket=bucket, Key=str(size)) == content(size)

        await asyncio.gather(*map(round_trip, [*SIZES, LARGE]))

    with_client(work)


def test_keys_are_taken_as_they_are(with_client, bucket):
    async def work(s3):
        async def round_trip(key):
            await s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
            source = {"Bucket": bucket, "Key": key}
            await s3.copy_object(CopySource=source, StorageClass="STANDARD_IA", **source)
            assert await read(s3, Bucket=bucket, Key=key) == key.encode()

        await asyncio.gather(*map(round_trip, ODD_KEYS))
        listed = (await s3.list_objects_v2(Bucket=bucket))["Contents"]
        assert [entry["Key"] for entry in listed] == sorted(ODD_KEYS, key=str.encode)
        objects = [{"Key": key} for key in ODD_KEYS]
        deleted = (await s3.delete_objects(Bucket=bucket, Delete={"Objects": objects}))["Deleted"]
        assert [entry["Key"] for entry in deleted] == ODD_KEYS
        await s3.delete_bucket(Bucket=bucket)

    with_client(work)


def test_ten_thousand_keys_are_listed_page_by_page(with_client, ten_thousand):
    async def work(s3):
        pages = s3.get_paginator("list_objects_v2")
        counts = [page["KeyCount"] async for page in pages.paginate(Bucket=ten_thousand)]
        assert counts == [1000] * 10
        found = [page async for page in pages.paginate(Bucket=ten_thousand, Delimiter="/", MaxKeys=3)]
        assert [entry["Prefix"] for page in found for entry in page["CommonPrefixes"]] == PREFIXES

    with_client(work)


def test_deleting_a_version_restores_the_one_before(with_client, bucket):
    async def work(s3):
        await s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        key = {"Bucket": bucket, "Key": "key"}
        versions = [(await s3.put_object(Body=body, **key))["VersionId"] for body in [b"1", b"2"]]
        marker = (await s3.delete_object(**key))["VersionId"]
        with pytest.raises(s3.exceptions.NoSuchKey):
            await s3.get_object(**key)
        for version, left in [(marker, b"2"), (versions[1], b"1")]:
            await s3.delete_object(VersionId=version, **key)
            assert await read(s3, **key) == left

    with_client(work)


def test_parts_go_up_at_once_and_again(with_client, bucket):
    async def work(s3):
        key = {"Bucket": bucket, "Key": "key"}
        upload = {**key, "UploadId": (await s3.create_multipart_upload(**key))["UploadId"]}
        aborted = {**key, "UploadId": (await s3.create_multipart_upload(**key))["UploadId"]}
        await s3.upload_part(PartNumber=2, Body=b"wrong", **upload)

        async def send(number):
            body = content(5 * MIB, seed=bytes([number]))
            part = await s3.upload_part(PartNumber=number, Body=body, **upload)
            return {"PartNumber": number, "ETag": part["ETag"]}

        parts = await asyncio.gather(*map(send, range(1, 5)), s3.upload_part(PartNumber=1, Body=b"x", **aborted))
        await s3.abort_multipart_upload(**aborted)
        with pytest.raises(s3.exceptions.NoSuchUpload):
            await s3.upload_part(PartNumber=2, Body=b"x", **aborted)
        await s3.complete_multipart_upload(MultipartUpload={"Parts": parts[:4]}, **upload)
        assert await read(s3, **key) == b"".join(content(5 * MIB, seed=bytes([number])) for number in range(1, 5))
        assert "Uploads" not in await s3.list_multipart_uploads(Bucket=bucket)

    with_client(work)


@pytest.mark.parametrize("domain", [None, "s3.localhost.localstack.cloud", "localhost"])
def test_presigned_urls_are_for_everybody(with_client, server, bucket, domain):
    async def work(s3):
        await s3.put_object(Bucket=bucket, Key="a b+c//d", Body=b"presigned")
        return await s3.generate_presigned_url("get_object", {"Bucket": bucket, "Key": "a b+c//d"})

    virtual = AioConfig(s3={"addressing_style": "virtual"})
    url = with_client(work, f"http://{domain}:{server.port}", virtual) if domain else with_client(work)
    assert (f"//{bucket}.{domain}:" in url) == bool(domain)
    assert fetch(url) == b"presigned"

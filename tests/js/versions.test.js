// Versions are kept, hidden by markers and deleted one by one.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { newBucket, read, s3 } from "./ruststack.js";

test("deleting a version restores the one before", async () => {
  const Bucket = await newBucket();
  const Key = "key";
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
  const { VersionId: first } = await s3.send(new PutObjectCommand({ Bucket, Key, Body: "1" }));
  const { VersionId: second } = await s3.send(new PutObjectCommand({ Bucket, Key, Body: "2" }));
  const { DeleteMarker, VersionId: marker } = await s3.send(new DeleteObjectCommand({ Bucket, Key }));
  assert.equal(DeleteMarker, true);
  await assert.rejects(s3.send(new HeadObjectCommand({ Bucket, Key })), { name: "NotFound" });
  const old = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId: first }));
  assert.equal(await old.Body.transformToString(), "1");

  const { Versions, DeleteMarkers } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
  assert.deepEqual(Versions.map(({ VersionId }) => VersionId), [second, first]);
  assert.deepEqual(DeleteMarkers.map(({ VersionId }) => VersionId), [marker]);
  for (const [VersionId, left] of [[marker, "2"], [second, "1"]]) {
    await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
    assert.equal((await read(Bucket, Key)).toString(), left);
  }
  await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId: first }));
  await s3.send(new DeleteBucketCommand({ Bucket }));
});

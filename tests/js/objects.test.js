// Round trips with the SDK's default settings: what comes back is what was put, under the very key.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { test } from "node:test";
import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { large, MIB, newBucket, oddKeys, read, s3, sha256, sizes } from "./ruststack.js";

test("bytes come back as they were put", async () => {
  const Bucket = await newBucket();
  for (const size of [...sizes, large]) {
    const Body = randomBytes(size);
    await s3.send(new PutObjectCommand({ Bucket, Key: "key", Body }));
    assert.equal(sha256(await read(Bucket, "key")), sha256(Body));
    const { ContentLength } = await s3.send(new HeadObjectCommand({ Bucket, Key: "key" }));
    assert.equal(ContentLength, size);
  }
});

test("a stream is put with its checksum in a trailer", async () => {
  const Bucket = await newBucket();
  const pieces = Array.from({ length: 11 }, () => randomBytes(MIB / 2 + 1));
  const Body = Readable.from(pieces);
  const ContentLength = 11 * (MIB / 2 + 1);
  const put = await s3.send(new PutObjectCommand({ Bucket, Key: "key", Body, ContentLength }));
  const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "key", ChecksumMode: "ENABLED" }));
  assert.ok(put.ChecksumCRC32);
  assert.deepEqual([head.ChecksumCRC32, head.ContentLength], [put.ChecksumCRC32, ContentLength]);
  assert.equal(head.ContentEncoding, undefined);
  assert.equal(sha256(await read(Bucket, "key")), sha256(Buffer.concat(pieces)));
});

test("keys are taken as they are", async () => {
  const Bucket = await newBucket();
  const keys = async () => (await s3.send(new ListObjectsV2Command({ Bucket }))).Contents.map(({ Key }) => Key);
  for (const Key of oddKeys) {
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
    assert.equal((await read(Bucket, Key)).toString(), Key);
    assert.deepEqual(await keys(), [Key]);
    const CopySource = `${Bucket}/${encodeURIComponent(Key)}`;
    await s3.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource }));
    assert.equal((await read(Bucket, "copy")).toString(), Key);
    const Delete = { Objects: [{ Key }, { Key: "copy" }] };
    const { Deleted } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete }));
    assert.deepEqual(Deleted.map((entry) => entry.Key), [Key, "copy"]);
  }
});

test("errors have AWS's names", async () => {
  const Bucket = await newBucket();
  await assert.rejects(s3.send(new GetObjectCommand({ Bucket, Key: "none" })), { name: "NoSuchKey" });
  await assert.rejects(s3.send(new HeadObjectCommand({ Bucket, Key: "none" })), { name: "NotFound" });
  const nowhere = new GetObjectCommand({ Bucket: "no-such-bucket-here", Key: "x" });
  await assert.rejects(s3.send(nowhere), { name: "NoSuchBucket" });
});

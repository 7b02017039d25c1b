// Multipart uploads: the upload manager's, with parts sent again, and given up.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { test } from "node:test";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { large, MIB, newBucket, read, s3, sha256 } from "./ruststack.js";

const Key = "key";

async function begin(Bucket) {
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  return { Bucket, Key, UploadId };
}

async function send(upload, PartNumber, Body) {
  const { ETag } = await s3.send(new UploadPartCommand({ ...upload, PartNumber, Body }));
  return { PartNumber, ETag };
}

function complete(upload, Parts) {
  return s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
}

async function assertNoUploads(Bucket) {
  const { Uploads } = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
  assert.equal(Uploads, undefined);
}

test("the upload manager sends bytes and streams in parts", async () => {
  const Bucket = await newBucket();
  const bytes = randomBytes(large);
  for (const Body of [bytes, Readable.from([bytes])]) {
    const { ETag } = await new Upload({ client: s3, params: { Bucket, Key, Body } }).done();
    assert.match(ETag, /-20"$/);
    assert.equal(sha256(await read(Bucket, Key)), sha256(bytes));
  }
});

test("an upload that the manager aborts makes no object", async () => {
  const Bucket = await newBucket();
  const upload = new Upload({ client: s3, params: { Bucket, Key, Body: Readable.from([randomBytes(12 * MIB)]) } });
  upload.on("httpUploadProgress", () => upload.abort());
  await assert.rejects(upload.done(), { name: "AbortError" });
  await assert.rejects(s3.send(new HeadObjectCommand({ Bucket, Key })), { name: "NotFound" });
});

test("a part may be sent again until the upload is complete", async () => {
  const Bucket = await newBucket();
  const upload = await begin(Bucket);
  const body = randomBytes(5 * MIB);
  const wrong = await send(upload, 1, "wrong");
  const first = await send(upload, 1, body);
  const last = await send(upload, 2, "end");
  const { Parts } = await s3.send(new ListPartsCommand(upload));
  assert.deepEqual(Parts.map(({ Size }) => Size), [5 * MIB, 3]);
  await assert.rejects(complete(upload, [wrong, last]), { name: "InvalidPart" });
  await assert.rejects(complete(upload, [last, first]), { name: "InvalidPartOrder" });
  const done = await complete(upload, [first, last]);
  assert.equal((await complete(upload, [first, last])).ETag, done.ETag);
  assert.equal(sha256(await read(Bucket, Key)), sha256(Buffer.concat([body, Buffer.from("end")])));
  await assertNoUploads(Bucket);
});

test("an upload that is aborted leaves nothing", async () => {
  const Bucket = await newBucket();
  const upload = await begin(Bucket);
  const part = await send(upload, 1, "part");
  await s3.send(new AbortMultipartUploadCommand(upload));
  await assert.rejects(complete(upload, [part]), { name: "NoSuchUpload" });
  await assertNoUploads(Bucket);
});
